"""The cells of a row of a PDF page: by the gaps between its words, signs with their numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from tercet.loaders.pdf.lines import Row
from tercet.loaders.pdf.look import Word

_SIGN = r"[$€£¥]|US\$|R\$|CHF|EUR|USD"
_DIGITS = r"(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|[.,]?\d[\d.,]*)"
_UNIT = r"(?:%|pts?|ppts?|bps|x|[KMB]|[mb]illion|years?|months?|days?|hours?)?"
_NUMBER = rf"[(+\-−–—]*\s*(?:{_SIGN})?\s*[(+\-−–—]*{_DIGITS}\s*{_UNIT}[\s)]*{_UNIT}"
_FIGURE = re.compile(rf"{_NUMBER}(?:\s*[-−–—]\s*{_NUMBER})?\s*(?:\([a-z\d]\)|\*+|[†‡])?")
_ALONE = re.compile(rf"\(?(?:{_SIGN})?\s*\(?|\(")  # before the number it belongs to
_AFTER = re.compile(r"\)|\)?\s*%\s*\)?|pts?|ppts?|bps|\([a-z\d]\)")  # after its number
_NONE = re.compile(rf"(?:{_SIGN})?\s*(?:[-−–—]+|\*|[nN]/?[aAmM]|N\.[AM]\.)\s*%?")
_DATE = re.compile(r"\d{1,4}([/.-])\d{1,2}(?:\1\d{1,4})?(?:\s*[-–—]\s*\d[\d/.-]+)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_RICH = re.compile(r"[$€£¥,.%(−–—-]")

_FORMS = (_FIGURE, _NONE, _DATE)
_LONGEST = 40  # characters of a number; the patterns slow down on longer runs of signs
_SIGNS = frozenset("$€£¥()%[SRDFst")  # where signs begin or end
_GAP = 0.7  # of the height: a wider space parts cells; words stand .25 apart, justified .5
_FIGURE_GAP = 0.45  # between two numbers: they are never justified
_AFTER_GAP = 2.0  # a percent sign or parenthesis may stand that far from its number
_NEAR = 0.35  # what stands nearer than that belongs together anyway


class Cell(NamedTuple):
    """The text of a cell, and from where to where it reaches."""

    text: str
    left: float
    right: float

    @property
    def is_figure(self) -> bool:
        return is_figure(self.text)

    @property
    def is_year(self) -> bool:
        return is_year(self.text)

    @property
    def is_rich(self) -> bool:
        """Whether it is more than a bare number, as those of pages are."""
        return bool(_RICH.search(self.text)) and self.is_figure

    @property
    def center(self) -> float:
        return (self.left + self.right) / 2

    def overlaps(self, left: float, right: float) -> bool:
        return self.left < right and self.right > left


@lru_cache(1 << 14)
def is_figure(text: str) -> bool:
    """Whether the text is a number with its signs, a range, a date, or a mark for none."""
    return len(text) <= _LONGEST and any(form.fullmatch(text) for form in _FORMS)


def is_year(text: str) -> bool:
    return bool(_YEAR.fullmatch(text))


def cells(row: Row) -> list[Cell]:
    """The cells of the row, left to right."""
    found: list[Cell] = []
    for word in row.words:
        if found and _joins(found[-1], word, row.height):
            found[-1] = _joined(found[-1], word)
        else:
            found.append(Cell(*word))
    return found


def _joins(cell: Cell, word: Word, height: float) -> bool:
    gap = (word.left - cell.right) / (height or 1)
    if gap < _NEAR:
        apart = cell.is_figure and is_figure(word.text) and gap > _GAP / 3
        return not apart or is_figure(f"{cell.text} {word.text}")
    if gap > _GAP and cell.text[-1] not in _SIGNS and word.text[0] not in _SIGNS:
        return False
    figure = is_figure(word.text) or _ALONE.fullmatch(word.text)
    if _ALONE.fullmatch(cell.text):
        return bool(figure)
    if cell.is_figure and _AFTER.fullmatch(word.text):
        return gap < _AFTER_GAP
    return gap < (_FIGURE_GAP if cell.is_figure and figure else _GAP)


def _joined(cell: Cell, word: Word) -> Cell:
    """The cell with the word, a sign or parenthesis right at its number."""
    before = _ALONE.fullmatch(cell.text) and is_figure(word.text)
    after = cell.is_figure and _AFTER.fullmatch(word.text) and not word.text.isalpha()
    close = before or after
    return Cell(cell.text + ("" if close else " ") + word.text, cell.left, word.right)


def markdown_row(texts: Sequence[str]) -> str:
    """The texts as a row of a Markdown table."""
    return f"| {' | '.join(text.replace('|', chr(92) + '|') for text in texts)} |"
