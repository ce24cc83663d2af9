"""Texts longer than a model's input: cut into windows, embedded apart, joined again."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from tercet.types import FloatArray, SparseVector


def window_ranges(length: int, size: int) -> list[tuple[int, int]]:
    """[start, end) ranges that cover `length` tokens in the fewest windows of at most `size`.

    The windows are as equal as can be, so that none is a stump without context. A text
    without tokens has one empty window.
    """
    count = max(1, -(-length // size))
    bounds = [length * part // count for part in range(count + 1)]
    return list(itertools.pairwise(bounds))


def mean_direction(vectors: Sequence[FloatArray], weights: Sequence[int]) -> FloatArray:
    """The unit vector along the mean of the windows' dense vectors, weighted by tokens."""
    if len(vectors) == 1:
        return vectors[0]
    total = np.average(np.stack(vectors), axis=0, weights=np.maximum(weights, 1))
    unit: FloatArray = (total / max(float(np.linalg.norm(total)), 1e-12)).astype(np.float32)
    return unit


def strongest_terms(vectors: Sequence[SparseVector]) -> SparseVector:
    """Every term with its greatest weight in any window (max pooling, as SPLADE pools)."""
    if len(vectors) == 1:
        return vectors[0]
    weights: dict[int, float] = {}
    for vector in vectors:
        for index, value in zip(vector.indices.tolist(), vector.values.tolist(), strict=True):
            weights[index] = max(value, weights.get(index, value))
    return SparseVector(
        np.fromiter(weights.keys(), dtype=np.uint32, count=len(weights)),
        np.fromiter(weights.values(), dtype=np.float32, count=len(weights)),
    )
