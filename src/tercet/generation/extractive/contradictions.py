"""Sources that say the same with other numbers, and how old they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from tercet.generation.extractive.support import Support
from tercet.types import Hit

# The share of words, numbers aside, that two statements have in common from which on they are
# two versions of one.
ALIKE = 0.7

# Metadata that dates what a document says, the most telling first.
_DATES = ("date", "published", "valid_from", "year", "created", "modified")
_WORD = re.compile(r"[^\W_]+(?:[.,:][^\W_]+)*")


def contradictions(best: Support, others: Sequence[Support]) -> list[Support]:
    """`best` and those that contradict it, the newest first: of other documents, the same
    statement or row with other numbers. Alone if there are none."""
    found = [best]
    for other in others:
        documents = [one.hit.chunk.document or one.hit.source for one in found]
        here = other.hit.chunk.document or other.hit.source
        if here not in documents and _contradict(best, other):
            found.append(other)
    return sorted(found, key=lambda one: date_of(one.hit), reverse=True)


def date_of(hit: Hit) -> str:
    """The date of what the hit says, as its metadata has it: a day or a year; "" if unknown."""
    metadata = hit.chunk.metadata
    return next((str(metadata[key])[:10] for key in _DATES if metadata.get(key)), "")


def _contradict(left: Support, right: Support) -> bool:
    words, numbers = _parts(left.words)
    other_words, other_numbers = _parts(right.words)
    shared = sum((words & other_words).values())
    whole = sum((words | other_words).values())
    return bool(numbers and other_numbers) and numbers != other_numbers and shared >= ALIKE * whole


def _parts(text: str) -> tuple[Counter[str], Counter[str]]:
    """Words without digits, and those with."""
    found = _WORD.findall(text.lower())
    numbers = [word for word in found if any(map(str.isdigit, word))]
    return Counter(word for word in found if word not in numbers), Counter(numbers)
