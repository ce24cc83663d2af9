"""How well each sentence of the hits supports a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tercet.generation.extractive.evidence import Signs, log_odds, reached, similarities
from tercet.generation.extractive.places import Place, find_places
from tercet.generation.extractive.ranges import holds, is_another
from tercet.generation.extractive.terms import coverage, rarity_of, share_of
from tercet.generation.extractive.wanted import (
    Wanted,
    fit,
    missing,
    numberless,
    what_is_wanted,
    words_of,
)
from tercet.generation.rows import Row
from tercet.generation.sentences import Sentence
from tercet.ports import Encoder
from tercet.types import FloatArray, Hit, SparseVector, Vectors

_MOST_JUDGED = 36  # sentences and rows that the model runs on: under half a second on two cores
_FIRST = 2  # of the first passages every sentence is judged first
_MOST_RANK = 2  # from the third hit on: further down, the sentence speaks for itself


class Support(NamedTuple):
    """A sentence of a hit, or a row of a table in it: its marker (1 for the first hit), itself
    without a table's marks (`said`), the `words` by which it is judged (of a row with the
    titles of the columns), and how well it answers: the signs, their log-odds, and how much of
    each token of the question is matched. `row` is the row if it is one, and `lacks` are the
    question's names that its passage does not have."""

    marker: int
    hit: Hit
    sentence: Sentence
    said: str
    words: str
    signs: Signs
    score: float
    reached: FloatArray
    row: Row | None = None
    lacks: frozenset[str] = frozenset()


class _Asked(NamedTuple):
    """A question: its vectors, what it wants, and how rare each of its terms is."""

    question: str
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
    rarity = rarity_of(vectors.sparse, passages)
    asked = _Asked(question, vectors, what_is_wanted(question), rarity)
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
    row = place.row
    another = row is not None and is_another(row.label, row.corner, asked.question)
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
        unknown=1.0 if another else missing(asked.wanted.codes, known),
        fits=fit(asked.wanted, place.answer),
        numberless=float(numberless(asked.wanted, place.answer)),
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
        row,
        asked.wanted.names - known,
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
    wholes = encoder.sparse_passages([place.whole if place.row else "" for place in places])
    labels = encoder.sparse_passages([place.label for place in places])
    around = [coverage(wanted, passage, rarity) for passage in passages]
    return [
        _Candidate(
            place,
            coverage=coverage(wanted, own, rarity),
            around=around[place.marker - 1],
            named=_named(place.label, label, whole, asked),
        )
        for place, own, label, whole in zip(places, terms, labels, wholes, strict=True)
    ]


def score_beside(support: Support, others: Sequence[Support]) -> float:
    """The score of a sentence that is quoted beside others: of two things that are asked for, one
    passage has the name of the one, and need not have that of the other."""
    left = support.lacks.intersection(*(other.lacks for other in others))
    if not support.lacks or left == support.lacks:
        return support.score
    share = len(left) / len(support.lacks)
    signs = support.signs
    fewer = signs._replace(missing=signs.missing * share, unknown=signs.unknown * share)
    return log_odds(fewer)


def mean_maxsim(query: FloatArray, passage: FloatArray) -> float:
    """The greatest dot product of each query row with a passage row, summed, and divided by
    the sum of the query rows' lengths; 0 if either is empty."""
    return similarities(query, passage)[0]


def _named(label: str, terms: SparseVector, whole: SparseVector, asked: _Asked) -> float:
    """`Signs.named`, of the terms of a label and of the row with all that stands above it."""
    if not label:
        return 0.0
    held = holds(label, asked.wanted.numbers)
    share = share_of(terms, asked.vectors.sparse) ** 2 if held is None else float(held)
    if not share or not asked.wanted.codes.isdisjoint(words_of(label)):
        return share
    # Many a table has a row of "Porto": it is about the question if it has a quarter of its terms.
    return share * min(1.0, 4 * coverage(asked.vectors.sparse, whole, asked.rarity))
