"""Several lists of hits made one."""

from __future__ import annotations

from collections.abc import Sequence

from tercet.types import RRF_K, Hit


def blend(lists: Sequence[Sequence[Hit]], weights: Sequence[float], limit: int) -> list[Hit]:
    """The `limit` hits with the greatest sums of weight / (k + rank) over the lists (reciprocal
    rank fusion: Cormack, Clarke and Buettcher, 2009). Each keeps the score of the first list
    that holds it."""
    kept: dict[str, Hit] = {}
    sums: dict[str, float] = {}
    for hits, weight in zip(lists, weights, strict=True):
        for rank, hit in enumerate(hits, start=1):
            kept.setdefault(hit.id, hit)
            sums[hit.id] = sums.get(hit.id, 0.0) + weight / (RRF_K + rank)
    return sorted(kept.values(), key=lambda hit: -sums[hit.id])[:limit]


def with_more(hits: Sequence[Hit], more: Sequence[Hit]) -> list[Hit]:
    """The hits, and after them those of `more`, each once."""
    kept: dict[str, Hit] = {}
    for hit in (*hits, *more):
        kept.setdefault(hit.id, hit)
    return list(kept.values())
