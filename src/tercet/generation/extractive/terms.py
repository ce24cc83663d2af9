"""Which terms of a question a text has, each as rare as it is among what was found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tercet.types import FloatArray, SparseVector


def rarity_of(wanted: SparseVector, passages: Sequence[SparseVector]) -> FloatArray:
    """For each term log((n + 1) / (m + .5)) where m of the n passages have it: as the inverse
    document frequency (Robertson and Sparck Jones, 1976), among what was found."""
    having = sum((np.isin(wanted.indices, one.indices) for one in passages), np.zeros(1))
    weights: FloatArray = np.log((len(passages) + 1) / (having + 0.5)).astype(np.float32)
    return weights if len(wanted.indices) else weights[:0]


def coverage(wanted: SparseVector, given: SparseVector, rarity: FloatArray) -> float:
    """The share of the wanted terms that are given, each as rare as it is."""
    if not len(wanted.indices):
        return 0.0
    return float(rarity[np.isin(wanted.indices, given.indices)].sum() / rarity.sum())


def share_of(wanted: SparseVector, given: SparseVector) -> float:
    """The share of the `wanted` terms that are among the `given` ones."""
    return float(np.isin(wanted.indices, given.indices).mean()) if len(wanted.indices) else 0.0
