"""Scores and fusion in plain NumPy: what every engine is compared with."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from tercet.types import Vectors

Scores = dict[str, float]


def dense_scores(query: Vectors, passages: Mapping[str, Vectors]) -> Scores:
    """Cosine of the dense vectors."""
    return {id: float(query.dense @ vectors.dense) for id, vectors in passages.items()}


def late_scores(query: Vectors, passages: Mapping[str, Vectors]) -> Scores:
    """MaxSim: the sum over query tokens of the best dot product with a passage token."""
    return {
        id: float((query.late @ vectors.late.T).max(axis=1).sum())
        for id, vectors in passages.items()
    }


def sparse_scores(query: Vectors, passages: Mapping[str, Vectors]) -> Scores:
    """Dot product of the sparse vectors, query terms weighed by ln(1 + (N - n + .5)/(n + .5))
    (Robertson's IDF as Qdrant has it). Passages without a common term are not in the list."""
    weights = {id: _as_dict(vectors) for id, vectors in passages.items()}
    total = len(passages)
    scores: Scores = {}
    for term, value in _as_dict(query).items():
        holders = [id for id, found in weights.items() if term in found]
        idf = math.log(1 + (total - len(holders) + 0.5) / (len(holders) + 0.5))
        for id in holders:
            scores[id] = scores.get(id, 0.0) + value * idf * weights[id][term]
    return scores


def top(scores: Scores, depth: int) -> Scores:
    """The `depth` best, best first."""
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    return dict(ranked[:depth])


def rrf(rankings: Sequence[Scores], k: int = 60, weights: Sequence[float] = ()) -> Scores:
    """Reciprocal rank fusion (Cormack et al., 2009), with ranks from 0 as Qdrant counts them.
    A list of weight w has its ranks, counted from 1, divided by w; of weight 0 it adds nothing."""
    fused: Scores = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, id in enumerate(ranking, start=1):
            part = 1.0 / (rank / weight + k - 1) if weight else 0.0
            fused[id] = fused.get(id, 0.0) + part
    return fused


def dbsf(rankings: Sequence[Scores], weights: Sequence[float] = ()) -> Scores:
    """Distribution-based score fusion: each list scaled so that its mean ± 3 standard
    deviations (n - 1) span 0 to 1, then summed with the lists' weights; Qdrant's documentation
    of `dbsf`."""
    fused: Scores = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        values = np.array(list(ranking.values()))
        spread = float(values.std(ddof=1)) if len(values) > 1 else 0.0
        low = float(values.mean()) - 3 * spread if len(values) else 0.0
        for id, score in ranking.items():
            scaled = (score - low) / (6 * spread) if spread else 0.5
            fused[id] = fused.get(id, 0.0) + weight * scaled
    return fused


def _as_dict(vectors: Vectors) -> dict[int, float]:
    sparse = vectors.sparse
    return dict(zip(sparse.indices.tolist(), sparse.values.tolist(), strict=True))
