"""Orders by their words: a verb, what it is about, and that a model was told it before."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tercet.generation.guardrails.lexicon import Mark, find_marks, lexicon

NEAR = 80  # characters that the words of one order may span
_HEDGE_WORDS = 2  # words before a verb that make it no order
_OBEY_WORDS = 3  # words from a negation to what is negated
_OWN_WORDS = 3  # words from what a model was told to the word that says it is its own


class Family(NamedTuple):
    """Words of the class `first`, and near them of all classes in `rest`."""

    rule: str
    first: str
    rest: tuple[str, ...]


FAMILIES = (
    Family("override", "drop", ("orders", "former")),
    Family("override", "deny", ("obey", "orders", "former")),
    Family("prompt leak", "reveal", ("orders", "own")),
    Family("role", "become", ("persona",)),
)


class Match(NamedTuple):
    """An order at [start, end) of the folded text, and the family's rule."""

    start: int
    end: int
    rule: str


def find_orders(text: str, *, compact: bool = False) -> Iterator[Match]:
    """The orders in a folded text. Linear: around each verb only `NEAR` characters are read."""
    marks = find_marks(text, compact=compact)
    starts = [mark.start for mark in marks]
    for position, mark in enumerate(marks):
        for family in FAMILIES:
            for language, kind in mark.meanings:
                if kind == family.first:
                    around = _around(marks, starts, position, language)
                    if found := _match(mark, around, family, language):
                        yield found


def _around(
    marks: Sequence[Mark], starts: Sequence[int], position: int, language: str
) -> Sequence[Mark]:
    """The marks near one, in its sentence: after it, and before it too where verbs stand last."""
    mark = marks[position]
    back = bisect_left(starts, mark.start - NEAR)
    end = bisect_left(starts, mark.start + NEAR)
    first = back if language in lexicon().verb_last else _first_near(marks, position, back)
    return [m for m in marks[first:end] if m.sentence == mark.sentence]


def _first_near(marks: Sequence[Mark], position: int, back: int) -> int:
    """The first mark that may be a hedge of this one, or the mark itself."""
    first = position
    while first > back and marks[position].word - marks[first - 1].word <= _HEDGE_WORDS:
        first -= 1
    return first


def _match(mark: Mark, around: Sequence[Mark], family: Family, language: str) -> Match | None:
    if family.first != "deny" and _hedged(mark, around):
        return None
    used = [mark]
    for kind in family.rest:
        fitting = [m for m in around if _fits(m, mark, kind, language)]
        if kind == "own":  # what is the model's own is said next to it: "your instructions"
            fitting = [m for m in fitting if abs(m.word - used[-1].word) <= _OWN_WORDS]
        if not fitting:
            return None
        used.append(min(fitting, key=lambda m: abs(m.start - mark.start)))
    return Match(min(m.start for m in used), max(m.end for m in used), family.rule)


def _fits(other: Mark, mark: Mark, kind: str, language: str) -> bool:
    """Whether a mark has the class, and stands where that class stands to the verb."""
    if (language, kind) not in other.meanings:
        return False
    if kind == "obey":
        return 0 < other.word - mark.word <= _OBEY_WORDS
    return other.start >= mark.start or language in lexicon().verb_last


def _hedged(mark: Mark, around: Sequence[Mark]) -> bool:
    """Whether a word just before the verb makes it no order: "if you ignore", "do not ignore". Of
    any language, as verbs may be of several."""
    return any(
        any(kind == "hedge" for _, kind in other.meanings)
        and other.start < mark.start
        and mark.word - other.word <= _HEDGE_WORDS
        for other in around
    )
