"""How hits came to their place: their standing in each leg, the arithmetic of their score, and
the words that met."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from tercet.ports import Encoder, Store
from tercet.ports.embedding import Spelling
from tercet.retrieval.arithmetic import Arithmetic, Standing, standing
from tercet.retrieval.plans import leg_plans
from tercet.retrieval.tokens import term_matches, token_matches, weights_of
from tercet.types import (
    And,
    Equals,
    Explanation,
    Hit,
    Leg,
    LegName,
    LegScore,
    Plan,
    Query,
    Search,
    SparseVector,
    Vectors,
)

# How far engine and arithmetic may lie apart: the engines count in 32 bits, and standardise.
_EQUAL = 1e-3


class _Found(NamedTuple):
    """What the two engine calls gave: the standings in each leg, the vectors of the hits by id,
    and the IDF of each sparse term that query and hits share."""

    legs: Mapping[LegName, Standing]
    vectors: Mapping[str, Vectors]
    idf: Mapping[int, float]


def explained(
    query: Query, search: Search, hits: Sequence[Hit], store: Store, encoder: Encoder
) -> list[Hit]:
    """The hits with their standing in each leg and how their score came about; two engine calls.

    `search` is what was asked of the engine. `query.rerank` tells whether a reranker had its say.
    The words that met are told if `encoder` is a `Spelling`.
    """
    if not hits:
        return []
    found = _look(query, search, hits, store)
    count = Arithmetic(search.plan, found.legs)
    spelling = encoder if isinstance(encoder, Spelling) else None
    told = []
    for hit in hits:
        counted = count(hit.id)
        changed_by = _changed_by(query, counted.total, hit.score)
        counted = dataclasses.replace(counted, changed_by=changed_by)
        whole = _with_words(counted, query, search, hit, found, spelling)
        told.append(dataclasses.replace(hit, legs=_of(hit, found.legs), explanation=whole))
    return told


def _look(query: Query, search: Search, hits: Sequence[Hit], store: Store) -> _Found:
    vectors = store.vectors([hit.id for hit in hits])
    legs = _legs(query, search.plan)
    holders = _holders(search.vectors.sparse, hits, vectors)
    terms = [_term_search(term, hit) for term, hit in holders.items()]
    lists = store.search([dataclasses.replace(search, plan=leg) for leg in legs.values()] + terms)
    weights = {id: weights_of(found.sparse) for id, found in vectors.items()}
    idf = {
        term: best[0].score / weights[hit.id][term]
        for (term, hit), best in zip(holders.items(), lists[len(legs) :], strict=True)
        if best
    }
    standings = map(standing, lists[: len(legs)])
    return _Found(dict(zip(legs, standings, strict=True)), vectors, idf)


def _legs(query: Query, plan: Plan) -> dict[LegName, Plan]:
    """The plan of each leg by itself, as deep as the search's plan takes it; a mode that is one
    leg over all chunks is its own plan."""
    legs = leg_plans(dataclasses.replace(query, limit=plan.limit))
    if isinstance(plan, Leg) and not plan.prefetch:
        depth = max(query.prefetch_limit, plan.limit)
        legs[plan.using] = dataclasses.replace(plan, limit=depth)
    return legs


def _holders(
    asked: SparseVector, hits: Sequence[Hit], vectors: Mapping[str, Vectors]
) -> dict[int, Hit]:
    """A hit that holds the term, for each term of the query that one holds."""
    wanted = set(asked.indices.tolist())
    return {
        term: hit
        for hit in hits
        if hit.id in vectors
        for term in vectors[hit.id].sparse.indices.tolist()
        if term in wanted
    }


def _term_search(term: int, hit: Hit) -> Search:
    """A search whose score is the IDF of the term times its weight in the hit: the engine alone
    knows how many passages have it."""

    alone = SparseVector(np.array([term], np.uint32), np.ones(1, np.float32))
    none = np.empty(0, np.float32)
    place = (Equals("document", (hit.chunk.document,)), Equals("index", (hit.chunk.index,)))
    return Search(Leg("sparse", 1), Vectors(none, alone, none.reshape(0, 1)), And(place))


def _of(hit: Hit, standings: Mapping[LegName, Standing]) -> dict[str, LegScore]:
    return {name: found[hit.id] for name, found in standings.items() if hit.id in found}


def _with_words(
    counted: Explanation,
    query: Query,
    search: Search,
    hit: Hit,
    found: _Found,
    spelling: Spelling | None,
) -> Explanation:
    stored = found.vectors.get(hit.id)
    if spelling is None or stored is None:
        return counted
    asked, chunk = search.vectors, hit.chunk
    return dataclasses.replace(
        counted,
        terms=term_matches(query.text, asked.sparse, chunk, stored.sparse, found.idf, spelling),
        tokens=token_matches(query.text, asked.late, chunk, stored.late, spelling),
    )


def _changed_by(query: Query, total: float, score: float) -> tuple[str, ...]:
    """The stages after the engine whose score the hit has; none if it is still the engine's."""
    if math.isclose(total, score, rel_tol=_EQUAL, abs_tol=_EQUAL):
        return ()
    stages = {
        "expansion": bool(query.expand),
        "reranker": query.rerank,
        "recency": query.recency is not None,
        "diversity": query.diversity > 0,
    }
    return tuple(name for name, is_on in stages.items() if is_on)
