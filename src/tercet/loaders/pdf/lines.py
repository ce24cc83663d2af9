"""The rows of a PDF page, their words, and what becomes of the hyphens at their ends."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage
    from pypdfium2.raw import FS_RECTF

# pdfium marks a hyphen at the end of a line, and joins the lines, with U+FFFE (once U+0002).
_MARKED = re.compile(r"(?<![^\W_])([^\W_]+(?:-[^\W_]+)*)[\ufffe\x02](?=([^\W_]+))")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_VISIBLE = re.compile(r"\S+")
_BROKEN = re.compile(r"[^\W_]*[\ufffe\x02][^\W_]*")

_CONTROLS = dict.fromkeys({*range(32), 127} - {9})  # glyphs without a meaning, mostly
_GLYPHS = {0xAD: "-", 0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl"}
_READABLE: dict[int, str | None] = {**_CONTROLS, **_GLYPHS, 0xFFFE: "-", 0xFFFF: None}
_UNHYPHENED: dict[int, str | None] = {**_READABLE, 0xFFFE: "\ufffe", 2: "\x02"}

_BOLD = re.compile(rb"bold|black|heavy|demi|cmbx|sfbx", re.IGNORECASE)
_NAME_BYTES = 64
_SAME_ROW = 0.5  # overlap in height, of the lower character, that puts two on one row
_BACKWARD = 0.3  # of the height: kerning lets a character begin a little before the last ends
_WORD_GAP = 0.15  # of the height: from here on, a gap parts words


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, the height of its font in points, whether it begins in bold, and where."""

    text: str
    size: float
    bold: bool
    left: float


class _Box(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        return self.top - self.bottom


class _Piece(NamedTuple):
    """What pdfium calls a line: its text, where it begins and ends, how it looks."""

    text: str
    first: _Box
    last: _Box
    size: float
    bold: bool
    raw: str
    position: int  # of `raw` in the page's text


class Word(NamedTuple):
    """What stands between two spaces, and from where to where."""

    text: str
    left: float
    right: float


class Row:
    """What stands beside each other on a page: one line, and on demand its words in place."""

    def __init__(self, piece: _Piece, look: _Look) -> None:
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

    def takes(self, piece: _Piece) -> bool:
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


def page_rows(textpage: PdfTextPage) -> list[Row]:
    """The rows of a page that hold anything, in reading order, hyphen marks still inside.

    pdfium breaks a row where a raised or lowered character stands (a footnote mark between a
    label and its numbers); pieces that stand beside each other on the page become one row.
    """
    look = _Look(textpage)
    rows: list[Row] = []
    for piece in _pieces(textpage, look):
        if not (rows and rows[-1].takes(piece)):
            rows.append(Row(piece, look))
    return rows


def _beside(left: _Box, right: _Box) -> bool:
    overlap = min(left.top, right.top) - max(left.bottom, right.bottom)
    lower = min(left.height, right.height)
    return overlap > _SAME_ROW * lower > 0 and right.left > left.right - _BACKWARD * lower


def _pieces(textpage: PdfTextPage, look: _Look) -> Iterator[_Piece]:
    position = 0  # in UTF-16 units, as pdfium counts
    for raw in textpage.get_text_range().split("\r\n"):
        text = raw.translate(_UNHYPHENED).strip()
        if text:
            yield look.piece(raw, text, position)
        position += _units(raw) + 2


def _units(raw: str) -> int:
    return len(raw) if raw.isascii() else len(raw.encode("utf-16-le", "surrogatepass")) // 2


class _Look:
    """Asks pdfium where the characters of one page stand and how they look."""

    def __init__(self, textpage: PdfTextPage) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium = pdfium
        self._textpage = textpage
        self._rect = pdfium.FS_RECTF()
        self._name = ctypes.create_string_buffer(_NAME_BYTES)
        self._flags = ctypes.c_int()

    def piece(self, raw: str, text: str, position: int) -> _Piece:
        lead = len(raw) - len(raw.lstrip())
        first = self._box(position + lead)
        last = self._box(position + len(raw.rstrip()) - 1)
        letter = next((i for i, c in enumerate(raw) if c.isalnum()), lead)
        size = round(self._box(position + letter).height, 1)
        bold = self._bold(position + letter)
        return _Piece(text, first, last, size, bold, raw, position)

    def words(self, piece: _Piece) -> Iterator[Word]:
        raw, wide = piece.raw, not piece.raw.isascii() and max(piece.raw) > "\uffff"
        lead, trail = len(raw) - len(raw.lstrip()), len(raw.rstrip()) - 1
        start = self._index(piece.position + lead)
        straight = self._index(piece.position + trail) - start == trail - lead and not wide
        for match in _VISIBLE.finditer(raw):
            first, last = match.start(), match.end() - 1
            if straight:
                indices = (start + first - lead, start + last - lead)
            else:
                before = piece.position + _units(raw[:first])
                indices = (self._index(before), self._index(before + _units(raw[first:last])))
            if text := match.group().translate(_UNHYPHENED):
                yield Word(text, self._at(indices[0]).left, self._at(indices[1]).right)

    def _at(self, index: int) -> FS_RECTF:
        self._pdfium.FPDFText_GetLooseCharBox(self._textpage, index, self._rect)
        return self._rect

    def _box(self, position: int) -> _Box:
        """The box of a character with its font's ascent and descent: one size, one height."""
        rect = self._at(self._index(position))
        return _Box(rect.left, rect.bottom, rect.right, rect.top)

    def _bold(self, position: int) -> bool:
        self._pdfium.FPDFText_GetFontInfo(
            self._textpage, self._index(position), self._name, _NAME_BYTES, self._flags
        )
        return bool(_BOLD.search(self._name.value))

    def _index(self, position: int) -> int:
        return int(self._pdfium.FPDFText_GetCharIndexFromTextIndex(self._textpage, position))


class Hyphens:
    """Decides which hyphens at line ends belong to the word, by the words of the document."""

    def __init__(self, texts: Iterable[str]) -> None:
        lines = list(texts)
        marked = any("\ufffe" in line or "\x02" in line for line in lines)
        whole = (_BROKEN.sub(" ", line.lower()) for line in lines)  # halves are no words
        words = (word for line in whole for word in _WORD.findall(line))
        self._words = frozenset(words) if marked else frozenset()

    def resolved(self, text: str) -> str:
        """`text` with each marked hyphen dropped, or kept where it is part of the word."""
        if "\ufffe" in text or "\x02" in text:
            text = _MARKED.sub(self._joined, text)
        return text.translate(_READABLE)

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
