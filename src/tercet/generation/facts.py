"""What a statement may not change of its source: numbers, names, and what is denied."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_NUMBER = re.compile(r"\d+(?:[.,:'’\u00a0\u202f]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:([.,'’\u00a0\u202f])\d{3})(?:\1\d{3})*")
# fmt: off
_NUMBER_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty",
)
# fmt: on
_VALUES = {word: str(value) for value, word in enumerate(_NUMBER_WORDS)} | {
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "seventy": "70",
    "eighty": "80",
    "ninety": "90",
    "hundred": "100",
    "thousand": "1000",
    "second": "2",
    "third": "3",
    "fourth": "4",
    "fifth": "5",
    "sixth": "6",
    "tenth": "10",
}  # fmt: skip
# Words of number that are often something else: "one of them", "a second look".
_SPELT = _VALUES.keys() - {"one", "second"}
_MONTHS = {
    "january": "1", "jan": "1", "february": "2", "feb": "2", "march": "3", "mar": "3",
    "april": "4", "apr": "4", "may": "5", "june": "6", "jun": "6", "july": "7", "jul": "7",
    "august": "8", "aug": "8", "september": "9", "sep": "9", "sept": "9", "october": "10",
    "oct": "10", "november": "11", "nov": "11", "december": "12", "dec": "12",
}  # fmt: skip
_ISO = re.compile(r"\b\d{4}-(\d{2})(?:-\d{2})?\b")

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_CLAUSE = re.compile(r"[.;:!?,()]|\b(?:but|and|aber|und|mais|et|pero|ma|mas|maar)\b")
# fmt: off
_NEGATORS = frozenset((
    "not", "no", "never", "none", "nobody", "nothing", "without", "cannot", "neither", "nor",
    "nicht", "kein", "keine", "keinen", "keiner", "keinem", "nie", "niemals", "ohne", "ne",
    "pas", "jamais", "aucun", "aucune", "sans", "nunca", "jamás", "sin", "non", "senza", "mai",
    "não", "sem", "niet", "geen", "nooit", "zonder",
))
# fmt: on
# With these before it, a word with a capital at the beginning of a sentence says nothing.
# fmt: off
_LEADS = frozenset((
    "a", "an", "the", "this", "that", "these", "those", "in", "on", "at", "by", "for", "from",
    "of", "to", "as", "if", "when", "while", "after", "before", "with", "and", "or", "but",
    "since", "during", "under", "all", "each", "every", "both", "no", "there", "here", "it",
    "its", "he", "she", "they", "we", "you", "my", "our", "your", "their", "his", "her",
    "according",
))
# fmt: on
# German writes all nouns with capitals; three of these tell it from other languages.
# fmt: off
_GERMAN = frozenset((
    "der", "die", "das", "und", "ist", "nicht", "den", "dem", "ein", "eine", "mit", "von",
    "für", "auf", "wird", "werden",
))
# fmt: on
_REACH = 4  # words after a negator that it denies
_STEM = 6  # letters by which two forms of a word are taken for one
_SHORT = 3  # words up to this length are not looked at for denial


class Facts(NamedTuple):
    """What a text says that must not change: its numbers in each way they may be read (the
    evidence needs one of each), its names, and its denied and plain words."""

    numbers: tuple[frozenset[str], ...]
    names: frozenset[str]
    denied: frozenset[str]
    plain: frozenset[str]


class Source(NamedTuple):
    """What evidence holds: every reading of its numbers, its words, what it denies and what not,
    and whether its language writes common nouns with capitals."""

    numbers: frozenset[str]
    words: frozenset[str]
    denied: frozenset[str]
    plain: frozenset[str]
    capitals: bool


def facts_of(text: str) -> Facts:
    """The facts of a statement. A name is a word with a capital; the first word of a text has one
    anyway, and is a name only if one follows."""
    words = _WORD.findall(text)
    names = {_bare(word) for word in words[1:] if _is_name(word)}
    names |= {_bare(word) for word in words[:1] if _begins_with_name(word, words[1:2])}
    denied, plain = _denial(text)
    return Facts(_numbers(text, words), frozenset(names), denied, plain)


def source_of(near: str, around: str = "") -> Source:
    """The evidence: numbers and words of the sentences and of the passage around them, what is
    denied in the sentences alone."""
    both = f"{near}\n{around}"
    denied, plain = _denial(near)
    written = _WORD.findall(both)
    words = {_bare(word) for word in written}
    readings = [reading for number in _numbers(both, written) for reading in number]
    months = set(_months(both, written))
    return Source(
        frozenset((*readings, *months)),
        frozenset((*words, *(name for name, number in _MONTHS.items() if number in months))),
        denied,
        plain,
        capitals=len(_GERMAN & words) >= 3,
    )


def contradictions(facts: Facts, source: Source) -> list[str]:
    """What the statement has and the evidence has not, in words; empty if there is nothing."""
    found = [
        f"number {min(readings)}" for readings in facts.numbers if not readings & source.numbers
    ]
    if not source.capitals:
        found += [f"name {name}" for name in sorted(facts.names) if not _has_name(name, source)]
    for word in sorted(facts.denied & (source.plain - source.denied)):
        found.append(f"denial of {word}")
    for word in sorted(facts.plain & (source.denied - source.plain - facts.denied)):
        found.append(f"no denial of {word}")
    return found


def firm_words(text: str) -> frozenset[str]:
    """The words, without case, that two texts must share to say the same: those with a capital,
    and those that deny."""
    words = _WORD.findall(text)
    capital = frozenset(word.casefold() for word in words if word != word.lower())
    return capital | _NEGATORS.intersection(words)


def _numbers(text: str, words: Sequence[str]) -> tuple[frozenset[str], ...]:
    digits = [_readings(number) for number in _NUMBER.findall(text)]
    spelt = [{_VALUES[low]} for low in map(str.lower, words) if low in _SPELT]
    return tuple(map(frozenset, (*digits, *spelt)))


def _months(text: str, words: Sequence[str]) -> Iterator[str]:
    """The numbers of the months that are named with a capital, or stand in ISO dates."""
    for word in words:
        if word[0].isupper() and word.lower() in _MONTHS:
            yield _MONTHS[word.lower()]
    for month in _ISO.findall(text):
        yield month.lstrip("0")


def _readings(number: str) -> set[str]:
    """The values that digits and separators may stand for: 3.500 is read in both ways."""
    if number.isdigit():
        return {number.lstrip("0") or "0"}
    found = {re.sub(r"\d+", lambda part: part[0].lstrip("0") or "0", number, count=1)}
    if _GROUPED.fullmatch(number):
        found.add(re.sub(r"\D", "", number))
    if number.count(",") == 1:
        found.add(next(iter(found)).replace(",", "."))
    return {reading.rstrip(".") for reading in found}


def _is_name(word: str) -> bool:
    return len(word) > 1 and word != word.lower()


def _begins_with_name(word: str, following: list[str]) -> bool:
    """Whether the first word of a sentence is a name: by itself (NASA, X200), or as the first
    part of one."""
    if any(character.isupper() for character in word[1:]) or any(map(str.isdigit, word)):
        return _is_name(word)
    return _is_name(word) and word.casefold() not in _LEADS and any(map(_is_name, following))


def _bare(word: str) -> str:
    return (word[:-2] if word.endswith(("'s", "’s")) else word).casefold()


def _has_name(name: str, source: Source) -> bool:
    return bool({name, name.removesuffix("s"), f"{name}s"} & source.words)


def _denial(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The stems that a negator in the same clause comes before, and all others."""
    denied: set[str] = set()
    plain: set[str] = set()
    for clause in _CLAUSE.split(text.casefold()):
        left = 0
        for word in _WORD.findall(clause):
            if word in _NEGATORS or word.endswith(("n't", "n’t")):
                left = _REACH
                continue
            if len(word) > _SHORT and not word.isdigit():
                (denied if left > 0 else plain).add(word[:_STEM])
            left -= 1
    return frozenset(denied), frozenset(plain)
