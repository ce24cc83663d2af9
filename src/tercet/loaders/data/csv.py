"""Delimited text (CSV, TSV): one Markdown table."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice, zip_longest
from pathlib import Path

from tercet.loaders.decoding import clean, decode
from tercet.loaders.markup.outline import markdown_table
from tercet.types import Document

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 65536  # characters the delimiter is judged by
_SAMPLE_ROWS = 100
_STATED = re.compile(r"sep=(.)\n")  # Excel's own line above the header
_SPRAWL = 100_000  # cells that are bearable, however empty
_END = "\x01"  # a line that no file has: it tells whether a quote was left open
_NUMBER = re.compile(r"[-+(]?[$€£]?\d[\d.,' ]*\)?%?|\d{4}-\d\d-\d\d.*|\d\d?[./]\d\d?[./]\d{2,4}")
_YEAR = re.compile(r"(?:19|20)\d\d")


def read(path: Path, source: str) -> Document:
    """All rows as one Markdown table, titled after the file.

    The delimiter (comma, semicolon, tab, pipe) is the one that cuts the first rows most evenly.
    The first row is the header, unless it has a number or date where the second has one too (years
    apart): then the columns are called "Column 1" and so on. Empty rows are left out. When
    a quote is never closed, quotes mean nothing: every line is a row. Text whose rows
    have too different lengths for a table is given as it is.
    """
    text = clean(decode(path.read_bytes()))
    if stated := _STATED.match(text):
        text, delimiter = text[stated.end() :], stated.group(1)
    else:
        delimiter = _delimiter(text[:_SAMPLE], path.suffix.lower())
    rows = [row for row in _rows(text, delimiter) if any(cell.strip() for cell in row)]
    if len(rows) > 1 and not _has_header(rows[0], rows[1]):
        rows.insert(0, [f"Column {number}" for number, _ in enumerate(rows[0], start=1)])
    if _is_sprawling(rows):
        return Document(text=text, source=source, title=path.stem)
    return Document(text=markdown_table(rows), source=source, title=path.stem)


def _rows(text: str, delimiter: str) -> list[list[str]]:
    lines = io.StringIO(f"{text}\n{_END}")
    try:
        rows = list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:  # a field over 128 KiB: nobody writes one
        rows = []
    if rows and rows.pop() == [_END]:
        return rows
    return [line.split(delimiter) for line in text.split("\n")]


def _delimiter(sample: str, suffix: str) -> str:
    """The delimiter that gives most rows the same number of cells, more than one."""
    if suffix in (".tsv", ".tab") and "\t" in sample:
        return "\t"
    scores = {delimiter: _evenness(sample, delimiter) for delimiter in _DELIMITERS}
    return max(_DELIMITERS, key=lambda delimiter: scores[delimiter])


def _evenness(sample: str, delimiter: str) -> tuple[float, int]:
    """Share of rows with the most frequent number of cells, and that number; 0 for one cell."""
    rows = islice(_rows(sample, delimiter), _SAMPLE_ROWS)
    widths = Counter(len(row) for row in rows if row and row != [""])
    (width, count), *_ = [*widths.most_common(1), (0, 0)]
    return (count / widths.total(), width) if width > 1 else (0.0, 0)


def _has_header(first: Sequence[str], second: Sequence[str]) -> bool:
    pairs = zip_longest(first, second, fillvalue="")
    return not any(_is_value(above) and _NUMBER.fullmatch(below.strip()) for above, below in pairs)


def _is_value(cell: str) -> bool:
    cell = cell.strip()
    return bool(_NUMBER.fullmatch(cell)) and not _YEAR.fullmatch(cell)


def _is_sprawling(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table, all rows as wide as the widest, would be mostly empty and large."""
    cells = sum(map(len, rows))
    return max(map(len, rows), default=0) * len(rows) > max(_SPRAWL, 10 * cells)
