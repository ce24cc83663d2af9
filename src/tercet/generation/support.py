"""How well each sentence of the hits supports a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tercet.generation.evidence import Signs, log_odds, reached, similarities
from tercet.generation.places import Place, find_places
from tercet.generation.ranges import holds
from tercet.generation.sentences import Sentence
from tercet.generation.wanted import Wanted, fit, missing, what_is_wanted, words_of
from tercet.ports import Encoder
from tercet.types import FloatArray, Hit, SparseVector, Vectors

_MOST_JUDGED = 36  # sentences and rows that the model runs on: under half a second on two cores
_FIRST = 2  # of the first passages every sentence is judged first
_MOST_RANK = 2  # from the third hit on: further down, the sentence speaks for itself


class Support(NamedTuple):
    """A sentence of a hit, or a row of a table in it: its marker (1 for the first hit), what is
    shown (`said`, the row without its marks), the `words` by which it is judged (of a row with the
    titles of the columns), and how well it answers: the signs, their log-odds, and how much of
    each token of the question is matched."""

    marker: int
    hit: Hit
    sentence: Sentence
    said: str
    words: str
    signs: Signs
    score: float
    reached: FloatArray


class _Asked(NamedTuple):
    """A question: its vectors, what it wants, and how rare each of its terms is."""

    vectors: Vectors
    wanted: Wanted
    rarity: FloatArray


class _Candidate(NamedTuple):
    """A place with the signs that need no model."""

    place: Place
    coverage: float
    around: float
    named: float


def rank_sentences(question: str, hits: Sequence[Hit], encoder: Encoder) -> list[Support]:
    """The sentences of the hits that may answer, in their order, with their support.

    The model runs on each, so of many only those are looked at that share most terms with the
    question, and those of the first passages.
    """
    vectors = encoder.query(question)
    passages = list(encoder.sparse_passages([hit.chunk.passage for hit in hits]))
    rarity = _rarity(vectors.sparse, passages)
    asked = _Asked(vectors, what_is_wanted(question), rarity)
    likely = _likely(_candidates(hits, passages, asked, encoder))
    known = {hit.id: words_of(f"{hit.source} {hit.chunk.passage}") for hit in hits}
    made = encoder.passages([candidate.place.whole for candidate in likely])
    return [
        _support(candidate, vectors, asked, known[candidate.place.hit.id])
        for candidate, vectors in zip(likely, made, strict=True)
    ]


def _support(
    candidate: _Candidate, vectors: Vectors, asked: _Asked, known: frozenset[str]
) -> Support:
    """`known` are the words of the passage."""
    place = candidate.place
    similarity, weakest = similarities(asked.vectors.late, vectors.late)
    signs = Signs(
        similarity=similarity,
        weakest=weakest,
        dense=float(asked.vectors.dense @ vectors.dense),
        coverage=candidate.coverage,
        around=candidate.around,
        named=candidate.named,
        missing=missing(asked.wanted.names, known),
        unsaid=missing(asked.wanted.names, words_of(place.whole)),
        unknown=missing(asked.wanted.codes, known),
        fits=fit(asked.wanted, place.answer),
        rank=float(min(_MOST_RANK, place.marker - 1)),
    )
    return Support(
        place.marker,
        place.hit,
        place.sentence,
        place.said,
        place.words,
        signs,
        log_odds(signs),
        reached(asked.vectors.late, vectors.late),
    )


def _likely(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """At most so many as the model can judge in a moment, in their order."""

    def likely(one: _Candidate) -> tuple[bool, float]:
        return one.place.marker <= _FIRST, one.coverage + one.around / 2 + one.named

    chosen = sorted(candidates, key=likely, reverse=True)[:_MOST_JUDGED]
    return sorted(chosen, key=lambda one: (one.place.marker, one.place.sentence.start))


def _candidates(
    hits: Sequence[Hit], passages: Sequence[SparseVector], asked: _Asked, encoder: Encoder
) -> list[_Candidate]:
    """All sentences and rows, with what their terms alone tell."""
    wanted, rarity = asked.vectors.sparse, asked.rarity
    places = list(find_places(hits))
    terms = encoder.sparse_passages([place.words for place in places])
    labels = encoder.sparse_passages([place.label for place in places])
    around = [_coverage(wanted, passage, rarity) for passage in passages]
    return [
        _Candidate(
            place,
            coverage=_coverage(wanted, own, rarity),
            around=around[place.marker - 1],
            named=_named(place.label, label, asked),
        )
        for place, own, label in zip(places, terms, labels, strict=True)
    ]


def mean_maxsim(query: FloatArray, passage: FloatArray) -> float:
    """The greatest dot product of each query row with a passage row, summed, and divided by
    the sum of the query rows' lengths; 0 if either is empty."""
    return similarities(query, passage)[0]


def _rarity(wanted: SparseVector, passages: Sequence[SparseVector]) -> FloatArray:
    """For each term log((n + 1) / (m + .5)) where m of the n passages have it: as the inverse
    document frequency (Robertson and Sparck Jones, 1976), among what was found."""
    having = sum((np.isin(wanted.indices, one.indices) for one in passages), np.zeros(1))
    weights: FloatArray = np.log((len(passages) + 1) / (having + 0.5)).astype(np.float32)
    return weights if len(wanted.indices) else weights[:0]


def _coverage(wanted: SparseVector, given: SparseVector, rarity: FloatArray) -> float:
    """The share of the wanted terms that are given, each as rare as it is."""
    if not len(wanted.indices):
        return 0.0
    return float(rarity[np.isin(wanted.indices, given.indices)].sum() / rarity.sum())


def _named(label: str, terms: SparseVector, asked: _Asked) -> float:
    """`Signs.named`; squared, so that a label named whole stands out from its longer kin. A range
    is named by a number that lies in it, and by no other."""
    if not label:
        return 0.0
    held = holds(label, asked.wanted.numbers)
    return _share(terms, asked.vectors.sparse) ** 2 if held is None else float(held)


def _share(wanted: SparseVector, given: SparseVector) -> float:
    """The share of the `wanted` terms that are among the `given` ones."""
    return float(np.isin(wanted.indices, given.indices).mean()) if len(wanted.indices) else 0.0
