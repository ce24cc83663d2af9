"""How a document stands in each leg, and which words of the query it lacks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from tercet.pipeline.inquiry.record import Depth
from tercet.ports import Store
from tercet.types import And, Equals, Filter, Found, Hit, Mode, Query

# The deepest rank that is looked for, and the depths on the way to it.
DEEPEST = 10_000
_STEPS = (64, 1024, DEEPEST)

_LEG_MODES: dict[str, Mode] = {"dense": "dense", "sparse": "sparse", "late_interaction": "late"}
_LEGS_OF: dict[Mode, tuple[str, ...]] = {
    "fused": ("dense", "sparse", "late_interaction"),
    "hybrid": ("dense", "sparse"),
    "rerank": ("dense", "sparse", "late_interaction"),
    "dense": ("dense",),
    "sparse": ("sparse",),
    "late": ("late_interaction",),
}

_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 24


class Words(NamedTuple):
    """Words of a query that a document lacks: those that others have, and those that none has."""

    missing: tuple[str, ...]
    unheard: tuple[str, ...]


class Subject(NamedTuple):
    """A document that is asked about, and what it takes to search for it."""

    document: str
    query: Query
    find: Callable[[Query], Found]
    store: Store

    @property
    def itself(self) -> Filter:
        """The passages of the document."""
        return Equals("document", (self.document,))

    def rank(self, query: Query) -> int | None:
        """The rank of the document's best passage among the hits of a query."""
        return self._place(self.find(query).hits)

    def legs(self) -> dict[str, Depth]:
        """The standing in each leg of the query's mode that can find the document at all."""
        found = {leg: self._depth(_LEG_MODES[leg]) for leg in _LEGS_OF[self.query.mode]}
        return {leg: depth for leg, depth in found.items() if depth}

    def words(self) -> Words:
        """The words of the query that the sparse leg does not find in the document."""
        words = list(dict.fromkeys(_WORD.findall(self.query.text.lower())))[:_MOST_WORDS]
        lacking = [word for word in words if not self._has(word, self.itself)]
        heard = [word for word in lacking if self._has(word, None)]
        return Words(tuple(heard), tuple(word for word in lacking if word not in heard))

    def _has(self, word: str, filter: Filter | None) -> bool:
        alone = replace(bare(self.query), text=word, mode="sparse", filter=filter, limit=1)
        return bool(self.find(alone).hits)

    def _depth(self, mode: Mode) -> Depth | None:
        alone = replace(bare(self.query), mode=mode)
        inside = self.itself if alone.filter is None else And((alone.filter, self.itself))
        best = self.find(replace(alone, filter=inside, limit=1)).hits
        return Depth(best[0].score, self._leg_rank(alone)) if best else None

    def _leg_rank(self, alone: Query) -> int | None:
        for limit in _steps(alone.mode):
            hits = self.find(replace(alone, limit=limit)).hits
            if place := self._place(hits):
                return place
            if len(hits) < limit:
                return None
        return None

    def _place(self, hits: list[Hit]) -> int | None:
        ranks = (n for n, hit in enumerate(hits, 1) if hit.chunk.document == self.document)
        return next(ranks, None)


def bare(query: Query) -> Query:
    """The query without all that is done beside the engine call."""
    return replace(
        query,
        explain=False,
        expand=(),
        rerank=False,
        recency=None,
        diversity=0.0,
        per_document=0,
        window="chunk",
    )


def _steps(mode: Mode) -> Iterator[int]:
    """Late interaction compares with every passage whatever the depth, so it is asked once."""
    yield from _STEPS[-1:] if mode == "late" else _STEPS
