"""The arithmetic of a fused score: what each leg added to it, as the engines count."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from tercet.types import Explanation, Fuse, Hit, Leg, LegName, LegScore, Plan, Share

Standing: TypeAlias = Mapping[str, LegScore]


def explanation(plan: Plan, lists: Mapping[LegName, Sequence[Hit]], id: str) -> Explanation:
    """How the score of the chunk `id` came about in a plan. `lists` are the hits of the plan's
    legs, each by itself and at least as deep as the plan takes them."""
    if isinstance(plan, Leg):
        place = standing(lists[plan.using]).get(id)
        share = _alone(plan.using, place)
        return Explanation("leg", (share,), share.added)
    shares = tuple(_shares(plan, lists, id))
    total = sum(share.added for share in shares)
    return Explanation(plan.method, shares, total, plan.k if plan.method == "rrf" else None)


def standing(hits: Sequence[Hit]) -> dict[str, LegScore]:
    """Score and rank of each hit of a list, by id."""
    return {hit.id: LegScore(hit.score, rank) for rank, hit in enumerate(hits, start=1)}


def _alone(leg: LegName, place: LegScore | None) -> Share:
    if place is None:
        return Share(leg, 0.0)
    return Share(leg, place.score, score=place.score, rank=place.rank)


def _shares(plan: Fuse, lists: Mapping[LegName, Sequence[Hit]], id: str) -> Iterator[Share]:
    weights = plan.weights or itertools.repeat(1.0, len(plan.prefetch))
    for part, weight in zip(plan.prefetch, weights, strict=True):
        if not isinstance(part, Leg):
            continue  # no mode fuses what is fused already
        hits = lists[part.using][: part.limit]
        if plan.method == "rrf":
            yield _by_rank(part.using, hits, id, weight, plan.k)
        else:
            yield _by_score(part.using, hits, id, weight)


def _by_rank(leg: LegName, hits: Sequence[Hit], id: str, weight: float, k: int) -> Share:
    """Reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009) as the engine has it:
    1 / (rank / weight + k - 1), ranks from 1; a leg of weight 0 adds nothing."""
    place = standing(hits).get(id)
    if place is None:
        return Share(leg, 0.0, weight)
    added = 1 / (place.rank / weight + k - 1) if weight else 0.0
    return Share(leg, added, weight, place.score, place.rank)


def _by_score(leg: LegName, hits: Sequence[Hit], id: str, weight: float) -> Share:
    """Distribution-based score fusion as the engine has it: the weight times the score on a
    scale from 3 standard deviations below to 3 above the list's mean. Lists of one score give
    one half."""
    place = standing(hits).get(id)
    scores = [hit.score for hit in hits]
    mean = statistics.fmean(scores) if scores else None
    deviation = statistics.stdev(scores) if len(scores) > 1 else 0.0
    if place is None or mean is None:
        return Share(leg, 0.0, weight, mean=mean, deviation=deviation if scores else None)
    scaled = (place.score - mean) / (6 * deviation) + 0.5 if deviation else 0.5
    return Share(leg, weight * scaled, weight, place.score, place.rank, mean, deviation, scaled)
