"""The head of a table on a PDF page: the lines above it that stand over its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, pairwise, repeat
from statistics import median
from typing import NamedTuple

from tercet.loaders.pdf.cells import Cell, cells, is_figure, is_year
from tercet.loaders.pdf.lines import Row

_MOST = 40  # lines looked at: pdfium gives each line of each cell as one
_LABELS = 4  # rows without numbers between head and numbers
_ABOVE = 4.5  # of the height: how far the head may stand above the numbers
_TIER_GAP = 1.25  # of the height: how much space may be between two lines of the head
_LARGER = 1.15  # larger print is a title of the table, not of a column
_OFF = 1.5  # of the height: how far a title may stand from the middle of its columns
INDENT = 6  # of the height: how far rows may be indented below their heading
_FLUSH = 0.65  # of the height: numbers in parentheses reach that far beyond the others
_MOST_COLUMNS = 12  # there are too many ways to share more
_EXACT = 0.1  # of the height
_FAR = 1e9
_LONGEST = 60  # characters of a title
_UNIT = re.compile(r"\(.{0,20}\bin (?:thousands|[mb]illions)\b", re.IGNORECASE)
_PITCH = 1.2  # of the height: lines of one title are not further apart


class Head(NamedTuple):
    """Rows [start, end) above a table, and the text of each column; no text when none is found."""

    start: int
    end: int
    texts: list[str]


class _Title(NamedTuple):
    text: str
    left: float
    right: float
    bottom: float
    top: float
    height: float


def head_above(
    rows: Sequence[Row], first: int, stop: int, columns: Sequence[Cell], left: float
) -> Head:
    """The head of the table whose first row with numbers is `first`, not above row `stop`."""
    titles: list[_Title] = []
    stubs: list[_Title] = []
    start = end = first
    for index in range(first - 1, max(stop, first - _MOST) - 1, -1):
        row = rows[index]
        found = _titles(row)
        over = [title for title in found if _stands_over(title, columns, left)]
        if not _is_near(row, rows[first], titles):
            break
        if over and len(over) >= len(found) - (found[0] not in over):
            stubs += found[: len(found) - len(over)]
            titles += over
            end = end if len(titles) > len(over) else index + 1
        elif len(found) == 1 and titles and _beside(found[0], titles):
            stubs += found
        elif titles or not _may_be_label(found, columns, left) or first - index > _LABELS:
            break
        else:
            continue
        start = index
    if not titles:
        return Head(first, first, [])
    units = [title for title in titles if _UNIT.match(title.text)]
    units = units if len(units) == 1 else []  # several are each for a column
    named = [title for title in titles if title not in units]
    return Head(start, end, [_stub([*stubs, *units]), *_by_column(named, columns)])


def _titles(row: Row) -> list[_Title]:
    found = cells(row)
    top = row.bottom + row.height
    return [_Title(c.text, c.left, c.right, row.bottom, top, row.height) for c in found]


def _is_near(row: Row, first: Row, titles: Sequence[_Title]) -> bool:
    """Whether the row stands above the numbers, and right above what is found of the head."""
    if row.bottom < first.bottom + 0.5 * first.height:
        return False
    if titles and row.height > _LARGER * max(title.height for title in titles):
        return False
    if not titles:
        return row.bottom - first.bottom < _ABOVE * first.height + _LABELS * first.height
    return row.bottom - max(title.top for title in titles) < _TIER_GAP * row.height


def _may_be_label(found: Sequence[_Title], columns: Sequence[Cell], left: float) -> bool:
    return (
        found[0].left > left - INDENT * found[0].height
        and found[-1].right < columns[0].left
        and not any(is_figure(title.text) for title in found[1:])
    )


def _beside(found: _Title, titles: Sequence[_Title]) -> bool:
    """Whether it stands on the height of the head, left of it."""
    return found.bottom < max(
        title.top for title in titles
    ) - 0.3 * found.height and found.right < min(title.left for title in titles)


def _stands_over(title: _Title, columns: Sequence[Cell], left: float) -> bool:
    """Whether the title is set over one column or several, by its middle or an edge."""
    if is_figure(title.text) and not is_year(title.text):
        return False
    if len(title.text) > _LONGEST or title.left < left + 2 * title.height:
        return False
    if title.right > columns[-1].right + 3 * title.height:
        return False
    return bool(_span(title, columns))


def _span(title: _Title, columns: Sequence[Cell]) -> range | None:
    """The columns it is set over: those below it, or more of them in whose middle it stands."""
    over = [k for k, c in enumerate(columns) if title.left < c.right and c.left < title.right]
    near = _OFF * title.height
    if len(over) == 1:
        return range(over[0], over[0] + 1)
    spans = [range(a, b + 1) for a in range(len(columns)) for b in range(a, len(columns))]
    center = (title.left + title.right) / 2
    fits = [
        span
        for span in spans
        if any(abs(middle - center) < near for middle in _middles(columns, span[0], span[-1]))
        and set(over) <= set(span)
    ]
    return min(fits, key=len, default=None)


def _middles(columns: Sequence[Cell], first: int, last: int) -> tuple[float, float]:
    """The middle of the columns from `first` to `last`: of what they hold, and of their room."""
    right = columns[last].right
    rights = [column.right for column in columns]
    widths = [b - a for a, b in pairwise(rights)] or [columns[0].right - columns[0].left]
    start = rights[first - 1] if first else rights[0] - median(widths)
    return (columns[first].left + right) / 2, (start + right) / 2


def _stub(stubs: Sequence[_Title]) -> str:
    ordered = sorted(stubs, key=lambda title: -title.bottom)
    return " ".join(title.text for title in ordered)


def _by_column(titles: Sequence[_Title], columns: Sequence[Cell]) -> list[str]:
    """The titles over each column, from top to bottom."""
    spans = _widened(_stacked(titles), columns)
    texts: list[list[str]] = [[] for _ in columns]
    for title, span in sorted(spans, key=lambda pair: -pair[0].top):
        for column in span:
            texts[column].append(title.text)
    return [" ".join(parts) for parts in texts]


def _stacked(titles: Sequence[_Title]) -> list[_Title]:
    """Titles of several lines as one; a line over two others is a title of its own."""
    done: list[_Title] = []
    for title in sorted(titles, key=lambda title: title.bottom):
        below = [other for other in done if _is_over(title, other)]
        beside = [t for t in titles if t is not title and below and _is_over(t, below[0])]
        if len(below) == 1 and not beside:
            done.remove(below[0])
            title = _on_top(title, below[0])
        done.append(title)
    return done


def _is_over(title: _Title, other: _Title) -> bool:
    above = 0 < title.bottom - other.top + title.height < _PITCH * title.height
    return above and title.left < other.right and other.left < title.right


def _on_top(title: _Title, below: _Title) -> _Title:
    return _Title(
        f"{title.text} {below.text}",
        min(title.left, below.left),
        max(title.right, below.right),
        below.bottom,
        title.top,
        title.height,
    )


_Placed = tuple[_Title, Sequence[int]]


def _widened(titles: Sequence[_Title], columns: Sequence[Cell]) -> list[_Placed]:
    """Each title with all columns it is meant for, by how it is set over them."""
    placed = [(title, _span(title, columns) or _nearest(title, columns)) for title in titles]
    return [(title, _grown(title, span, placed, columns)) for title, span in placed]


def _grown(
    title: _Title, span: Sequence[int], placed: Sequence[_Placed], columns: Sequence[Cell]
) -> Sequence[int]:
    """The columns of a title: to the left, when it and those beside it are set flush right,
    else those in whose middle it stands; alone on its height, as many as possible."""
    tier = [
        (other, others)
        for other, others in placed
        if other is not title and other.bottom < title.top and title.bottom < other.top
    ]
    edges = [column.right for column in columns]
    flush = all(
        _is_flush(one, edges[its[-1]], [other.right for other, _ in placed if other is not one])
        for one, its in [*tier, (title, span)]
    )
    if flush and (tier or title.text.endswith(",")):
        before = [others[-1] for _, others in tier if others[-1] < span[-1]]
        return range(max(before, default=-1) + 1, span[-1] + 1)
    if flush:
        return span
    taken = {column for _, others in tier for column in others}
    fits = _centred(title, span, columns)
    free = [wider for wider, _ in fits if not taken.intersection(wider)]
    if not tier:
        return max([span, *free], key=len)
    if shared := _shared([title, *(other for other, _ in tier)], columns):
        return shared
    off = dict(fits)
    return min([range(span[0], span[-1] + 1), *free], key=lambda wider: off.get(wider, _FAR))


def _shared(tier: Sequence[_Title], columns: Sequence[Cell]) -> range | None:
    """The part of the first title, when the titles can share all columns so that each stands in
    the middle of its own."""
    ordered = sorted(tier, key=lambda title: title.left)
    if len(columns) > _MOST_COLUMNS or len(ordered) > len(columns):
        return None
    best, shared = _OFF, None
    for cuts in combinations(range(1, len(columns)), len(ordered) - 1):
        parts = [range(a, b) for a, b in pairwise((0, *cuts, len(columns)))]
        off = max(map(_off, ordered, parts, repeat(columns)))
        if off < best:
            best, shared = off, parts[ordered.index(tier[0])]
    return shared


def _off(title: _Title, part: range, columns: Sequence[Cell]) -> float:
    """How far the title stands from the middle of the columns, in heights."""
    center = (title.left + title.right) / 2
    middles = _middles(columns, part[0], part[-1])
    return min(abs(middle - center) for middle in middles) / (title.height or 1)


def _is_flush(title: _Title, edge: float, others: Sequence[float]) -> bool:
    """Whether the title ends at the edge of its column, or where another title does; numbers
    in parentheses reach a little beyond."""
    near, off = _EXACT * title.height, abs(title.right - edge)
    below = any(abs(title.right - other) < near for other in others)
    return off < near or (below and off < _FLUSH * title.height)


def _centred(
    title: _Title, span: Sequence[int], columns: Sequence[Cell]
) -> list[tuple[range, float]]:
    """The columns around `span` in whose middle the title stands, and how far from it."""
    found = [
        (range(first, last + 1), _off(title, range(first, last + 1), columns))
        for first in range(span[0], -1, -1)
        for last in range(span[-1], len(columns))
    ]
    return [(wider, off) for wider, off in found if off < _OFF]


def _nearest(title: _Title, columns: Sequence[Cell]) -> range:
    center = (title.left + title.right) / 2
    best = min(range(len(columns)), key=lambda k: abs(columns[k].center - center))
    return range(best, best + 1)
