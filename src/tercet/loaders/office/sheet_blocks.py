"""The cells of a sheet to the tables in it: blocks of cells with nothing around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple, TypeAlias

Rows: TypeAlias = list[list[str]]

_NUMBER = re.compile(r"[-+]?[\d.,]*\d[\d.,:%eE+ -]*")  # dates and times too
_YEAR = re.compile(r"(?:19|20)\d\d")
_SPACER = 1  # an empty column between the columns of one table makes it easier to read
_NARROWEST = 2  # columns of a table


class Block(NamedTuple):
    """A rectangle of cells: texts, row by row; `top` and `left` count from 0."""

    top: int
    left: int
    rows: Rows

    @property
    def width(self) -> int:
        return len(self.rows[0])

    @property
    def reference(self) -> str:
        """As spreadsheets write it: "A1:F20", or "B2" for a single cell."""
        first = f"{_letters(self.left)}{self.top + 1}"
        last = f"{_letters(self.left + self.width - 1)}{self.top + len(self.rows)}"
        return first if first == last else f"{first}:{last}"

    @property
    def captions(self) -> list[str]:
        """The texts of the first rows that have one cell each; of all, when no row has more."""
        found: list[str] = []
        for row in self.rows:
            texts = [cell for cell in row if cell]
            if len(texts) != 1:
                break
            found.append(texts[0])
        return found

    @property
    def table(self) -> Block | None:
        """What lies below the captions, or None when there is nothing."""
        count = len(self.captions)
        rows = self.rows[count:]
        return _trimmed(Block(self.top + count, self.left, rows)) if rows else None


def blocks(used: Block) -> list[Block]:
    """The blocks of a sheet, from the top down, those side by side from the left.

    Empty rows part blocks. What has no header of its own, because its first row holds numbers,
    goes on with the table above it. Empty columns part blocks of different height, or further
    apart than one column, if none of them is a mere column; others belong to one table.
    """
    found: list[Block] = []
    for strip in _strips(used):
        for side in _sides(strip):
            for block in _strips(side):
                if found and _goes_on(found[-1], block):
                    found[-1] = _joined(found[-1], block)
                else:
                    found.append(block)
    return found


def _strips(block: Block) -> Iterator[Block]:
    """The runs of rows that are not empty, trimmed."""
    for start, end in _runs(any(row) for row in block.rows):
        strip = _trimmed(Block(block.top + start, block.left, block.rows[start:end]))
        if strip:
            yield strip


def _sides(block: Block) -> list[Block]:
    used = _used_columns(block.rows)
    spans = list(_runs(column in used for column in range(block.width)))
    sides = [_cut(block, start, end) for start, end in spans]
    gap = max((b[0] - a[1] for a, b in pairwise(spans)), default=0)
    if any(side.width < _NARROWEST for side in sides):
        return [block]
    heights = {_extent(side) for side in sides}
    return sides if gap > _SPACER or len(heights) > 1 else [block]


def _extent(side: Block) -> tuple[int, int]:
    """First and last row with text, captions not counted."""
    body = [at for at, row in enumerate(side.rows) if sum(map(bool, row)) > 1]
    return (body[0], body[-1]) if body else (0, 0)


def _goes_on(above: Block, block: Block) -> bool:
    table = above.table
    inside = (
        table is not None
        and table.left <= block.left
        and block.left + block.width <= table.left + table.width
        and above.top + len(above.rows) <= block.top
    )
    return inside and any(_NUMBER.fullmatch(c) and not _YEAR.fullmatch(c) for c in block.rows[0])


def _joined(above: Block, block: Block) -> Block:
    before = [""] * (block.left - above.left)
    after = [""] * (above.width - len(before) - block.width)
    blank = [[""] * above.width] * (block.top - above.top - len(above.rows))
    return above._replace(rows=[*above.rows, *blank, *([*before, *r, *after] for r in block.rows)])


def _trimmed(block: Block) -> Block | None:
    """Without empty columns at its sides; None without any text."""
    used = _used_columns(block.rows)
    return _cut(block, min(used), max(used) + 1) if used else None


def _cut(block: Block, start: int, end: int) -> Block:
    if (start, end) == (0, block.width):
        return block
    return Block(block.top, block.left + start, [row[start:end] for row in block.rows])


def _used_columns(rows: Sequence[Sequence[str]]) -> set[int]:
    return {at for at, column in enumerate(zip(*rows, strict=True)) if any(column)}


def _runs(flags: Iterable[bool]) -> Iterator[tuple[int, int]]:
    """Start and end of each run of true flags."""
    start = 0
    for flag, group in groupby(flags):
        end = start + sum(1 for _ in group)
        if flag:
            yield start, end
        start = end


def _letters(column: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA."""
    name = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        name = chr(ord("A") + digit) + name
    return name
