"""Text as a detector reads it: one case, no accents, nothing invisible; with the way back."""

from __future__ import annotations

import functools
import unicodedata
from array import array
from collections.abc import Sequence
from typing import NamedTuple

# Letters that look like a Latin one (after Unicode Technical Standard 39, the pairs that are met
# in small letters).
_LOOK_ALIKES = str.maketrans(
    "авсеһіјкмнорѕтухѵԁԛԝցհոս" + "αβεηικνορτυχγω" + "ıɑɡɩʋꞵ",
    "abcehijkmhopstyxvdqwghnu" + "abenikvoptuxyw" + "iagivb",
)
_LEET = str.maketrans("0134578@$!|", "oieastbasil")


class View(NamedTuple):
    """A text derived from another. Character i comes from the character `origin[i]` of it;
    `disguise` says what was undone ("" for nothing but folding)."""

    text: str
    origin: Sequence[int]
    disguise: str = ""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the original that [start, end) comes from."""
        ends = self.origin[start], self.origin[end - 1]
        return min(ends), max(ends) + 1

    def derived(self, text: str, disguise: str) -> View:
        """The same characters, written differently: as many as before."""
        return View(text, self.origin, disguise)


def fold(text: str) -> View:
    """NFKC, small letters, no marks (accents, vowel signs), no format characters (zero width,
    tags, soft hyphens, directions). Linear."""
    if text.isascii():
        return View(text.lower(), range(len(text)))
    pieces: list[str] = []
    origin = array("q")
    for position, character in enumerate(text):
        folded = fold_character(character)
        pieces.append(folded)
        origin.extend([position] * len(folded))
    return View("".join(pieces), origin)


@functools.lru_cache(maxsize=1 << 14)
def fold_character(character: str) -> str:
    """One character folded; "" for one that is not seen."""
    if character.isascii():
        return character.lower()
    parts = unicodedata.normalize("NFKD", character)
    seen = "".join(part for part in parts if unicodedata.category(part)[0] not in "MC")
    return unicodedata.normalize("NFC", seen).lower()


def with_latin_letters(view: View) -> View:
    """Letters of other scripts as the Latin ones that they look like."""
    return view.derived(view.text.translate(_LOOK_ALIKES), "look-alike letters")


def without_digits(view: View) -> View:
    """Digits and signs as the letters that they stand for in leetspeak; 1 is an i."""
    return view.derived(view.text.translate(_LEET), "leetspeak")
