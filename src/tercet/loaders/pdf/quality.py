"""How good the text of a PDF page is, and its lines anew where pdfium tears them apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tercet.loaders.pdf.lines import Line
from tercet.loaders.pdf.look import Box

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

_ODD = re.compile(r"[\ufffd\ue000-\uf8ff]|\(cid:\d+\)")
_ODD_SHARE = 0.1  # of the visible characters; bullets and arrows of a symbol font are fewer
_LATIN = re.compile(r"(?<!\w)[A-Za-z]{4,}(?!\w)")
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
_MUTE_SHARE = 0.4  # of the words of small letters; of English and German ones, 1 in 100
_FEWEST_WORDS = 20
_FEWEST_LINES = 20
_SCATTERED_SHARE = 0.6  # of the lines have one letter; on a page of formulas and plots, .4
_MOST_CHARACTERS = 30_000  # of a page to put together anew
_SAME_ROW = 0.5  # of the height, by which two characters of one row overlap
_WORD_GAP = 0.15  # of the height: from here on, a gap parts words


def is_garbled(lines: Sequence[Line]) -> bool:
    """Whether the text of a page makes no sense: characters without meaning, words without
    vowels as from a font with a code of its own, or single letters one below the other."""
    text = "\n".join(line.text for line in lines)
    visible = len("".join(text.split()))
    odd = sum(len(match) for match in _ODD.findall(text))
    return odd > _ODD_SHARE * visible or _is_mute(text) or is_scattered(lines)


def _is_mute(text: str) -> bool:
    words = [word for word in _LATIN.findall(text) if not word.isupper()]
    mute = sum(not _VOWEL.search(word) for word in words)
    return len(words) >= _FEWEST_WORDS and mute > _MUTE_SHARE * len(words)


def is_scattered(lines: Sequence[Line]) -> bool:
    """Whether most lines have a single letter."""
    single = sum(len(line.text) == 1 and line.text.isalpha() for line in lines)
    return len(lines) >= _FEWEST_LINES and single > _SCATTERED_SHARE * len(lines)


class _Glyph(NamedTuple):
    text: str
    box: Box


def regathered(textpage: PdfTextPage) -> list[Line]:
    """The lines of a page by where its characters stand, from top to bottom."""
    rows: list[list[_Glyph]] = []
    for glyph in sorted(_glyphs(textpage), key=lambda glyph: -glyph.box.bottom):
        if rows and _is_beside(rows[-1][0], glyph):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [_line(sorted(row, key=lambda glyph: glyph.box.left)) for row in rows]


def _is_beside(first: _Glyph, glyph: _Glyph) -> bool:
    one, other = first.box, glyph.box
    overlap = min(one.top, other.top) - max(one.bottom, other.bottom)
    return overlap > _SAME_ROW * min(one.height, other.height)


def _glyphs(textpage: PdfTextPage) -> Iterator[_Glyph]:
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    for index in range(min(textpage.count_chars(), _MOST_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        text = chr(code) if code and not 0xD800 <= code <= 0xDFFF else ""
        if text.isprintable() and text.strip():
            pdfium.FPDFText_GetLooseCharBox(textpage, index, box)
            yield _Glyph(text, Box(box.left, box.bottom, box.right, box.top))


def _line(row: Sequence[_Glyph]) -> Line:
    first = last = row[0].box
    text = ""
    for glyph in row:
        wide = glyph.box.left - last.right > _WORD_GAP * glyph.box.height
        text += (" " if wide and text else "") + glyph.text
        last = glyph.box
    return Line(text, round(first.height, 1), False, first.left)
