"""The rows of a PDF page, their words, and what becomes of the hyphens at their ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from tercet.loaders.pdf.look import READABLE, UNHYPHENED, Box, Look, Piece, Word, units

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

# pdfium marks a hyphen at the end of a line, and joins the lines, with U+FFFE (once U+0002).
_MARKED = re.compile(r"(?<![^\W_])([^\W_]+(?:-[^\W_]+)*)[\ufffe\x02](?=([^\W_]+))")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
# What of a row stands on one line: a word, or the half of one.
_PART = re.compile(r"[^\s\ufffe\x02]+[\ufffe\x02]?|[\ufffe\x02]")
_BROKEN = re.compile(r"[^\W_]*[\ufffe\x02][^\W_]*")

_SAME_ROW = 0.5  # overlap in height, of the lower character, that puts two on one row
_BACKWARD = 0.3  # of the height: kerning lets a character begin a little before the last ends
_WORD_GAP = 0.15  # of the height: from here on, a gap parts words

_P = TypeVar("_P")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, the height of its font in points, whether it begins in bold, and where."""

    text: str
    size: float
    bold: bool
    left: float


class _Part(NamedTuple):
    """A word or the half of one: its middle, the piece it is of, from where to where in `raw`."""

    x: float
    y: float
    piece: int
    start: int
    end: int


class Row:
    """What stands beside each other on a page: one line, and on demand its words in place."""

    def __init__(self, piece: Piece, look: Look) -> None:
        self._pieces = [piece]
        self._look = look

    @property
    def bottom(self) -> float:
        return self._pieces[0].first.bottom

    @property
    def left(self) -> float:
        return self._pieces[0].first.left

    @property
    def right(self) -> float:
        return self._pieces[-1].last.right

    @property
    def height(self) -> float:
        return self._pieces[0].first.height

    def takes(self, piece: Piece) -> bool:
        """Whether the piece was put to the row, because it goes on where the row ends."""
        if beside := _beside(self._pieces[-1].last, piece.first):
            self._pieces.append(piece)
        return beside

    @cached_property
    def line(self) -> Line:
        text = self._pieces[0].text
        for before, piece in pairwise(self._pieces):
            gap = piece.first.left - before.last.right
            text += (" " if gap > _WORD_GAP * before.size else "") + piece.text
        longest = max(self._pieces, key=lambda piece: len(piece.text))
        return Line(text, longest.size, longest.bold, self._pieces[0].first.left)

    @cached_property
    def words(self) -> list[Word]:
        """The words of the line, left to right."""
        found: list[Word] = []
        for piece in self._pieces:
            words = list(self._look.words(piece))
            near = found and words and words[0].left - found[-1].right <= _WORD_GAP * piece.size
            if near:
                last, first = found.pop(), words.pop(0)
                found.append(Word(last.text + first.text, last.left, first.right))
            found += words
        return found

    def cut(self, place: Callable[[float, float], _P]) -> list[tuple[_P, Row]]:
        """The row in parts, by the places in which the middles of its words lie."""
        places = [place(part.x, part.y) for part in self._parts]
        if len(set(places)) == 1:
            return [(places[0], self)]
        found: list[tuple[_P, Row]] = []
        for (where, index), run in groupby(
            zip(places, self._parts, strict=True), lambda pair: (pair[0], pair[1].piece)
        ):
            parts = [part for _, part in run]
            if piece := self._look.cut(self._pieces[index], parts[0].start, parts[-1].end):
                if found and found[-1][0] == where:
                    found[-1][1]._pieces.append(piece)
                else:
                    found.append((where, Row(piece, self._look)))
        return found

    @cached_property
    def _parts(self) -> list[_Part]:
        return [
            _Part(*self._look.middle(piece, match), index, match.start(), match.end())
            for index, piece in enumerate(self._pieces)
            for match in _PART.finditer(piece.raw)
        ]


def page_rows(textpage: PdfTextPage) -> list[Row]:
    """The rows of a page that hold anything, in reading order, hyphen marks still inside.

    pdfium breaks a row where a raised or lowered character stands (a footnote mark between a
    label and its numbers); pieces that stand beside each other on the page become one row.
    """
    look = Look(textpage)
    rows: list[Row] = []
    for piece in _pieces(textpage, look):
        if not (rows and rows[-1].takes(piece)):
            rows.append(Row(piece, look))
    return rows


def _beside(left: Box, right: Box) -> bool:
    overlap = min(left.top, right.top) - max(left.bottom, right.bottom)
    lower = min(left.height, right.height)
    return overlap > _SAME_ROW * lower > 0 and right.left > left.right - _BACKWARD * lower


def _pieces(textpage: PdfTextPage, look: Look) -> Iterator[Piece]:
    position = 0  # in UTF-16 units, as pdfium counts
    for raw in textpage.get_text_range().split("\r\n"):
        text = raw.translate(UNHYPHENED).strip()
        if text:
            yield look.piece(raw, text, position)
        position += units(raw) + 2


def _is_marked(text: str) -> bool:
    return "\ufffe" in text or "\x02" in text


class Hyphens:
    """Decides which hyphens at line ends belong to the word, by the words of the document."""

    def __init__(self, texts: Iterable[str]) -> None:
        lines = list(texts)
        marked = any(map(_is_marked, lines))
        whole = (_BROKEN.sub(" ", line) if _is_marked(line) else line for line in lines)
        words = (word for line in whole for word in _WORD.findall(line.lower()))  # no halves
        self._words = frozenset(words) if marked else frozenset()

    def resolved(self, text: str) -> str:
        """`text` with each marked hyphen dropped, or kept where it is part of the word."""
        if _is_marked(text):
            text = _MARKED.sub(self._joined, text)
        return text.translate(READABLE)

    def _joined(self, match: re.Match[str]) -> str:
        left, right = match.groups()
        return left + ("-" if self._belongs(left, right) else "")

    def _belongs(self, left: str, right: str) -> bool:
        """Whether the hyphen between `left` and `right` is part of the word.

        The spelling found elsewhere in the document decides; then, digits, capitals and two
        parts that are words of their own speak for a compound.
        """
        left, capital, right = left.lower(), not right[0].islower(), right.lower()
        if left + right in self._words:
            return False
        if f"{left}-{right}" in self._words or capital or left[-1].isdigit():
            return True
        return left.rpartition("-")[2] in self._words and right in self._words
