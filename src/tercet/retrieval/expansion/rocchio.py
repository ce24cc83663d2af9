"""Feedback on the dense vector: the query moves towards the passages that it finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tercet.ports import FirstPass
from tercet.ports.searching import Expanded
from tercet.retrieval.expansion.feedback import shares
from tercet.retrieval.plans import legs_of, plan
from tercet.types import FloatArray, Hit, Query, Vectors

# Chosen on SQuAD and SciFact's training queries: docs/decisions/query-expansion.md.
PASSAGES = 3
WEIGHT = 0.1


class Rocchio:
    """An `Expander` by relevance feedback in vector space (Rocchio, 1971), without wrong examples.

    The mean of the `passages` best hits is added with `weight` to the query's vector, which counts
    1. Modes without the dense leg are left as they are.
    """

    name = "rocchio"

    def __init__(self, passages: int = PASSAGES, weight: float = WEIGHT) -> None:
        self.passages = passages
        self.weight = weight

    def __call__(self, query: Query, vectors: Vectors, first: FirstPass) -> Expanded:
        if "dense" not in legs_of(plan(query)):
            return Expanded(vectors)
        dense = moved(vectors.dense, first(self.passages), self.weight)
        return Expanded(replace(vectors, dense=dense))


def moved(query: FloatArray, found: Sequence[tuple[Hit, Vectors]], weight: float) -> FloatArray:
    """The unit vector [d] along query + weight * centroid, where both have length 1 and the
    centroid is the mean of the hits' vectors, each counting as its share of the scores. The query
    itself if nothing was found."""
    if not found:
        return query
    rows = np.array([vectors.dense for _, vectors in found], dtype=np.float64)
    centroid = shares([hit for hit, _ in found]) @ rows
    mixed: FloatArray = _unit(_unit(query) + weight * _unit(centroid)).astype(np.float32)
    return mixed


def _unit(vector: FloatArray | NDArray[np.float64]) -> NDArray[np.float64]:
    wide = vector.astype(np.float64)
    return wide / max(float(np.linalg.norm(wide)), 1e-12)
