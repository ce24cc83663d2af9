"""Where the characters of a PDF page stand and how they look, as pdfium tells."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from tercet.loaders.pdf.quick import address_of, quick

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage
    from pypdfium2.raw import FS_RECTF

_VISIBLE = re.compile(r"\S+")
_CONTROLS = dict.fromkeys({*range(32), 127} - {9})  # glyphs without a meaning, mostly
_GLYPHS = {0xAD: "-", 0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl"}
READABLE: dict[int, str | None] = {**_CONTROLS, **_GLYPHS, 0xFFFE: "-", 0xFFFF: None}
UNHYPHENED: dict[int, str | None] = {**READABLE, 0xFFFE: "\ufffe", 2: "\x02"}

_BOLD = re.compile(rb"bold|black|heavy|demi|cmbx|sfbx", re.IGNORECASE)
_NAME_BYTES = 64
_BOX_TYPES = ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
_INDEX_TYPES = ctypes.c_int, ctypes.c_void_p, ctypes.c_int


class Box(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        return self.top - self.bottom


class Piece(NamedTuple):
    """What pdfium calls a line: its text, where it begins and ends, how it looks."""

    text: str
    first: Box
    last: Box
    size: float
    bold: bool
    raw: str
    position: int  # of `raw` in the page's text


class Word(NamedTuple):
    """What stands between two spaces, and from where to where."""

    text: str
    left: float
    right: float


def units(raw: str) -> int:
    return len(raw) if raw.isascii() else len(raw.encode("utf-16-le", "surrogatepass")) // 2


class Look:
    """Asks pdfium where the characters of one page stand and how they look."""

    def __init__(self, textpage: PdfTextPage) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium = pdfium
        self._textpage = textpage
        self._page = address_of(textpage.raw)
        self._rect = pdfium.FS_RECTF()
        self._rect_at = ctypes.addressof(self._rect)
        self._box_of = quick(pdfium.FPDFText_GetLooseCharBox, *_BOX_TYPES)
        self._index_of = quick(pdfium.FPDFText_GetCharIndexFromTextIndex, *_INDEX_TYPES)
        self._name = ctypes.create_string_buffer(_NAME_BYTES)
        self._flags = ctypes.c_int()

    def piece(self, raw: str, text: str, position: int) -> Piece:
        lead = len(raw) - len(raw.lstrip())
        first = self._box(position + lead)
        last = self._box(position + len(raw.rstrip()) - 1)
        letter = next((i for i, c in enumerate(raw) if c.isalnum()), lead)
        size = round((first if letter == lead else self._box(position + letter)).height, 1)
        bold = self._bold(position + letter)
        return Piece(text, first, last, size, bold, raw, position)

    def cut(self, piece: Piece, start: int, end: int) -> Piece | None:
        """A part of the piece; None if it holds nothing visible."""
        raw = piece.raw[start:end]
        text = raw.translate(UNHYPHENED).strip()
        return self.piece(raw, text, piece.position + units(piece.raw[:start])) if text else None

    def middle(self, piece: Piece, match: re.Match[str]) -> tuple[float, float]:
        """The middle of what a pattern found in `raw`."""
        last = match.start() + max(len(match.group().rstrip("\ufffe\x02")), 1) - 1
        first = self._box(piece.position + units(piece.raw[: match.start()]))
        end = self._box(piece.position + units(piece.raw[:last]))
        left, right = min(first.left, end.left), max(first.right, end.right)
        return (left + right) / 2, (min(first.bottom, end.bottom) + max(first.top, end.top)) / 2

    def words(self, piece: Piece) -> Iterator[Word]:
        raw, wide = piece.raw, not piece.raw.isascii() and max(piece.raw) > "\uffff"
        lead, trail = len(raw) - len(raw.lstrip()), len(raw.rstrip()) - 1
        start = self._index(piece.position + lead)
        straight = self._index(piece.position + trail) - start == trail - lead and not wide
        for match in _VISIBLE.finditer(raw):
            first, last = match.start(), match.end() - 1
            if straight:
                indices = (start + first - lead, start + last - lead)
            else:
                before = piece.position + units(raw[:first])
                indices = (self._index(before), self._index(before + units(raw[first:last])))
            if text := match.group().translate(UNHYPHENED):
                yield Word(text, self._at(indices[0]).left, self._at(indices[1]).right)

    def _at(self, index: int) -> FS_RECTF:
        self._box_of(self._page, index, self._rect_at)
        return self._rect

    def _box(self, position: int) -> Box:
        """The box of a character with its font's ascent and descent: one size, one height."""
        rect = self._at(self._index(position))
        return Box(rect.left, rect.bottom, rect.right, rect.top)

    def _bold(self, position: int) -> bool:
        self._pdfium.FPDFText_GetFontInfo(
            self._textpage, self._index(position), self._name, _NAME_BYTES, self._flags
        )
        return bool(_BOLD.search(self._name.value))

    def _index(self, position: int) -> int:
        return self._index_of(self._page, position)
