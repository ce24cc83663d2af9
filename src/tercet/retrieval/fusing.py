"""Hits of several searches made one list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tercet.types import RRF_K, Hit


def fused_lists(lists: Sequence[Sequence[Hit]], limit: int, k: int = RRF_K) -> list[Hit]:
    """The `limit` best hits by reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009):
    the score is the sum of 1 / (k + rank), ranks from 1. Equal scores keep the order in which
    they were first seen."""
    found: dict[str, Hit] = {}
    scores: dict[str, float] = {}
    for hits in lists:
        for rank, hit in enumerate(hits, start=1):
            found.setdefault(hit.id, hit)
            scores[hit.id] = scores.get(hit.id, 0.0) + 1 / (k + rank)
    best = sorted(scores, key=lambda id: -scores[id])[:limit]
    return [replace(found[id], score=scores[id]) for id in best]
