"""The first pass of feedback: what the plain query finds."""

from __future__ import annotations

from dataclasses import replace

from tercet.ports import Store
from tercet.types import Hit, Search, Vectors


class FirstHits:
    """A `FirstPass` that asks the engine once for all that look at it, unless a later one wants
    more. The hits are those of the plain search, in its mode and within its filter."""

    def __init__(self, store: Store, search: Search) -> None:
        self._store = store
        self._search = search
        self._asked = 0
        self._found: list[tuple[Hit, Vectors]] = []

    def __call__(self, limit: int) -> list[tuple[Hit, Vectors]]:
        if limit > self._asked:
            self._asked, self._found = limit, self._look(limit)
        return self._found[:limit]

    def _look(self, limit: int) -> list[tuple[Hit, Vectors]]:
        search = replace(self._search, plan=replace(self._search.plan, limit=limit))
        [hits] = self._store.search([search])
        vectors = self._store.vectors([hit.id for hit in hits], ("dense", "sparse"))
        return [(hit, vectors[hit.id]) for hit in hits if hit.id in vectors]
