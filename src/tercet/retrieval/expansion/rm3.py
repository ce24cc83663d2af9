"""Feedback on the sparse vector: terms of the passages that the plain query finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from tercet.ports import FirstPass
from tercet.ports.searching import Expanded
from tercet.retrieval.expansion.feedback import shares
from tercet.retrieval.plans import legs_of, plan
from tercet.types import Hit, Query, SparseVector, Vectors

# Chosen on SQuAD and SciFact's training queries: docs/decisions/query-expansion.md.
PASSAGES = 10
TERMS = 30
OWN_WEIGHT = 0.9


class Rm3:
    """An `Expander` by a relevance model (Lavrenko and Croft, SIGIR 2001), interpolated with the
    query (RM3: Abdul-Jaleel et al., TREC 2004).

    The `terms` heaviest terms of the `passages` best hits are added to the query. `own_weight` is
    how much the query's own terms count, of 1. Modes without the sparse leg are left as they are.
    """

    name = "rm3"

    def __init__(
        self, passages: int = PASSAGES, terms: int = TERMS, own_weight: float = OWN_WEIGHT
    ) -> None:
        self.passages = passages
        self.terms = terms
        self.own_weight = own_weight

    def __call__(self, query: Query, vectors: Vectors, first: FirstPass) -> Expanded:
        if "sparse" not in legs_of(plan(query)):
            return Expanded(vectors)
        model = relevance_model(first(self.passages), self.terms)
        sparse = interpolated(vectors.sparse, model, self.own_weight)
        return Expanded(replace(vectors, sparse=sparse))


def relevance_model(found: Sequence[tuple[Hit, Vectors]], terms: int) -> dict[int, float]:
    """The `terms` heaviest terms and their weights, 1 in all; none if nothing was found.

    A term weighs the sum over the hits of the hit's share of the scores times the term's share of
    the passage's sparse vector. That vector is term frequency after BM25's saturation and length
    normalisation. IDF is not in it, and must not be: the engine multiplies by it when it searches.
    """
    weights: dict[int, float] = {}
    for share, (_, vectors) in zip(shares([hit for hit, _ in found]), found, strict=True):
        for term, value in _distribution(vectors.sparse).items():
            weights[term] = weights.get(term, 0.0) + float(share) * value
    heaviest = sorted(weights, key=lambda term: (-weights[term], term))[:terms]
    total = sum(weights[term] for term in heaviest)
    return {term: weights[term] / total for term in heaviest} if total else {}


def interpolated(
    query: SparseVector, model: Mapping[int, float], own_weight: float
) -> SparseVector:
    """own_weight * query + (1 - own_weight) * model, both as distributions, times the sum of the
    query's weights, so that scores stay of the size they had. The query itself if either is empty.
    """
    own = _distribution(query)
    if not own or not model:
        return query
    size = float(query.values.sum())
    mixed = {term: own_weight * share for term, share in own.items()}
    for term, share in model.items():
        mixed[term] = mixed.get(term, 0.0) + (1 - own_weight) * share
    return SparseVector(
        np.fromiter(mixed, np.uint32, len(mixed)),
        np.array([size * share for share in mixed.values()], np.float32),
    )


def _distribution(vector: SparseVector) -> dict[int, float]:
    """The weights by term as shares of their sum; empty if there is none."""
    total = float(vector.values.sum())
    if total <= 0:
        return {}
    pairs = zip(vector.indices.tolist(), vector.values.tolist(), strict=True)
    return {term: value / total for term, value in pairs}
