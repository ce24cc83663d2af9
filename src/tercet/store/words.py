"""Words as the engine's tokenizer cuts them."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby

# Circled and squared letters, which Unicode counts as alphabetic though they are symbols.
_ENCLOSED = re.compile(
    "[\u24b6-\u24e9\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189]"
)
_MARKS = ("Mn", "Mc")


def words_of(text: str) -> list[str]:
    """The words of a text in lower case: runs of letters and digits, and of the marks that are
    part of letters (Unicode's Alphabetic). The engine cuts them as finely or finer."""
    runs = groupby(text, _is_of_a_word)
    words = ["".join(run).lower() for inside, run in runs if inside]
    return [word for word in words if any(map(_stands_alone, word))]


def _is_of_a_word(character: str) -> bool:
    if character.isalnum() or _ENCLOSED.match(character):
        return True
    # The accents of this block are marks, but not alphabetic: the engine cuts at them.
    accent = "\u0300" <= character <= "\u036f"
    return unicodedata.category(character) in _MARKS and not accent


def _stands_alone(character: str) -> bool:
    return character.isalnum() or bool(_ENCLOSED.match(character))
