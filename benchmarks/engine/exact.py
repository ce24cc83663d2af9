"""A store in NumPy: what the engine finds, but for its rounding of stored vectors. A sweep asks the
same question many times; here the late-interaction score of a passage is reckoned once."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.passages import Passages
from tercet.testing import reference
from tercet.types import LEGS, FloatArray, Hit, Leg, LegName, Plan, Search, Vectors

Floats = NDArray[np.float64]


class ExactStore:
    """The part of a `Store` that searches; filters are passed over. The token vectors of a query
    are known by their identity, so give the same ones for the same question."""

    def __init__(self, passages: Passages) -> None:
        self._chunks = {chunk.id: chunk for chunk in passages.chunks}
        self._ids = list(self._chunks)
        self._vectors = dict(zip(self._ids, passages.vectors, strict=True))
        self._dense = _units(np.stack([vectors.dense for vectors in passages.vectors]))
        self._postings = _postings(passages.vectors)
        self._late: dict[tuple[int, str], float] = {}

    def search(self, searches: Sequence[Search]) -> list[list[Hit]]:
        return [
            [
                Hit(self._chunks[id], score)
                for id, score in self._scores(search.plan, search.vectors).items()
            ]
            for search in searches
        ]

    def vectors(self, ids: Sequence[str], legs: Collection[LegName] = LEGS) -> dict[str, Vectors]:
        return {id: self._vectors[id] for id in ids}

    def _scores(self, plan: Plan, query: Vectors) -> reference.Scores:
        if isinstance(plan, Leg):
            return self._leg(plan, query)
        lists = [self._scores(part, query) for part in plan.prefetch]
        if plan.method == "rrf":
            fused = reference.rrf(lists, plan.k, plan.weights)
        else:
            fused = reference.dbsf(lists, plan.weights)
        return reference.top(fused, plan.limit)

    def _leg(self, leg: Leg, query: Vectors) -> reference.Scores:
        if leg.using == "late_interaction":
            nominated = {id for part in leg.prefetch for id in self._scores(part, query)}
            return reference.top({id: self._met(query.late, id) for id in nominated}, leg.limit)
        if leg.using == "dense":
            return self._best(self._dense @ _units(query.dense[None])[0], leg.limit)
        scores = np.zeros(len(self._ids))
        pairs = zip(query.sparse.indices.tolist(), query.sparse.values.tolist(), strict=True)
        for term, value in pairs:
            if term in self._postings:
                places, weights = self._postings[term]
                scores[places] += value * weights
        return {id: score for id, score in self._best(scores, leg.limit).items() if score > 0}

    def _best(self, scores: Floats | FloatArray, depth: int) -> reference.Scores:
        depth = min(depth, len(scores))
        places = np.argpartition(-scores, depth - 1)[:depth]
        ranked = places[np.argsort(-scores[places], kind="stable")]
        return {self._ids[place]: float(scores[place]) for place in ranked}

    def _met(self, late: FloatArray, id: str) -> float:
        """MaxSim of the question's tokens and the passage's."""
        key = (late.ctypes.data, id)
        if key not in self._late:
            self._late[key] = float((late @ self._vectors[id].late.T).max(axis=1).sum())
        return self._late[key]


def _units(rows: FloatArray) -> FloatArray:
    unit: FloatArray = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return unit


def _postings(vectors: Sequence[Vectors]) -> dict[int, tuple[NDArray[np.int64], Floats]]:
    """By term: the places of the passages that have it, and its weight there times its IDF."""
    found: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for place, one in enumerate(vectors):
        for term, value in zip(
            one.sparse.indices.tolist(), one.sparse.values.tolist(), strict=True
        ):
            found[term].append((place, value))
    total = len(vectors)
    postings = {}
    for term, pairs in found.items():
        idf = math.log(1 + (total - len(pairs) + 0.5) / (len(pairs) + 0.5))
        places, weights = zip(*pairs, strict=True)
        postings[term] = (np.array(places), idf * np.array(weights))
    return postings
