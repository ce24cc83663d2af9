"""The tables of a PDF page whose cells are drawn with lines, as Markdown tables."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from tercet.loaders.pdf.cells import markdown_row
from tercet.loaders.pdf.edges import NEAR, Edge, Edges, Matrix, moved, page_edges, shown
from tercet.loaders.pdf.lines import Line, Row
from tercet.loaders.pdf.tables import tabulated

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_FEWEST = 2  # rows and columns of a table
_MOST_EDGES = 600  # of a page, each way; with more, it is a drawing
_MOST_CELLS = 5_000  # of a grid
_MOST_GRIDS = 30  # of a page, the largest first
_ROOM = 9.0  # points beyond the last line, at least, of a row or column that is open there
_SPARSE = 0.55  # of the height, the mean room of a character in a row with gaps; of prose, .45
_SPARSE_CAPITALS = 0.7  # of words in capitals, .57
_RISE = 0.3  # of the height, by which a row stands above the last one or beside it
_PARAGRAPH = 250  # characters of a cell
_PROSE = 0.5  # share of the text in cells that long
_FULL = 0.5  # share of the cells that hold text
_TITLE = re.compile(r"[^\W\d_]{3}|\d{3}")

Place = tuple[int, int]  # row and column of a cell


def ruled(page: PdfPage, rows: Sequence[Row]) -> list[Line]:
    """The lines of a page: tables by the lines drawn around their cells, then `tabulated`."""
    grids = grids_of(page_edges(page)) if _may_hold_cells(rows) else []
    parts: list[Row | _Table] = list(rows)
    for grid in grids[:_MOST_GRIDS]:
        parts = _placed(parts, grid, shown(page))
    blocks: list[list[Line]] = []
    for is_table, run in groupby(parts, lambda part: isinstance(part, _Table)):
        if is_table:
            blocks += [part.lines() for part in run if isinstance(part, _Table)]
        else:
            blocks.append(tabulated([part for part in run if isinstance(part, Row)]))
    return _apart(blocks)


def _may_hold_cells(rows: Sequence[Row]) -> bool:
    """Whether there are rows with gaps, or rows that do not stand below the last one.

    Spares most pages of prose the search for lines, which takes a third as long as their text.
    """
    found, bottom = 0, float("inf")
    for row in rows:
        text = row.line.text
        beside = row.bottom > bottom - _RISE * row.height
        room = _SPARSE_CAPITALS if text.isupper() else _SPARSE
        found += beside or (len(text) > 2 and row.right - row.left > room * row.height * len(text))
        bottom = row.bottom
        if found >= _FEWEST:
            return True
    return False


def _apart(blocks: Iterable[list[Line]]) -> list[Line]:
    """The lines of the blocks, with an empty one between them."""
    lines: list[Line] = []
    for block in blocks:
        if lines and lines[-1].text and block and block[0].text:
            lines.append(Line("", block[0].size, False, block[0].left))
        lines += block
    return lines


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells between lines. `first` names for each the first cell of the merged one it is in."""

    xs: list[float]
    ys: list[float]
    first: dict[Place, Place]

    def at(self, x: float, y: float) -> Place | None:
        """The first cell of that in which a point lies; None outside the grid."""
        row, column = bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1
        return self.first.get((row, column))

    @property
    def area(self) -> float:
        return (self.xs[-1] - self.xs[0]) * (self.ys[-1] - self.ys[0])


def grids_of(edges: Edges) -> list[Grid]:
    """The grids of at least two rows and two columns, the largest first."""
    if max(len(edges.across), len(edges.down)) > _MOST_EDGES:
        return []
    found = [_grid(*part) for part in _touching(edges)]
    return sorted((grid for grid in found if grid), key=lambda grid: -grid.area)


def _touching(edges: Edges) -> Iterator[Edges]:
    """The edges that touch, directly or by others."""
    down = sorted(edges.down)
    ats = [edge.at for edge in down]
    groups = list(range(len(down) + len(edges.across)))
    for number, edge in enumerate(edges.across, len(down)):
        near = range(bisect_left(ats, edge.start - NEAR), bisect_right(ats, edge.end + NEAR))
        for other in near:
            if down[other].start - NEAR <= edge.at <= down[other].end + NEAR:
                _unite(groups, number, other)
    parts: defaultdict[int, Edges] = defaultdict(lambda: Edges([], []))
    for number, edge in enumerate([*down, *edges.across]):
        part = parts[_root(groups, number)]
        (part.down if number < len(down) else part.across).append(edge)
    yield from parts.values()


def _root(groups: list[int], item: int) -> int:
    while groups[item] != item:
        groups[item] = item = groups[groups[item]]
    return item


def _unite(groups: list[int], one: int, other: int) -> None:
    """Puts two items into one group, whose root is the first of its items."""
    low, high = sorted((_root(groups, one), _root(groups, other)))
    groups[high] = low


def _grid(across: list[Edge], down: list[Edge]) -> Grid | None:
    """The grid that the edges draw, which may be open at its sides; None if there is none."""
    if not down or len(across) < _FEWEST:
        return None
    xs, ys = _bounds(down, across), _bounds(across, down)
    rows, columns = len(ys) - 1, len(xs) - 1
    if min(rows, columns) < _FEWEST or rows * columns > _MOST_CELLS:
        return None
    groups = list(range(rows * columns))
    right = _walls(down, xs, ys)
    below = _walls(across, ys, xs)
    for cell in range(rows * columns):
        row, column = divmod(cell, columns)
        if column + 1 < columns and (column + 1, row) not in right:
            _unite(groups, cell, cell + 1)
        if row + 1 < rows and (row + 1, column) not in below:
            _unite(groups, cell, cell + columns)
    first = {divmod(n, columns): divmod(_root(groups, n), columns) for n in range(len(groups))}
    return _without_title(Grid(xs, ys, first)) if _is_tiled(first) else None


