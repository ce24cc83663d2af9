"""Looks a quote up in the passages: to the letter, or it is not there.

Exact first, then with white space, hyphenation and quotation marks made alike
(`tercet.generation.normal`); never by similarity. What is found is the passage's own letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tercet.generation.normal import HYPHENS, INVISIBLE, SPACELESS, Normal, normalise
from tercet.types import Hit

# What ties the characters before and after a quote to it: then it begins or ends inside a word,
# a number, or what changes a number (sign, decimals, currency, per cent).
_TIED_BEFORE_WORD = re.compile(
    rf"(?:\w|\w[{HYPHENS}{INVISIBLE}]|\w[{HYPHENS}\u00ad][ \t]*\r?\n[ \t]*)\Z"
)
_TIED_BEFORE_NUMBER = re.compile(rf"(?:\w|\d[.,:/'’]|[-−–+±<>≤≥~≈]|[€$£¥]\s?|\w[{INVISIBLE}])\Z")
_TIED_AFTER_WORD = re.compile(
    rf"\w|[{HYPHENS}{INVISIBLE}]\w|[{HYPHENS}\u00ad][ \t]*\r?\n[ \t]*\w|['’]t\b"
)
_TIED_AFTER_NUMBER = re.compile(rf"\w|[.,:/'’–−]\d|[-{INVISIBLE}]\w|\s?[%‰°]")
_SPACELESS = re.compile(f"[{SPACELESS}]")
_NEAR = 8  # characters beside a quote that are looked at
_NUMBER_FIRST = re.compile(r"[-+−]?[.,]?\d")

_GAP = re.compile(r"\s*[\[(]?(?:…|\.{3,}|\. \. \.)[\])]?\s*")
_FRAME = "\"'“”„‟«»‹›‘’‚`「」『』 \t\r\n"
_WORDS = re.compile(rf"[{SPACELESS}]{{2}}|\w+")


class Place(NamedTuple):
    """Where a quote stands: the marker of the passage (1 for the first), and [start, end) of the
    passage's text."""

    marker: int
    start: int
    end: int


class Quotes:
    """The passages of one answer, for looking quotes up."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._texts = [hit.text for hit in hits]
        self._normal: dict[int, Normal] = {}

    def find(self, quote: str, marker: int | None = None) -> Place | None:
        """The first place of the quote: in the passage that is named, else in the others in their
        order; None if it is in none, or is too little to prove anything (less than two words and
        without a number).

        The case of the first letter does not count, nor do quotation marks around the quote or
        a full stop at its end. Parts with `...` between them must all be there and follow each
        other in one passage; the place is then from the first to the last.
        """
        order = self._order(marker)
        for reading in _readings(quote):
            wanted = [normalise(part) for part in reading]
            for number in order:
                if place := self._exact(reading, number) or self._alike(wanted, number):
                    return place
        return None

    def _order(self, marker: int | None) -> list[int]:
        numbers = list(range(1, len(self._texts) + 1))
        return sorted(numbers, key=lambda number: number != marker)

    def _exact(self, parts: Sequence[str], number: int) -> Place | None:
        if len(parts) > 1:
            return None
        text = self._texts[number - 1]
        for start in _occurrences(text, parts[0]):
            end = start + len(parts[0])
            if not is_cut(text, start, end):
                return Place(number, start, end)
        return None

    def _alike(self, parts: Sequence[Normal], number: int) -> Place | None:
        text, normal = self._texts[number - 1], self._normalised(number)
        begin: int | None = None
        at = 0
        for part in parts:
            found = _next(part, normal, text, at)
            if found is None:
                return None
            begin = normal.starts[found[0]] if begin is None else begin
            at = found[1]
        return None if begin is None else Place(number, begin, normal.ends[at - 1])

    def _normalised(self, number: int) -> Normal:
        if number not in self._normal:
            self._normal[number] = normalise(self._texts[number - 1])
        return self._normal[number]


def is_cut(text: str, start: int, end: int) -> bool:
    """Whether [start, end) begins or ends inside a word or a number of the text."""
    head, tail = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    if head and (text[start].isalnum() or _NUMBER_FIRST.match(text, start)):
        number = _NUMBER_FIRST.match(text, start)
        tied = (_TIED_BEFORE_NUMBER if number else _TIED_BEFORE_WORD).search(head)
        if tied and not (_SPACELESS.match(head[-1]) or _SPACELESS.match(text[start])):
            return True
    last = text[end - 1]
    if not tail or not (last.isalnum() or last == "_"):
        return False
    tied = (_TIED_AFTER_NUMBER if last.isdigit() else _TIED_AFTER_WORD).match(tail)
    return bool(tied) and not (_SPACELESS.match(last) or _SPACELESS.match(tail[0]))


def _readings(quote: str) -> Iterator[tuple[str, ...]]:
    """What the quote may mean, likeliest first: all of it, without marks around it, without the
    stop at its end, and parts with something left out between them."""
    bare = quote.strip(_FRAME)
    wholes = (quote.strip(), bare, _without_stop(bare))
    readings: list[tuple[str, ...]] = [(whole,) for whole in wholes]
    parts = [part for part in (part.strip(_FRAME) for part in _GAP.split(bare)) if part]
    if parts and parts != [bare]:
        readings += [tuple(parts), (*parts[:-1], _without_stop(parts[-1]))]
    for reading in dict.fromkeys(readings):
        if all(_is_enough(part) for part in reading):
            yield reading
            yield (_other_case(reading[0]), *reading[1:])


def _without_stop(text: str) -> str:
    return text.rstrip(".,;:").rstrip(_FRAME)


def _is_enough(part: str) -> bool:
    return len(_WORDS.findall(part)) > 1 or any(character.isdigit() for character in part)


def _other_case(text: str) -> str:
    """The text with its first letter large instead of small, or small instead of large."""
    other = text[0].swapcase()
    return other + text[1:] if len(other) == 1 else text


def _next(part: Normal, text: Normal, raw: str, at: int) -> tuple[int, int] | None:
    """Where the part next stands in the normalised text, from the position `at` on."""
    for start in _occurrences(text.text, part.text, at):
        end = start + len(part.text)
        begins, ends = text.starts[start], text.ends[end - 1]
        if _hyphens_agree(part, text, start, end) and not is_cut(raw, begins, ends):
            return start, end
    return None


def _hyphens_agree(part: Normal, text: Normal, start: int, end: int) -> bool:
    """Whether both have the same hyphens inside words; one at the end of a line, on either side,
    may belong to the word or not."""
    own = {at - start: broken for at, broken in text.hyphens.items() if start < at < end}
    return all(
        (at in own and at in part.hyphens) or own.get(at, False) or part.hyphens.get(at, False)
        for at in own.keys() | part.hyphens.keys()
    )


def _occurrences(text: str, part: str, at: int = 0) -> Iterator[int]:
    if not part:
        return
    at = text.find(part, at)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)
