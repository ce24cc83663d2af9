"""Rows of Markdown tables as statements: what a row says, with its columns' titles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tercet.types import Chunk

_TABLE = re.compile(r"(?:^[ \t]*\|[^\n]*\|[ \t]*(?:\n|\Z))+", re.MULTILINE)
_RULE = re.compile(r"\|(?:[ \t]*:?-{3,}:?[ \t]*\|)+")
_BOLD = re.compile(r"^(?:\*\*|__)(.+?)(?:\*\*|__)$")  # as titles often are
_CELL = re.compile(r"(?<!\\)\|")


class Row(NamedTuple):
    """A row of a table that has values: its `label` (the first cell), the title of the label's
    column (`corner`), and the whole as it would be said: section and label, the title of the
    label's column (which may say of all values what they are), then every value with the title of
    its column (`statement`). `said` is the row alone, `told` the row with the titles; they are
    those of the line at `titles`, None if that stands in another chunk."""

    start: int
    label: str
    corner: str
    statement: str
    said: str
    told: str
    titles: tuple[int, int] | None


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
        silent.update(start for start, _ in lines)
        rows |= {row.start: row for row in _rows(lines, "" if number else chunk.lead)}
    return Tables(rows, frozenset(silent - rows.keys()))


def _rows(lines: list[tuple[int, str]], lead: str) -> Iterator[Row]:
    """The rows with values of one table."""
    head, body = _parted(lines)
    titles = _cells(head[1] if head else lead.partition("\n")[0])
    place = (head[0], head[0] + len(head[1])) if head else None
    section = ""
    for start, cells in body:
        if not any(cells[1:]):
            section = cells[0]
            continue
        corner = titles[0] if titles else ""
        statement = _statement(section, titles, cells)
        told = _told(titles, cells) if place else _said(cells)
        yield Row(start, cells[0], corner, statement, _said(cells), told, place)


def _lines(table: re.Match[str]) -> Iterator[tuple[int, str]]:
    """Where each line begins, after its indentation, and the line."""
    start = table.start()
    for line in table.group().splitlines(keepends=True):
        yield start + len(line) - len(line.lstrip()), line.strip()
        start += len(line)


def _parted(
    lines: list[tuple[int, str]],
) -> tuple[tuple[int, str] | None, list[tuple[int, list[str]]]]:
    """The line with the titles of the columns, and the cells of every line below."""
    rules = [i for i, (_, line) in enumerate(lines) if _RULE.fullmatch(line)]
    first = rules[0] + 1 if rules else 0
    head = lines[first - 2] if first >= 2 else None
    return head, [(start, _cells(line)) for start, line in lines[first:]]


def _cells(line: str) -> list[str]:
    if not line.strip():
        return []
    inner = line.strip().removeprefix("|").removesuffix("|")
    cells = (cell.strip().replace("\\|", "|") for cell in _CELL.split(inner))
    return [_BOLD.sub(r"\1", cell) for cell in cells]


def _statement(section: str, titles: list[str], cells: list[str]) -> str:
    label = " ".join(part for part in (section.rstrip(":"), cells[0]) if part)
    corner = titles[0] if titles else ""
    return f"{label}: {corner} {'; '.join(_titled(titles, cells))}"


def _told(titles: list[str], cells: list[str]) -> str:
    values = "; ".join(_titled(titles, cells))
    return f"{cells[0]}: {values}" if cells[0] else values


def _titled(titles: list[str], cells: list[str]) -> list[str]:
    """Every value behind the title of its column."""
    named = zip(cells[1:], [*titles[1:], *[""] * len(cells)], strict=False)
    return [f"{title} {value}".strip() for value, title in named if value]


def _said(cells: list[str]) -> str:
    return _told([], cells)