def _bounds(edges: Iterable[Edge], crossing: Sequence[Edge]) -> list[float]:
    """Where the edges stand, and where those that cross them end, if that is further out.

    An end of one alone, which the others do not reach, is no side (the axis of a chart).
    """
    found = sorted({edge.at for edge in edges})
    start, end = min(edge.start for edge in crossing), max(edge.end for edge in crossing)
    fewest = min(len(crossing), 2)
    left = sum(edge.start < start + NEAR for edge in crossing) >= fewest
    right = sum(edge.end > end - NEAR for edge in crossing) >= fewest
    return [
        *([start] if left and start < found[0] - _ROOM else []),
        *found,
        *([end] if right and end > found[-1] + _ROOM else []),
    ]


def _walls(
    edges: Iterable[Edge], bounds: Sequence[float], others: Sequence[float]
) -> set[tuple[int, int]]:
    """By the number of a bound: the spaces between the other bounds that an edge on it closes."""
    number = {bound: index for index, bound in enumerate(bounds)}
    middles = [(a + b) / 2 for a, b in pairwise(others)]
    return {
        (number[edge.at], index)
        for edge in edges
        for index, middle in enumerate(middles)
        if edge.start <= middle <= edge.end
    }


def _is_tiled(first: dict[Place, Place]) -> bool:
    """Whether all merged cells are rectangles; those of diagrams are not."""
    members: defaultdict[Place, list[Place]] = defaultdict(list)
    for place, owner in first.items():
        members[owner].append(place)
    return all(_is_rectangle(places) for places in members.values())


def _is_rectangle(places: Sequence[Place]) -> bool:
    rows, columns = ([place[axis] for place in places] for axis in (0, 1))
    wide, high = max(columns) - min(columns) + 1, max(rows) - min(rows) + 1
    return wide * high == len(places)


def _without_title(grid: Grid) -> Grid | None:
    """The grid without merged cells of its full width at the top: their text is no titles."""
    columns = len(grid.xs) - 1
    top = 0
    while top < len(grid.ys) - 1 and grid.first[top, columns - 1][1] == 0:
        top += 1
    if len(grid.ys) - 1 - top < _FEWEST:
        return None
    first = {place: owner for place, owner in grid.first.items() if place[0] >= top}
    moved_up = {(r - top, c): (row - top, column) for (r, c), (row, column) in first.items()}
    return Grid(grid.xs, grid.ys[top:], moved_up)


@dataclass(slots=True)
class _Table:
    """What stands in the cells of a grid."""

    grid: Grid
    cells: defaultdict[Place, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def texts(self) -> list[list[str]]:
        """The texts by row and column, without rows and columns that hold none.

        A merged cell has its text in its first row and column, and leaves the others empty.
        """
        filled = {place: _text(rows) for place, rows in self.cells.items()}
        filled = {place: text for place, text in filled.items() if text}
        rows, columns = (sorted({place[axis] for place in filled}) for axis in (0, 1))
        return [[filled.get((row, column), "") for column in columns] for row in rows]

    def lines(self) -> list[Line]:
        head, *body = self.texts()
        look = next(iter(self.cells.values()))[0].line
        texts = [head, ["---"] * len(head), *body]
        return [Line(markdown_row(row), look.size, False, look.left) for row in texts]

    def is_table(self) -> bool:
        """Whether the texts are those of a table.

        They are not if most of the text stands in cells that hold a long paragraph each (a form
        of boxes with prose, a layout in columns); if no title has three letters or digits, or
        most cells are empty, titles included (a chart, a drawing with letters at its lines).
        """
        texts = self.texts()
        if len(texts) < _FEWEST or len(texts[0]) < _FEWEST:
            return False
        lengths = [len(text) for row in texts for text in row]
        prose = sum(length for length in lengths if length > _PARAGRAPH)
        named = any(map(_TITLE.search, texts[0]))
        return prose <= _PROSE * sum(lengths) and named and self._is_full()

    def _is_full(self) -> bool:
        """Whether most of the cells hold text, or all titles do, as in a form to fill in."""
        cells = set(self.grid.first.values())
        filled = sum(bool(self.cells.get(place)) for place in cells)
        titles = all(self.cells.get(place) for place in cells if place[0] == 0)
        return titles or filled > _FULL * len(cells)


def _text(rows: Iterable[Row]) -> str:
    """The lines of a cell as one; a hyphen mark joins what it parts."""
    text = ""
    for row in rows:
        text += row.line.text if text.endswith(("\ufffe", "\x02")) else f" {row.line.text}"
    return text.strip()


def _placed(parts: Sequence[Row | _Table], grid: Grid, matrix: Matrix) -> list[Row | _Table]:
    """The parts of a page, what lies in the grid as a table, if it is one."""
    table = _Table(grid)
    found: list[Row | _Table] = []
    for part in parts:
        if isinstance(part, _Table):
            found.append(part)
            continue
        for place, row in part.cut(lambda x, y: grid.at(*moved(matrix, x, y))):
            if place is None:
                found.append(row)
                continue
            if not table.cells:
                found.append(table)
            table.cells[place].append(row)
    return found if table.is_table() else list(parts)
