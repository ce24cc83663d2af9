"""The words of phrases.toml, and the places of a text where they stand."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import NamedTuple

from tercet.generation.guardrails.folding import fold

_WORD = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"[.!?;](?=[\s\"'”’)])|[。！？।]|\n\s*\n")
# Scripts without spaces: there a stem is looked for inside of a word.
_JOINED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_MOST_WORDS = 3
_LEAST_STEM = 1
_COMPACT = 14  # letters from which on a word may be several written together
_COMPACT_STEM = 4

Meaning = tuple[str, str]  # language, class


class Mark(NamedTuple):
    """Words at [start, end) that have a meaning; `word` and `sentence` count from 0."""

    start: int
    end: int
    word: int
    sentence: int
    meanings: frozenset[Meaning]


class Lexicon(NamedTuple):
    """The table made ready: whole words, stems, what may begin a phrase of several words, and
    the stems of languages that are written without spaces."""

    words: dict[str, frozenset[Meaning]]
    stems: dict[str, frozenset[Meaning]]
    openers: frozenset[str]
    longest: int
    joined: re.Pattern[str]
    compact: re.Pattern[str]
    verb_last: frozenset[str]


@functools.cache
def lexicon() -> Lexicon:
    """The table, read once."""
    table = tomllib.loads((files(__package__) / "phrases.toml").read_text("utf-8"))
    words: dict[str, set[Meaning]] = {}
    stems: dict[str, set[Meaning]] = {}
    joined: set[str] = set()
    for language, kind, entry in _entries(table):
        entry = fold(entry).text
        inside = bool(table[language].get("joined"))
        target = stems if inside or entry.endswith("*") else words
        target.setdefault(entry.removesuffix("*"), set()).add((language, kind))
        joined.update([entry] if inside else [])
    english = {w for w, found in (words | stems).items() if any(m[0] == "en" for m in found)}
    phrases = [entry for entry in words | stems if " " in entry]
    return Lexicon(
        {word: frozenset(found) for word, found in words.items()},
        {stem: frozenset(found) for stem, found in stems.items()},
        frozenset(phrase.split()[0] for phrase in phrases),
        max(map(len, stems)),
        _any_of(joined),
        _any_of(w for w in english if len(w) >= _COMPACT_STEM and " " not in w),
        frozenset(name for name, part in table.items() if part.get("verb_last")),
    )


def _entries(table: dict[str, dict[str, str | bool]]) -> Iterator[tuple[str, str, str]]:
    for language, classes in table.items():
        for kind, entries in classes.items():
            if isinstance(entries, str):
                yield from ((language, kind, e.replace("+", " ")) for e in entries.split())


def _any_of(entries: Iterable[str]) -> re.Pattern[str]:
    """Any of the entries, the longest first."""
    return re.compile("|".join(map(re.escape, sorted(entries, key=lambda e: (-len(e), e)))))


def find_marks(text: str, *, compact: bool = False) -> list[Mark]:
    """The words of a folded text that have a meaning, in their order. With `compact`, English
    ones are looked for inside of long words too. Linear."""
    marks: list[Mark] = []
    breaks = (match.end() for match in _BREAK.finditer(text))
    upcoming, sentence = next(breaks, len(text)), 0
    for number, word in enumerate(words := list(_WORD.finditer(text))):
        while word.start() >= upcoming:
            upcoming, sentence = next(breaks, len(text) + 1), sentence + 1
        for start, end, meanings in _meanings(words, number, compact):
            marks.append(Mark(start, end, number, sentence, meanings))
    return marks


def _meanings(
    words: list[re.Match[str]], number: int, compact: bool
) -> Iterator[tuple[int, int, frozenset[Meaning]]]:
    word = words[number]
    known = lexicon()
    inside = known.compact if compact and len(word[0]) >= _COMPACT else None
    inside = known.joined if _JOINED.search(word[0]) else inside
    if inside is not None:
        for found in inside.finditer(word[0]):
            start, end = word.start() + found.start(), word.start() + found.end()
            yield start, end, _exact(found[0])
        return
    most = _MOST_WORDS if word[0] in known.openers else 1
    phrase: list[str] = []
    for last in words[number : number + most]:
        phrase.append(last[0])
        if meanings := _lookup(" ".join(phrase)):
            yield word.start(), last.end(), meanings


def _exact(entry: str) -> frozenset[Meaning]:
    known = lexicon()
    return known.words.get(entry, frozenset()) | known.stems.get(entry, frozenset())


@functools.lru_cache(maxsize=1 << 16)
def _lookup(phrase: str) -> frozenset[Meaning]:
    """The meanings of a word, or of several with a space between."""
    known = lexicon()
    found = known.words.get(phrase, frozenset())
    for length in range(_LEAST_STEM, min(len(phrase), known.longest) + 1):
        found = found | known.stems.get(phrase[:length], frozenset())
    return found
