"""Hits that differ: maximal marginal relevance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tercet.retrieval.scores import normalised
from tercet.types import Hit, Vectors


def diversified(hits: Sequence[Hit], diversity: float, vectors: Mapping[str, Vectors]) -> list[Hit]:
    """All of the hits, ordered by maximal marginal relevance (Carbonell and Goldstein, SIGIR
    1998): next comes the hit with the greatest

        (1 - diversity) * relevance - diversity * likeness

    where relevance is the score between 0 and 1 among these hits, and likeness the greatest
    cosine of the dense vector with that of a hit already taken. A cosine below 0, or of a hit
    without a vector, counts as 0, so the values never rise. They are the new scores. Equal values
    keep their order; diversity 0 changes nothing.
    """
    if not diversity or not hits:
        return list(hits)
    relevance = (1 - diversity) * normalised(hits)
    likeness = _cosines([vectors.get(hit.id) for hit in hits])
    nearest = np.zeros(len(hits))
    left = np.ones(len(hits), dtype=bool)
    order: list[Hit] = []
    while left.any():
        values = np.where(left, relevance - diversity * nearest, -np.inf)
        best = int(values.argmax())
        left[best] = False
        nearest = np.maximum(nearest, likeness[best])
        order.append(replace(hits[best], score=float(values[best])))
    return order


def _cosines(vectors: Sequence[Vectors | None]) -> NDArray[np.float64]:
    """The cosine of each with each [n, n], at least 0."""
    size = max((len(vector.dense) for vector in vectors if vector), default=1)
    rows = np.array(
        [vector.dense if vector else np.zeros(size) for vector in vectors], dtype=np.float64
    )
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return np.clip(rows @ rows.T, 0, 1)
