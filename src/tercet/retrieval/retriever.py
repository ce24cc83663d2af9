"""A query to hits: embed, one engine call, and on request an explanation."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping, Sequence

from tercet.ports import Encoder, Store
from tercet.retrieval.plans import leg_plans, legs_of, plan
from tercet.types import LEGS, And, Equals, Filter, Found, Hit, LegScore, Query, Search


class Retriever:
    """Finds chunks by any mode. Holds no state between queries."""

    def __init__(self, encoder: Encoder, store: Store) -> None:
        self._encoder = encoder
        self._store = store

    def __call__(self, query: Query) -> Found:
        """The `query.limit` best chunks of the query's tenant that pass its filter.

        Raises `UsageError` for an unknown mode or an impossible limit.
        """
        main = plan(query)
        begin = time.perf_counter()
        vectors = self._encoder.query(query.text, LEGS if query.explain else legs_of(main))
        embedded = time.perf_counter()
        allowed = tenant_filter(query.tenant, query.filter)
        search = Search(main, vectors, allowed)
        hits = self._explained(query, search) if query.explain else self._store.search([search])[0]
        done = time.perf_counter()
        return Found(hits, {"embed": 1000 * (embedded - begin), "engine": 1000 * (done - embedded)})

    def _explained(self, query: Query, search: Search) -> list[Hit]:
        """The hits with their standing in each leg; one batched engine call."""
        legs = leg_plans(query)
        searches = [
            search,
            *(dataclasses.replace(search, plan=leg) for leg in legs.values()),
        ]
        hits, *by_leg = self._store.search(searches)
        standings: dict[str, dict[str, LegScore]] = {
            name: _standing(found) for name, found in zip(legs, by_leg, strict=True)
        }
        return [dataclasses.replace(hit, legs=_of(hit, standings)) for hit in hits]


def tenant_filter(tenant: str, filter: Filter | None) -> Filter:
    """The filter within a tenant. The empty filter is no filter, but the tenant always counts."""
    own = Equals("tenant", (tenant,))
    return own if filter is None else And((own, filter))


def _standing(hits: Sequence[Hit]) -> dict[str, LegScore]:
    return {hit.id: LegScore(hit.score, rank) for rank, hit in enumerate(hits, start=1)}


def _of(hit: Hit, standings: Mapping[str, Mapping[str, LegScore]]) -> dict[str, LegScore]:
    return {name: found[hit.id] for name, found in standings.items() if hit.id in found}
