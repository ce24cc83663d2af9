"""How well a sentence supports a question: MaxSim of token vectors and shared terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from tercet.generation.rows import find_tables
from tercet.generation.sentences import Sentence, split_sentences
from tercet.ports import Encoder
from tercet.types import FloatArray, Hit, SparseVector, Vectors

_MOST_JUDGED = 48  # sentences and rows that the model runs on: half a second on two cores


class Support(NamedTuple):
    """A sentence of a hit, or a row of a table in it: its marker (1 for the first hit), and how
    well it answers.

    `similarity` is the mean over the question's tokens, weighed as they count, of the best
    cosine with a token of the sentence (MaxSim; Khattab and Zaharia, 2020), -1 to 1.
    `coverage` is the share of the question's terms that stand in the sentence or in the
    passage around it, 0 to 1. `named` is the share of a row's label that the question names,
    0 for a sentence. `said` is the sentence, or the row without its marks.
    """

    marker: int
    hit: Hit
    sentence: Sentence
    similarity: float
    coverage: float
    named: float = 0.0
    said: str = ""


class _Place(NamedTuple):
    """A sentence, the words by which it is judged, and the label if it is a row."""

    marker: int
    hit: Hit
    sentence: Sentence
    words: str
    said: str
    label: str


class _Candidate(NamedTuple):
    """A place with `Support.coverage` and `.named`."""

    place: _Place
    coverage: float
    named: float


def rank_sentences(question: str, hits: Sequence[Hit], encoder: Encoder) -> list[Support]:
    """The sentences of the hits that may answer, in their order, with their support.

    The model runs on each, so of many only those are looked at that share most terms with the
    question.
    """
    asked = encoder.query(question)
    likely = _likely(_candidates(hits, asked, encoder))
    vectors = encoder.passages([candidate.place.words for candidate in likely])
    return [
        Support(
            candidate.place.marker,
            candidate.place.hit,
            candidate.place.sentence,
            similarity=mean_maxsim(asked.late, vector.late),
            coverage=candidate.coverage,
            named=candidate.named,
            said=candidate.place.said,
        )
        for candidate, vector in zip(likely, vectors, strict=True)
    ]


def _likely(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """At most so many as the model can judge in a moment, in their order."""
    by_terms = sorted(candidates, key=lambda c: c.named + c.coverage, reverse=True)
    return sorted(by_terms[:_MOST_JUDGED], key=lambda c: (c.place.marker, c.place.sentence.start))


def _candidates(hits: Sequence[Hit], asked: Vectors, encoder: Encoder) -> list[_Candidate]:
    """All sentences and rows, with what their terms alone tell."""
    places = list(_places(hits))
    passages = {hit.id: terms for hit, terms in zip(hits, _terms(hits, encoder), strict=True)}
    terms = encoder.sparse_passages([place.words for place in places])
    labels = encoder.sparse_passages([place.label for place in places])
    return [
        _Candidate(
            place,
            coverage=_coverage(asked, own, passages[place.hit.id]),
            named=_share(label, asked.sparse) if place.label else 0.0,
        )
        for place, own, label in zip(places, terms, labels, strict=True)
    ]


def _places(hits: Sequence[Hit]) -> Iterator[_Place]:
    for marker, hit in enumerate(hits, start=1):
        tables = find_tables(hit.chunk)
        for sentence in split_sentences(hit.text):
            if row := tables.rows.get(sentence.start):
                words = f"{hit.chunk.title} {row.statement}"
                yield _Place(marker, hit, sentence, words, row.said, row.label)
            elif sentence.start not in tables.silent:
                yield _Place(marker, hit, sentence, sentence.text, sentence.text, "")


def mean_maxsim(query: FloatArray, passage: FloatArray) -> float:
    """The greatest dot product of each query row with a passage row, summed, and divided by
    the sum of the query rows' lengths; 0 if either is empty."""
    if not len(query) or not len(passage):
        return 0.0
    return float((query @ passage.T).max(axis=1).sum() / np.linalg.norm(query, axis=1).sum())


def _terms(hits: Sequence[Hit], encoder: Encoder) -> list[SparseVector]:
    return list(encoder.sparse_passages([hit.chunk.passage for hit in hits]))


def _share(wanted: SparseVector, given: SparseVector) -> float:
    """The share of the `wanted` terms that are among the `given` ones."""
    return float(np.isin(wanted.indices, given.indices).mean()) if len(wanted.indices) else 0.0


def _coverage(asked: Vectors, sentence: SparseVector, passage: SparseVector) -> float:
    """Terms of the sentence count whole, those only in the passage around it half."""
    wanted = asked.sparse.indices
    if not len(wanted):
        return 0.0
    near = np.isin(wanted, sentence.indices)
    around = np.isin(wanted, passage.indices)
    return float((near + 0.5 * (around & ~near)).mean())
