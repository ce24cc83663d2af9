"""Changes of a query that may bring a document in; each is tried before it is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tercet.pipeline.inquiry.record import Depth, Remedy
from tercet.pipeline.inquiry.standing import DEEPEST, Subject
from tercet.types import MODES, Query

# Steps after the engine, by the setting that turns them off.
_STAGES: dict[str, Any] = {
    "expand": (),
    "rerank": False,
    "recency": None,
    "diversity": 0.0,
    "per_document": 0,
}

# `late` compares with every passage, which more than these make slow.
_SMALL = 20_000


def tried(subject: Subject, setting: str, value: Any) -> Remedy | None:
    """The remedy of one changed setting, if the document is then among the hits."""
    rank = subject.rank(_with(subject.query, setting, value))
    return Remedy(setting, value, rank) if rank else None


def stage_off(subject: Subject) -> Remedy | None:
    """The first step after the engine without which the document is among the hits."""
    for setting, off in _STAGES.items():
        if getattr(subject.query, setting) != off and (remedy := tried(subject, setting, off)):
            return remedy
    return None


def more_hits(subject: Subject, start: int) -> Remedy | None:
    """The smallest limit that has the document among the hits, looked for from `start` on."""
    limit = start
    while limit <= DEEPEST:
        if remedy := tried(subject, "limit", limit):
            return _fewest(subject, remedy, limit)
        limit *= 4
    return None


def _fewest(subject: Subject, enough: Remedy, limit: int) -> Remedy:
    """The smallest limit between the rank at `limit` and that. It may be more than the rank:
    fewer hits may mean fewer candidates, and with them other scores."""
    if best := tried(subject, "limit", enough.rank):
        return best
    too_few = enough.rank
    while limit - too_few > 1:
        middle = (too_few + limit) // 2
        if remedy := tried(subject, "limit", middle):
            enough, limit = remedy, middle
        else:
            too_few = middle
    return enough


def more_candidates(subject: Subject, legs: dict[str, Depth]) -> Remedy | None:
    """The number of candidates with which a leg that proposes has the document among them."""
    ranks = [legs[leg].rank for leg in ("dense", "sparse") if leg in legs]
    nearest = min((rank for rank in ranks if rank), default=0)
    if nearest <= subject.query.prefetch_limit:
        return None
    return tried(subject, "prefetch_limit", nearest)


def other_modes(subject: Subject) -> Iterator[Remedy]:
    """The modes that have the document among as many hits."""
    small = subject.store.count() <= _SMALL
    for mode in MODES:
        if mode == subject.query.mode or (mode == "late" and not small):
            continue
        if remedy := tried(subject, "mode", mode):
            yield remedy


def _with(query: Query, setting: str, value: Any) -> Query:
    changed: dict[str, Any] = {setting: value}
    return replace(query, explain=False, **changed)
