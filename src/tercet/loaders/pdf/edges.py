"""The straight lines drawn on a PDF page, across and down, as far as they can border cells."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, pairwise, repeat
from typing import TYPE_CHECKING, NamedTuple

from tercet.loaders.pdf.quick import address_of, quick

if TYPE_CHECKING:
    from pypdfium2 import PdfPage
    from pypdfium2.raw import FPDF_PAGEOBJECT

NEAR = 3.0  # points: lines nearer than that are one, and ends nearer than that touch
SHORTEST = 6.0  # points; shorter lines border no cell: it has to hold a line of text
_THICKEST = 3.0  # points: a filled rectangle up to there is a line, above it is shading
_PALE = 0.9  # of white's brightness: narrow fills that bright are no lines; grey ones are
_SLANT = 1.0  # points, by which the ends of a straight line may differ
_MOST_OBJECTS = 20_000  # of a page that are looked at; of dense pages of text, 6,000
_MOST_SEGMENTS = 2_000  # of one path; longer ones are curves of charts and maps
_MOST_POINTS = 10_000  # of all paths of a page
_MOST_FORMS = 200  # of a page
_DEEPEST = 3  # forms in forms
_RECTANGLE = 5  # segments

Box = tuple[float, float, float, float]  # left, bottom, right, top
Matrix = tuple[float, float, float, float, float, float]

# To coordinates as the page is shown, downwards, by its rotation in degrees.
_SHOWN: dict[int, Matrix] = {
    0: (1, 0, 0, -1, 0, 0),
    90: (0, 1, 1, 0, 0, 0),
    180: (-1, 0, 0, 1, 0, 0),
    270: (0, -1, -1, 0, 0, 0),
}


class Point(NamedTuple):
    x: float
    y: float


class Edge(NamedTuple):
    """A line: where it stands on the other axis, and from where to where it reaches."""

    at: float
    start: float
    end: float


class Edges(NamedTuple):
    """The lines of a page, without duplicates."""

    across: list[Edge]
    down: list[Edge]


def shown(page: PdfPage) -> Matrix:
    """What turns a point of the page into one of the page as it is shown, y downwards."""
    return _SHOWN[page.get_rotation() % 360]


def moved(matrix: Matrix, x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return Point(a * x + c * y + e, b * x + d * y + f)


def page_edges(page: PdfPage) -> Edges:
    """The lines of the page as it is shown, y downwards: strokes and thin filled rectangles.

    Nothing, if there are no lines in one of the directions. Of a page with very many objects,
    only the first are looked at.
    """
    found = _Paths(page).edges()
    matrix = shown(page)
    turned = Edges([], [])
    for edge in found.across:
        _add(turned, moved(matrix, edge.start, edge.at), moved(matrix, edge.end, edge.at))
    for edge in found.down:
        _add(turned, moved(matrix, edge.at, edge.start), moved(matrix, edge.at, edge.end))
    return Edges(_merged(turned.across), _merged(turned.down))


def _add(edges: Edges, first: Point, last: Point) -> None:
    """Adds the line from one point to the other, unless it is slanted."""
    wide, high = abs(first.x - last.x), abs(first.y - last.y)
    if high <= min(_SLANT, wide):
        edges.across.append(_edge(first.y, last.y, first.x, last.x))
    elif wide <= _SLANT:
        edges.down.append(_edge(first.x, last.x, first.y, last.y))


def _edge(at: float, also: float, start: float, end: float) -> Edge:
    return Edge((at + also) / 2, min(start, end), max(start, end))


def _merged(edges: Iterable[Edge]) -> list[Edge]:
    """The edges with those on one line that touch as one, without the short ones."""
    found: list[Edge] = []
    for level in _levels(sorted(edges)):
        at = sum(edge.at for edge in level) / len(level)
        start, end = level[0].start, level[0].end
        for edge in sorted(level, key=lambda edge: edge.start):
            if edge.start > end + NEAR:
                found.append(Edge(at, start, end))
                start, end = edge.start, edge.end
            start, end = min(start, edge.start), max(end, edge.end)
        found.append(Edge(at, start, end))
    return [edge for edge in found if edge.end - edge.start >= SHORTEST]


def _levels(edges: Iterable[Edge]) -> Iterator[list[Edge]]:
    """The edges that stand on one line, together."""
    level: list[Edge] = []
    for edge in edges:
        if level and edge.at - level[0].at > NEAR:
            yield level
            level = []
        level.append(edge)
    if level:
        yield level


_Item = tuple[int, Box, "Matrix | None"]  # the address of a path, its box, the form's matrix


class _Paths:
    """Asks pdfium for the paths of one page, in the coordinates of the page."""

    def __init__(self, page: PdfPage) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium = pdfium
        self._page = page
        self._box = (ctypes.c_float * 4)()
        self._sides = [ctypes.addressof(self._box) + 4 * side for side in range(4)]
        self._bounds = quick(pdfium.FPDFPageObj_GetBounds, ctypes.c_int, *[ctypes.c_void_p] * 5)
        self._modes = quick(pdfium.FPDFPath_GetDrawMode, ctypes.c_int, *[ctypes.c_void_p] * 3)
        self._count = quick(pdfium.FPDFPath_CountSegments, ctypes.c_int, ctypes.c_void_p)
        self._point = ctypes.c_float(), ctypes.c_float()
        self._mode = (ctypes.c_int * 2)()  # of the fill and the stroke
        self._mode_at = ctypes.addressof(self._mode)
        self._colour = [ctypes.c_uint() for _ in range(4)]
        self._matrix = pdfium.FS_MATRIX()
        self._points_left = _MOST_POINTS
        self._forms_left = _MOST_FORMS

    def edges(self) -> Edges:
        """The sides of stroked paths, and thin filled ones; none if all are of one direction.

        Thin ones in a pale colour are no lines, but the shading of narrow columns.
        """
        wide: list[_Item] = []
        high: list[_Item] = []
        drawn = Edges([], [])
        for item in self._items():
            left, bottom, right, top = item[1]
            if right - left <= _THICKEST:
                high.append(item)
            elif top - bottom <= _THICKEST:
                wide.append(item)
            else:
                self._outline(item, drawn)
        high = [item for item in high if not self._is_pale(item[0])]
        if not (high or drawn.down) or not (wide or drawn.across):
            return Edges([], [])
        wide = [item for item in wide if not self._is_pale(item[0])]
        drawn.across.extend(_edge(b, t, le, r) for _, (le, b, r, t), _ in wide)
        drawn.down.extend(_edge(le, r, b, t) for _, (le, b, r, t), _ in high)
        return drawn

    def _items(self) -> Iterator[_Item]:
        """The paths that are not tiny, with their boxes, and the matrix of the form they are in.

        The many objects that are text have to be passed fast: see `quick`.
        """
        pdfium, raw = self._pdfium, address_of(self._page.raw)
        get = quick(pdfium.FPDFPage_GetObject, *[ctypes.c_void_p] * 2, ctypes.c_int)
        kind_of = quick(pdfium.FPDFPageObj_GetType, ctypes.c_int, ctypes.c_void_p)
        count = min(pdfium.FPDFPage_CountObjects(self._page), _MOST_OBJECTS)
        objects = list(map(get, repeat(raw), range(count)))
        kinds = bytes(map(kind_of, objects))
        others = kinds.translate(bytes.maketrans(bytes([pdfium.FPDF_PAGEOBJ_TEXT]), b"\0"))
        for address, kind in compress(zip(objects, kinds, strict=True), others):
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                if box := self._bounds_of(address, None):
                    yield address, box, None
            elif kind == pdfium.FPDF_PAGEOBJ_FORM:
                yield from self._in_form(ctypes.cast(address, pdfium.FPDF_PAGEOBJECT), None, 1)

    def _in_form(self, form: FPDF_PAGEOBJECT, outer: Matrix | None, depth: int) -> Iterator[_Item]:
        self._forms_left -= 1
        if depth > _DEEPEST or self._forms_left < 0:
            return
        matrix = self._moved_by(form, outer)
        for index in range(min(self._pdfium.FPDFFormObj_CountObjects(form), _MOST_OBJECTS)):
            item = self._pdfium.FPDFFormObj_GetObject(form, index)
            kind = self._pdfium.FPDFPageObj_GetType(item)
            if kind == self._pdfium.FPDF_PAGEOBJ_FORM:
                yield from self._in_form(item, matrix, depth + 1)
            elif kind == self._pdfium.FPDF_PAGEOBJ_PATH and (
                box := self._bounds_of(address_of(item), matrix)
            ):
                yield address_of(item), box, matrix

    def _bounds_of(self, address: int, matrix: Matrix | None) -> Box | None:
        """The box of a path; None if it is too small to border a cell."""
        self._bounds(address, *self._sides)
        left, bottom, right, top = self._box
        if matrix:
            one, other = moved(matrix, left, bottom), moved(matrix, right, top)
            (left, right), (bottom, top) = map(sorted, zip(one, other, strict=True))
        small = right - left < SHORTEST and top - bottom < SHORTEST
        return None if small else (left, bottom, right, top)

    def _is_pale(self, address: int) -> bool:
        path = ctypes.cast(address, self._pdfium.FPDF_PAGEOBJECT)
        if self._is_stroked(address) or not self._pdfium.FPDFPageObj_GetFillColor(
            path, *self._colour
        ):
            return False
        red, green, blue = (part.value / 255 for part in self._colour[:3])
        return 0.3 * red + 0.59 * green + 0.11 * blue > _PALE

    def _is_stroked(self, address: int) -> bool:
        self._modes(address, self._mode_at, self._mode_at + ctypes.sizeof(ctypes.c_int))
        return bool(self._mode[1])

    def _outline(self, item: _Item, edges: Edges) -> None:
        """Adds the sides of a stroked path, or the lines that the thin parts of a fill draw."""
        address, _, outer = item
        count, stroked = self._count(address), self._is_stroked(address)
        if count > _MOST_SEGMENTS or (count <= _RECTANGLE and not stroked):
            return
        self._points_left -= count
        if self._points_left < 0:
            return
        path = ctypes.cast(address, self._pdfium.FPDF_PAGEOBJECT)
        for points in self._subpaths(path, count, self._moved_by(path, outer)):
            if not stroked:
                points = _middle(points)
            for first, last in pairwise(points):
                _add(edges, first, last)

    def _subpaths(self, path: FPDF_PAGEOBJECT, count: int, matrix: Matrix) -> Iterator[list[Point]]:
        """The corners of each part of a path; a curve ends a part, as it borders no cell."""
        points: list[Point] = []
        for index in range(count):
            segment = self._pdfium.FPDFPath_GetPathSegment(path, index)
            self._pdfium.FPDFPathSegment_GetPoint(segment, *self._point)
            point = moved(matrix, self._point[0].value, self._point[1].value)
            if self._pdfium.FPDFPathSegment_GetType(segment) != self._pdfium.FPDF_SEGMENT_LINETO:
                yield points
                points = []
            points.append(point)
            if self._pdfium.FPDFPathSegment_GetClose(segment):
                points.append(points[0])
        yield points

    def _moved_by(self, item: FPDF_PAGEOBJECT, outer: Matrix | None) -> Matrix:
        """The matrix of an object, followed by that of what it stands in."""
        self._pdfium.FPDFPageObj_GetMatrix(item, self._matrix)
        m = self._matrix
        if not outer:
            return m.a, m.b, m.c, m.d, m.e, m.f
        rows = moved(outer, m.a, m.b), moved(outer, m.c, m.d), moved(outer, m.e, m.f)
        x, y = outer[4:]  # directions are not shifted
        return rows[0].x - x, rows[0].y - y, rows[1].x - x, rows[1].y - y, *rows[2]


def _middle(points: Sequence[Point]) -> list[Point]:
    """The ends of the line that a thin shape draws; nothing for other shapes."""
    if not points:
        return []
    xs, ys = sorted(point.x for point in points), sorted(point.y for point in points)
    x, y = (xs[0] + xs[-1]) / 2, (ys[0] + ys[-1]) / 2
    if ys[-1] - ys[0] <= _THICKEST:
        return [Point(xs[0], y), Point(xs[-1], y)]
    if xs[-1] - xs[0] <= _THICKEST:
        return [Point(x, ys[0]), Point(x, ys[-1])]
    return []
