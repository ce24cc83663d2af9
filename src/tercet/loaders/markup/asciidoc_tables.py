"""Tables of AsciiDoc as Markdown tables."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from itertools import islice

from tercet.loaders.markup.outline import markdown_table

_COLUMNS = re.compile(r"""cols\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s,\]]+))""")
_TIMES = re.compile(r"(\d{1,3})\*")
# What stands before the pipe of a cell: its span, repetition, alignment and style.
_CELL = re.compile(
    r"(?:(?<![^\s|])(?:(\d{0,2})(?:\.\d{1,2})?([+*]))?[<^>]?(?:\.[<^>])?[adehlmsv]?)?(?<!\\)\|"
)
_MOST_COLUMNS = 100


def table(lines: Sequence[str], attributes: str, mark: str) -> str:
    """The lines between the delimiters of a table, the first row as the header.

    `attributes` is the line of attributes above it, `mark` the first character of its delimiter:
    `,` and `:` stand for separated values.
    """
    if mark in ",:" or "format" in attributes:
        delimiter = ":" if mark == ":" else ("\t" if "tsv" in attributes else ",")
        return markdown_table(_separated(lines, delimiter))
    first = next((line for line in lines if line.strip()), "")
    width = _stated_width(attributes) or len(_cells(first)) or 1
    cells = iter(_cells("\n".join(lines)))
    return markdown_table(list(iter(lambda: list(islice(cells, width)), [])))


def _separated(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(filter(str.strip, lines), delimiter=delimiter))
    except csv.Error:  # a field over 128 KiB
        return [line.split(delimiter) for line in lines]


def bare_table(lines: Sequence[str]) -> str:
    """Lines that begin and end with a pipe, outside of any delimiters."""
    return markdown_table([line.strip().strip("|").split("|") for line in lines])


def _stated_width(attributes: str) -> int:
    stated = _COLUMNS.search(attributes)
    if not stated:
        return 0
    columns = next(filter(None, stated.groups()), "").replace(";", ",").split(",")
    times = [_TIMES.match(column.strip()) for column in columns]
    return min(sum(int(found.group(1)) if found else 1 for found in times), _MOST_COLUMNS)


def _cells(text: str) -> list[str]:
    """The cells in a text; one that spans columns is followed by empty ones."""
    marks = list(_CELL.finditer(text))
    ends = [*(mark.start() for mark in marks), len(text)][1:]
    cells: list[str] = []
    for mark, end in zip(marks, ends, strict=True):
        content = text[mark.end() : end].strip().replace("\\|", "|")
        times = min(int(mark.group(1) or 1), _MOST_COLUMNS)
        cells += [content] * times if mark.group(2) == "*" else [content, *[""] * (times - 1)]
    return cells
