"""Rows of Markdown tables as statements: what a row says, with its columns' titles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tercet.types import Chunk

_TABLE = re.compile(r"(?:^[ \t]*\|[^\n]*\|[ \t]*(?:\n|\Z))+", re.MULTILINE)
_RULE = re.compile(r"\|(?:[ \t]*:?-{3,}:?[ \t]*\|)+")
_CELL = re.compile(r"(?<!\\)\|")


class Row(NamedTuple):
    """A row of a table that has values: its label (the first cell), and the whole as it would
    be said: section and label, the title of the label's column (which may say of all values
    what they are), then every value with the title of its column. `said` is the row alone."""

    start: int
    label: str
    statement: str
    said: str


class Tables(NamedTuple):
    """The tables of a passage: rows with values by where they begin, and where lines begin that
    say nothing by themselves (titles of columns, rules, labels of sections)."""

    rows: dict[int, Row]
    silent: frozenset[int]


def find_tables(chunk: Chunk) -> Tables:
    """The tables in a chunk; one that goes on from the chunk before has its titles in `lead`."""
    rows: dict[int, Row] = {}
    silent: set[int] = set()
    for number, table in enumerate(_TABLE.finditer(chunk.text)):
        lines = list(_lines(table))
        titles, body = _parted(lines, "" if number else chunk.lead)
        silent.update(start for start, _ in lines)
        section = ""
        for start, cells in body:
            if any(cells[1:]):
                statement = _statement(section, titles, cells)
                rows[start] = Row(start, cells[0], statement, _said(cells))
            else:
                section = cells[0]
    return Tables(rows, frozenset(silent - rows.keys()))


def _lines(table: re.Match[str]) -> Iterator[tuple[int, str]]:
    """Where each line begins, after its indentation, and the line."""
    start = table.start()
    for line in table.group().splitlines(keepends=True):
        yield start + len(line) - len(line.lstrip()), line.strip()
        start += len(line)


def _parted(
    lines: list[tuple[int, str]], lead: str
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The titles of the columns, and the cells of every line below."""
    rules = [i for i, (_, line) in enumerate(lines) if _RULE.fullmatch(line)]
    first = rules[0] + 1 if rules else 0
    head = lines[first - 2][1] if first >= 2 else lead.partition("\n")[0]
    return _cells(head), [(start, _cells(line)) for start, line in lines[first:]]


def _cells(line: str) -> list[str]:
    if not line.strip():
        return []
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip().replace("\\|", "|") for cell in _CELL.split(inner)]


def _statement(section: str, titles: list[str], cells: list[str]) -> str:
    label = " ".join(part for part in (section.rstrip(":"), cells[0]) if part)
    corner, columns = (titles[0], titles[1:]) if titles else ("", [])
    named = zip(cells[1:], [*columns, *[""] * len(cells)], strict=False)
    values = [f"{title} {value}".strip() for value, title in named if value]
    return f"{label}: {corner} {'; '.join(values)}"


def _said(cells: list[str]) -> str:
    values = "; ".join(filter(None, cells[1:]))
    return f"{cells[0]}: {values}" if cells[0] else values
