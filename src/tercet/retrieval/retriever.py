"""A query to hits: embed, expand, one engine call, order, widen, and on request explain."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from tercet.ports import Encoder, Expander, Reranker, Store
from tercet.retrieval.expansion import Expansion, FirstHits, expand
from tercet.retrieval.explain import explained
from tercet.retrieval.fusing import fused_lists
from tercet.retrieval.ordering import ordered, wanted
from tercet.retrieval.plans import legs_of, plan
from tercet.retrieval.windows import widened
from tercet.types import LEGS, And, Equals, Filter, Found, Hit, LegName, Query, Search


class Retriever:
    """Finds chunks by any mode. Holds no state between queries.

    `expanders` are those a query may name; `reranker` has its say in every query that allows it.
    """

    def __init__(
        self,
        encoder: Encoder,
        store: Store,
        *,
        expanders: Mapping[str, Expander] | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self._encoder = encoder
        self._store = store
        self._expanders = expanders or {}
        self._reranker = reranker

    def __call__(self, query: Query) -> Found:
        """The `query.limit` best chunks of the query's tenant that pass its filter.

        Raises `UsageError` for an unknown mode or expansion, or an impossible limit.
        """
        clock = Stopwatch()
        reranker = self._reranker if query.rerank else None
        main = plan(replace(query, limit=wanted(query, reranker)))
        vectors = self._encoder.query(query.text, self._legs(query, legs_of(main)))
        clock.stage("embed")
        search = Search(main, vectors, tenant_filter(query.tenant, query.filter))
        expansion = self._expand(query, search)
        if query.expand:
            clock.stage("expand")
        hits = self._search(expansion, main.limit)
        clock.stage("engine")
        result = ordered(query, hits, reranker, self._store)
        hits = result.hits
        if query.explain:
            asked = replace(query, rerank=reranker is not None)
            hits = explained(asked, expansion.searches[0], hits, self._store, self._encoder)
        # Last: a wider text is not the one that its vectors are of.
        hits = widened(hits, query.window, self._store)
        clock.stage("order")
        return Found(hits, clock.ms, (*expansion.warnings, *result.warnings))

    def _legs(self, query: Query, used: set[LegName]) -> set[LegName]:
        return set(LEGS) if query.explain else used

    def _expand(self, query: Query, search: Search) -> Expansion:
        first = FirstHits(self._store, search)
        return expand(query, search, self._expanders, first)

    def _search(self, expansion: Expansion, limit: int) -> list[Hit]:
        lists = self._store.search(expansion.searches)
        if len(lists) == 1:
            return lists[0]
        return fused_lists(lists, limit)


class Stopwatch:
    """Milliseconds by stage, each from the end of the one before."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = {}
        self._last = time.perf_counter()

    def stage(self, name: str) -> None:
        now = time.perf_counter()
        self.ms[name] = 1000 * (now - self._last)
        self._last = now


def tenant_filter(tenant: str, filter: Filter | None) -> Filter:
    """The filter within a tenant. The empty filter is no filter, but the tenant always counts."""
    own = Equals("tenant", (tenant,))
    return own if filter is None else And((own, filter))
