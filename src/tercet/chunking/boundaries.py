"""Where a document may be cut, from the strongest place to the weakest."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from enum import IntEnum

from tercet.types import Document, Heading

_BLANK = re.compile(r"\n[^\S\n]*\n\s*")
_LINE = re.compile(r"\n\s*")
_SENTENCE = re.compile(r"[.!?…]['\"”’)\]]*\s+|[。！？]\s*")
_WORD = re.compile(r"\s+")
_FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"(?:^[^\S\n]*\|[^\n]*\|[^\S\n]*(?:\n|\Z)){2,}", re.MULTILINE)
"""A Markdown table: lines that begin and end with a pipe."""


class Strength(IntEnum):
    """How much a cut at a place disturbs: the higher, the less."""

    WORD = 0
    SENTENCE = 1
    LINE = 2
    PARAGRAPH = 3
    HEADING = 4


class Boundaries:
    """The places of a document where a passage may end and the next begin, by strength.

    A place is the offset of the first character after it; white space belongs to what stands
    before. Inside fenced code and tables a blank line or a sentence end is no place: only
    lines are, as the weakest but words, so that a block that fits is left whole.
    """

    def __init__(self, document: Document) -> None:
        text, headings = document.text, document.headings
        self._tables = [match.span() for match in TABLE.finditer(text)]
        blocks = sorted([match.span() for match in _FENCE.finditer(text)] + self._tables)
        glued = _ends_of_heading_lines(text, headings)
        lines = _ends(_LINE, text)
        outside = [place for place in lines if not _inside(place, blocks)]
        inside = [place for place in lines if _inside(place, blocks)]
        self._places: dict[Strength, list[int]] = {
            Strength.HEADING: sorted({heading.start for heading in headings}),
            Strength.PARAGRAPH: _without(
                [place for place in _ends(_BLANK, text) if not _inside(place, blocks)], glued
            ),
            Strength.LINE: _without(outside, glued),
            Strength.SENTENCE: sorted(
                {place for place in _ends(_SENTENCE, text) if not _inside(place, blocks)}
                | set(inside)
            ),
            Strength.WORD: _ends(_WORD, text),
        }

    def last(self, strength: Strength, low: int, high: int) -> int | None:
        """The last place of that strength in [low, high], if there is one."""
        places = self._places[strength]
        index = bisect_right(places, high) - 1
        return places[index] if index >= 0 and places[index] >= low else None

    def first(self, strength: Strength, low: int, high: int) -> int | None:
        """The first place of that strength in [low, high), if there is one."""
        places = self._places[strength]
        index = bisect_left(places, low)
        return places[index] if index < len(places) and places[index] < high else None

    def is_heading(self, place: int) -> bool:
        """Whether a heading begins there."""
        return self.first(Strength.HEADING, place, place + 1) is not None

    def is_in_table(self, place: int) -> bool:
        """Whether a place lies between two rows of a table, or inside a row."""
        return _inside(place, self._tables)


def _ends(form: re.Pattern[str], text: str) -> list[int]:
    return [match.end() for match in form.finditer(text)]


def _ends_of_heading_lines(text: str, headings: Iterable[Heading]) -> set[int]:
    """Where the text below a heading begins: a cut there would part it from its heading."""
    found: set[int] = set()
    for heading in headings:
        match = _LINE.search(text, heading.start)
        if match:
            found.add(match.end())
    return found


def _without(places: Iterable[int], unwanted: set[int]) -> list[int]:
    return [place for place in places if place not in unwanted]


def _inside(place: int, blocks: Sequence[tuple[int, int]]) -> bool:
    index = bisect_right(blocks, (place, -1)) - 1
    return index >= 0 and blocks[index][0] < place < blocks[index][1]
