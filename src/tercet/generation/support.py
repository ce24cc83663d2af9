"""How well a sentence supports a question: MaxSim of token vectors and shared terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tercet.generation.sentences import Sentence, split_sentences
from tercet.ports import Encoder
from tercet.types import FloatArray, Hit, SparseVector, Vectors


class Support(NamedTuple):
    """A sentence of a hit: its marker (1 for the first hit), and how well it answers.

    `similarity` is the mean over the question's tokens, weighed as they count, of the best
    cosine with a token of the sentence (MaxSim; Khattab and Zaharia, 2020), -1 to 1.
    `coverage` is the share of the question's terms that stand in the sentence or in the
    passage around it, 0 to 1.
    """

    marker: int
    hit: Hit
    sentence: Sentence
    similarity: float
    coverage: float


def rank_sentences(question: str, hits: Sequence[Hit], encoder: Encoder) -> list[Support]:
    """All sentences of the hits, in their order, each with its support for the question."""
    asked = encoder.query(question)
    found: list[Support] = []
    places = [
        (marker, hit, sentence)
        for marker, hit in enumerate(hits, start=1)
        for sentence in split_sentences(hit.text)
    ]
    passages = {hit.id: terms for hit, terms in zip(hits, _terms(hits, encoder), strict=True)}
    vectors = encoder.passages([sentence.text for _, _, sentence in places])
    for (marker, hit, sentence), vector in zip(places, vectors, strict=True):
        found.append(
            Support(
                marker,
                hit,
                sentence,
                similarity=mean_maxsim(asked.late, vector.late),
                coverage=_coverage(asked, vector.sparse, passages[hit.id]),
            )
        )
    return found


def mean_maxsim(query: FloatArray, passage: FloatArray) -> float:
    """The greatest dot product of each query row with a passage row, summed, and divided by
    the sum of the query rows' lengths; 0 if either is empty."""
    if not len(query) or not len(passage):
        return 0.0
    return float((query @ passage.T).max(axis=1).sum() / np.linalg.norm(query, axis=1).sum())


def _terms(hits: Sequence[Hit], encoder: Encoder) -> list[SparseVector]:
    return list(encoder.sparse_passages([hit.chunk.passage for hit in hits]))


def _coverage(asked: Vectors, sentence: SparseVector, passage: SparseVector) -> float:
    """Terms of the sentence count whole, those only in the passage around it half."""
    wanted = asked.sparse.indices
    if not len(wanted):
        return 0.0
    near = np.isin(wanted, sentence.indices)
    around = np.isin(wanted, passage.indices)
    return float((near + 0.5 * (around & ~near)).mean())
