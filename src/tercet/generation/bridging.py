"""What leads from one passage to the next: a name or code that a question does not say, in a
sentence that answers a part of it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from tercet.generation.citations import cite
from tercet.generation.entities import content_of, entities_of, words_of
from tercet.generation.rows import find_tables
from tercet.generation.sentences import Sentence, split_sentences
from tercet.types import Citation, Hit

# Stems (or ids of them) of the words of each text, such as BM25 has.
Terms = Callable[[Sequence[str]], list[frozenset[int]]]

READ = 5  # hits whose sentences may hold a bridge
LEAST = 0.3  # of the question's terms, by weight, that the bridge's sentence must hold
COMPLETE = 0.85  # a sentence that holds so much of the question leaves nothing to look up
_RELATIVE = frozenset(("that", "which", "who", "whom", "whose"))
_COMMON = 0.4  # a name in more than this share of the hits leads nowhere


class Bridge(NamedTuple):
    """An entity, the sentence that it stands in, how much of the question that sentence holds (0
    to 1, by weight), and the question that is left: the entity with the words that it holds not."""

    entity: str
    hit: Hit
    sentence: Sentence
    held: float
    question: str

    def citation(self) -> Citation:
        """The sentence as a quote."""
        return cite(1, self.hit, self.sentence.start, self.sentence.end)


class _Read(NamedTuple):
    hit: Hit
    sentence: Sentence
    words: str
    terms: frozenset[int]


def find_bridges(question: str, hits: Sequence[Hit], terms: Terms, most: int = 2) -> list[Bridge]:
    """The `most` best bridges in the first hits, best first; none if a sentence there holds the
    whole question, or nearly.

    A term weighs log(1 + n / df) over the n hits (IDF; Spärck Jones, 1972); a sentence is worth
    the share of the question's weight that it holds, and an entity that times 1 / (1 + ln df) over
    the hits. Where the question names something, only passages that name it too are read.
    """
    named = [word.casefold() for name in entities_of(question) for word in words_of(name)]
    read = list(_read([hit for hit in hits[:READ] if _names_all(hit, named)], terms))
    weights = _weights(question, hits, terms)
    if not read or not sum(weights.values()):
        return []
    held = [_held(one, weights) for one in read]
    if max(held) >= COMPLETE:
        return []
    found = [
        (share * worth, Bridge(entity, one.hit, one.sentence, share, ""))
        for one, share in zip(read, held, strict=True)
        if share >= LEAST
        for entity, worth in _entities(one, question, hits)
    ]
    best: dict[str, Bridge] = {}
    for _, bridge in sorted(found, key=lambda pair: -pair[0]):
        best.setdefault(bridge.entity.casefold(), bridge)
    return [_with_question(bridge, question, terms) for bridge in list(best.values())[:most]]


def _read(hits: Sequence[Hit], terms: Terms) -> Iterator[_Read]:
    """The sentences and rows of the hits, by the words that they would be said with."""
    places: list[tuple[Hit, Sentence, str]] = []
    for hit in hits:
        tables = find_tables(hit.chunk)
        for sentence in split_sentences(hit.text):
            row = tables.rows.get(sentence.start)
            if row or sentence.start not in tables.silent:
                places.append((hit, sentence, row.statement if row else sentence.text))
    found = terms([words for _, _, words in places]) if places else []
    for place, own in zip(places, found, strict=True):
        yield _Read(*place, own)


def _names_all(hit: Hit, named: Sequence[str]) -> bool:
    passage = hit.chunk.passage.casefold()
    return all(word in passage for word in named)


def _weights(question: str, hits: Sequence[Hit], terms: Terms) -> dict[int, float]:
    asked, *passages = terms([question, *(hit.chunk.passage for hit in hits)])
    frequency = Counter(term for own in passages for term in own & asked)
    return {term: math.log(1 + len(hits) / max(1, frequency[term])) for term in asked}


def _held(one: _Read, weights: dict[int, float]) -> float:
    return sum(weights[term] for term in one.terms & weights.keys()) / sum(weights.values())


def _entities(one: _Read, question: str, hits: Sequence[Hit]) -> Iterator[tuple[str, float]]:
    """The entities of a sentence that the question and the passage's own title do not say, with
    how telling each is."""
    known = {word.casefold() for word in words_of(f"{question} {one.hit.chunk.title}")}
    for entity in _names(one, hits):
        if {word.casefold() for word in words_of(entity)} <= known:
            continue
        frequency = sum(entity in hit.text for hit in hits)
        if frequency <= max(2, _COMMON * len(hits)):
            yield entity, 1 / (1 + math.log(max(1, frequency)))


def _names(one: _Read, hits: Sequence[Hit]) -> list[str]:
    """Names and codes; years lead nowhere. The first word counts if it is written with a capital
    wherever it stands."""
    text = one.sentence.text.lstrip("|-*# ")
    first = (words_of(text) or [""])[0]
    always = len(first) > 2 and not any(f" {first.casefold()}" in hit.text for hit in hits)
    names = entities_of(f"- {text}" if always else text)
    return [name for name in names if not name.isdigit()]


def _with_question(bridge: Bridge, question: str, terms: Terms) -> Bridge:
    """The words of the question that the bridge's sentence holds are answered by it: the longest
    run of them gives way to the entity, the others are left out."""
    words = words_of(question)
    content = set(content_of(question))
    [held, *own] = terms([bridge.sentence.text, *words])
    known = [
        word in content and bool(term) and term <= held
        for word, term in zip(words, own, strict=True)
    ]
    runs = _runs([None if word not in content else is_held
                  for word, is_held in zip(words, known, strict=True)])  # fmt: skip
    chosen = _with_clause(max(runs, key=len, default=range(0)), words, content)
    if not chosen:
        return bridge._replace(question=f"{question.rstrip('?!. ')} {bridge.entity}?")
    gone = {place for run in (*runs, chosen) for place in run}
    left = [
        bridge.entity if place == chosen.start else word
        for place, word in enumerate(words)
        if place == chosen.start or place not in gone
    ]
    return bridge._replace(question=" ".join(left) + "?")


def _with_clause(run: range, words: Sequence[str], content: Collection[str]) -> range:
    """The run with the relative clause that it ends, and the noun before that: in "the company
    that makes the rotor" the verb may stand otherwise in the sentence, and `company` is what the
    entity is."""
    between = 0
    for place in range(run.start - 1, 0, -1):
        if words[place].casefold() in _RELATIVE:
            return range(place - 1, run.stop) if words[place - 1] in content else run
        between += words[place] in content
        if between > 1:
            break
    return run


def _runs(held: Sequence[bool | None]) -> list[range]:
    """Runs from one held word to another, with nothing between them but words without content
    (None)."""
    runs: list[range] = []
    start = last = -1
    for place, is_held in enumerate([*held, False]):
        if is_held:
            start, last = (place if start < 0 else start), place
        elif is_held is False and start >= 0:
            runs.append(range(start, last + 1))
            start = -1
    return runs
