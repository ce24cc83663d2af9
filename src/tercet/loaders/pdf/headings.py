"""The headings of a PDF: its bookmarks where they can be found, else what its fonts say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tercet.types import Heading, Page

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_LEVELS = 6
_LARGER = 1.12  # of the body's height: below, fonts of one paragraph differ as much
_LONGEST = 120  # characters of a heading
_MOST_LINES = 0.2  # share of the lines; more large or bold lines than that are not headings
_REPEATED = 4  # a line on that many pages is a running head, not a heading
_TITLE_LINES = 25  # of the first page; below, large print is something else
_MARGIN_LINES = 0.05  # share of the lines that begin at an edge which is a margin
_EDGE_POINTS = 4  # edges nearer than that are one
_OPENING = "\"'“”„«‘§¿¡["
_NUMBER = re.compile(r"\d[\d,.]*")
_TABLE_ROW = re.compile(r"[$€£%]|(?:\s[(—–-]?\d[\d,.]*\)?){2}")
_LABEL = r"^[ \t]*(?:(?:[0-9]+|[A-Z]|[IVXLC]+)(?:\.[0-9]+)*\.?\s+)?"


@dataclass(frozen=True, slots=True)
class Placed:
    """A line of the document: its page, where it begins, its text, its look, its left edge."""

    page: int
    start: int
    text: str
    size: float
    bold: bool
    left: float


class Bookmark(NamedTuple):
    """A bookmark: its level from 1, its title, and the index of the page it points to."""

    level: int
    title: str
    page: int


def by_outline(
    marks: Sequence[Bookmark], text: str, pages: tuple[Page, ...]
) -> tuple[Heading, ...]:
    """The bookmarks that stand in the text of the page they point to, in the order of the text.

    Nothing, if fewer than half do: such bookmarks name something else than the headings.
    """
    found = [
        Heading(min(level, _LEVELS), title, start)
        for level, title, index in marks
        if index < len(pages) and (start := _locate(title, text, pages[index])) is not None
    ]
    if len(found) * 2 < len(marks):
        return ()
    return tuple(sorted(found, key=lambda heading: heading.start))


def bookmarks(pdf: PdfDocument) -> list[Bookmark]:
    """The bookmarks that have a title and point to a page."""
    return list(_bookmarks(pdf))


def _bookmarks(pdf: PdfDocument) -> Iterator[Bookmark]:
    for mark in pdf.get_toc():
        try:
            title = " ".join(mark.get_title().replace("\0", "").split())
        except UnicodeDecodeError:
            continue
        target = mark.get_dest()
        index = target.get_index() if target else None
        if title and index is not None:
            yield Bookmark(mark.level + 1, title, index)


def _locate(title: str, text: str, page: Page) -> int | None:
    """Where the line begins that starts with `title`, a section number before it or not."""
    words = r"\s+".join(map(re.escape, title.split()))
    pattern = re.compile(_LABEL + words, re.IGNORECASE | re.MULTILINE)
    match = pattern.search(text, page.start, page.end)
    return match.start() if match else None


def by_font(lines: list[Placed]) -> tuple[Heading, ...]:
    """Short lines larger than the body, or bold where the body is not, as headings.

    The larger, the nearer to level 1; bold lines of the body's size come last.
    """
    body, running = _body(lines), _running(lines)
    found = [
        line
        for line in lines
        if _stands_out(line, body) and _NUMBER.sub("", line.text) not in running
    ]
    if len(found) > max(3, _MOST_LINES * len(lines)):
        return ()
    sizes = sorted({max(line.size, body.size) for line in found}, reverse=True)
    level = {size: min(rank, _LEVELS) for rank, size in enumerate(sizes, 1)}
    return tuple(Heading(level[max(line.size, body.size)], line.text, line.start) for line in found)


class _Body(NamedTuple):
    """How most of the text looks, and the left edges at which many lines begin."""

    size: float
    bold: bool
    margins: frozenset[int]


def _body(lines: list[Placed]) -> _Body:
    looks: Counter[tuple[float, bool]] = Counter()
    edges: Counter[int] = Counter()
    for line in lines:
        looks[line.size, line.bold] += len(line.text)
        edges[_edge(line)] += 1
    size, bold = looks.most_common(1)[0][0] if looks else (0.0, False)
    many = _MARGIN_LINES * len(lines)
    return _Body(size, bold, frozenset(edge for edge, count in edges.items() if count >= many))


def _edge(line: Placed) -> int:
    return int(line.left // _EDGE_POINTS)


def _running(lines: Iterable[Placed]) -> set[str]:
    """Lines that recur on several pages, numbers aside: heads, feet, column titles."""
    pages = Counter({(line.page, _NUMBER.sub("", line.text)) for line in lines})
    counts = Counter(text for _, text in pages)
    return {text for text, count in counts.items() if count >= _REPEATED}


def _stands_out(line: Placed, body: _Body) -> bool:
    first = line.text[:1]
    if len(line.text) > _LONGEST or not (first.isalnum() or (first and first in _OPENING)):
        return False
    letters = sum(map(str.isalpha, line.text))
    if letters < 3 or letters * 2 < len(line.text):
        return False
    return line.size > body.size * _LARGER or _bold_heading(line, body)


def _bold_heading(line: Placed, body: _Body) -> bool:
    """Bold where the text is not, and neither a row nor a column title of a table."""
    if not line.bold or body.bold or line.size < body.size:
        return False
    if line.text[-1] in ".,;:" or _TABLE_ROW.search(line.text):
        return False
    capitals = sum(character.isupper() for character in line.text)
    return _edge(line) in body.margins or capitals * 2 > len(line.text)


def largest_line(lines: list[Placed]) -> str:
    """The largest of the first lines of a page, with the next one or two if they are as large.

    "" if more are as large, or none is larger than the body.
    """
    shown = [line for line in lines[:_TITLE_LINES] if len(line.text) > 1]
    size = max((line.size for line in shown), default=0.0)
    title = [index for index, line in enumerate(shown) if line.size == size]
    text = " ".join(shown[index].text for index in title)
    if not title or len(title) > 3 or title[-1] - title[0] >= len(title):
        return ""
    wordy = sum(character.isalpha() for character in text) >= 3
    return text if wordy and size > _body(lines).size * _LARGER and len(text) <= _LONGEST else ""
