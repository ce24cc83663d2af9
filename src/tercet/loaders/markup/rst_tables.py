"""Tables of reStructuredText as Markdown tables."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from tercet.loaders.markup.outline import markdown_table

_LONGEST = 1000  # lines of a simple table, in which its end is looked for
_GRID = re.compile(r"\+(?:-+\+)+$")
_GRID_HEAD = re.compile(r"\+(?:=+\+)+$")
_SIMPLE = re.compile(r"=+(?:[ ]+=+)+$")
_SPANNED = re.compile(r"-+(?:[ ]+-+)*$")
_DIRECTIVE = re.compile(r"\.\.[ ]+(list|csv)-table::[ ]*(.*)$")
_OPTION = re.compile(r"[ ]+:([\w-]+):[ ]*(.*)$")
_ROW = re.compile(r"[ ]*\*[ ]+-(?:[ ]+(.*))?$")
_CELL = re.compile(r"[ ]*-(?:[ ]+(.*))?$")


class Table(NamedTuple):
    """A table as Markdown, and the line after it."""

    markdown: str
    end: int


def next_table(lines: Sequence[str], at: int) -> Table | None:
    """The table that begins at line `at`; None if there is none, or its cells span columns."""
    line = lines[at].rstrip()
    stripped = line.lstrip()
    if _GRID.match(stripped):
        return _grid(lines, at)
    if _SIMPLE.match(stripped):
        return _simple(lines, at)
    if found := _DIRECTIVE.match(line):
        return _directive(lines, at, found.group(1), found.group(2))
    return None


def is_border(line: str) -> bool:
    """Whether the line is the border of a table."""
    return bool(_GRID.match(line.strip()) or _SIMPLE.match(line.strip()))


def _grid(lines: Sequence[str], at: int) -> Table | None:
    border = lines[at].strip()
    edges = [place for place, character in enumerate(border) if character == "+"]
    indent = len(lines[at]) - len(lines[at].lstrip())
    rows: list[list[str]] = []
    parts: list[list[str]] = []
    end = at + 1
    while end < len(lines) and (line := lines[end].rstrip()[indent:]).startswith(("|", "+")):
        end += 1
        if _GRID.match(line) or _GRID_HEAD.match(line):
            rows += [[" ".join(cell).strip() for cell in zip(*parts, strict=True)]] if parts else []
            parts = []
        elif len(line) < len(border) or any(line[edge] != "|" for edge in edges):
            return None
        else:
            parts.append([line[a + 1 : b].strip() for a, b in pairwise(edges)])
    return Table(markdown_table(rows), end) if rows and not parts else None


def _simple(lines: Sequence[str], at: int) -> Table | None:
    border = lines[at].rstrip()
    borders = [at]
    end = at + 1
    while end < min(len(lines), at + _LONGEST):
        line = lines[end].rstrip()
        end += 1
        if line == border:
            borders.append(end - 1)
            following = lines[end].strip() if end < len(lines) else ""
            if len(borders) == 3 or not following:
                break
        elif _SPANNED.match(line.strip()) and len(line.strip()) > 1:
            return None
    if len(borders) < 2:
        return None
    body = [lines[index] for index in range(at + 1, end) if index not in borders]
    starts = [match.start() for match in re.finditer(r"=+", border)]
    return Table(markdown_table(list(_simple_rows(body, starts))), end)


def _simple_rows(lines: Sequence[str], starts: Sequence[int]) -> Iterator[list[str]]:
    row: list[str] = []
    for line in lines:
        ends = [*starts[1:], None]
        cells = [line[a:b].strip() for a, b in zip(starts, ends, strict=True)]
        if cells[0] and row:
            yield row
            row = cells
        elif any(cells):
            row = [f"{a} {b}".strip() for a, b in zip(row, cells, strict=True)] if row else cells
    if row:
        yield row


def _directive(lines: Sequence[str], at: int, kind: str, title: str) -> Table | None:
    end = at + 1
    while end < len(lines) and (not lines[end].strip() or lines[end].startswith(" ")):
        end += 1
    while not lines[end - 1].strip():
        end -= 1
    body = list(lines[at + 1 : end])
    options: dict[str, str] = {}
    while body and (option := _OPTION.match(body[0].rstrip())):
        options[option.group(1)] = option.group(2)
        body.pop(0)
    rows = list(_listed(body)) if kind == "list" else list(_separated(body, options))
    markdown = markdown_table(rows)
    return Table(f"{title}\n\n{markdown}" if title else markdown, end) if markdown else None


def _listed(lines: Sequence[str]) -> Iterator[list[str]]:
    row: list[str] = []
    for line in lines:
        if begun := _ROW.match(line.rstrip()):
            if row:
                yield row
            row = [begun.group(1) or ""]
        elif row and (cell := _CELL.match(line.rstrip())):
            row.append(cell.group(1) or "")
        elif row:
            row[-1] = f"{row[-1]} {line.strip()}".strip()
    if row:
        yield row


def _separated(lines: Sequence[str], options: dict[str, str]) -> Iterator[list[str]]:
    stated = options.get("delim", ",")
    delimiter = {"tab": "\t", "space": " "}.get(stated, stated)
    if len(delimiter) != 1:
        return
    body = [options.get("header", ""), *(line.strip() for line in lines)]
    try:
        yield from csv.reader(filter(None, body), delimiter=delimiter, skipinitialspace=True)
    except csv.Error:
        return
