"""The arithmetic of a fused score: what each leg added to it, as the engines count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from tercet.types import Explanation, Fuse, Hit, Leg, LegName, LegScore, Plan, Share

Standing: TypeAlias = Mapping[str, LegScore]


def standing(hits: Sequence[Hit]) -> dict[str, LegScore]:
    """Score and rank of each hit of a list, by id."""
    return {hit.id: LegScore(hit.score, rank) for rank, hit in enumerate(hits, start=1)}


class Arithmetic:
    """How the scores of one search came about. `standings` are those of the plan's legs, each by
    itself and at least as deep as the plan takes it."""

    def __init__(self, plan: Plan, standings: Mapping[LegName, Standing]) -> None:
        self._plan = plan
        self._voices = list(_voices(plan, standings))

    def __call__(self, id: str) -> Explanation:
        """How the score of the chunk with that id came about."""
        plan = self._plan
        if isinstance(plan, Leg):
            share = _alone(self._voices[0], id)
            return Explanation("leg", (share,), share.added)
        k = plan.k if plan.method == "rrf" else None
        shares = tuple(
            _by_score(voice, id) if k is None else _by_rank(voice, id, k) for voice in self._voices
        )
        return Explanation(plan.method, shares, sum(share.added for share in shares), k)


class _Voice(NamedTuple):
    """One list of those that are fused: the leg, its weight, what it holds, and how its scores
    are spread (None: it is empty)."""

    leg: LegName
    weight: float
    places: Standing
    mean: float | None = None
    deviation: float | None = None


def _voices(plan: Plan, standings: Mapping[LegName, Standing]) -> Iterator[_Voice]:
    if isinstance(plan, Leg):
        yield _Voice(plan.using, 1.0, standings[plan.using])
        return
    for part, weight in zip(plan.prefetch, _weights(plan), strict=True):
        if isinstance(part, Leg):  # no mode fuses what is fused already
            whole = standings[part.using]
            places = {id: place for id, place in whole.items() if place.rank <= part.limit}
            yield _Voice(part.using, weight, places, *_spread(places))


def _weights(plan: Fuse) -> tuple[float, ...]:
    return plan.weights or (1.0,) * len(plan.prefetch)


def _spread(places: Standing) -> tuple[float, float] | tuple[None, None]:
    """Mean and standard deviation (n - 1) of a list's scores."""
    if not places:
        return None, None
    scores = np.array([place.score for place in places.values()])
    return float(scores.mean()), float(scores.std(ddof=1)) if len(scores) > 1 else 0.0


def _alone(voice: _Voice, id: str) -> Share:
    place = voice.places.get(id)
    if place is None:
        return Share(voice.leg, 0.0)
    return Share(voice.leg, place.score, score=place.score, rank=place.rank)


def _by_rank(voice: _Voice, id: str, k: int) -> Share:
    """Reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009) as the engine has it:
    1 / (rank / weight + k - 1), ranks from 1; a leg of weight 0 adds nothing."""
    leg, weight, places, *_ = voice
    place = places.get(id)
    if place is None:
        return Share(leg, 0.0, weight)
    added = 1 / (place.rank / weight + k - 1) if weight else 0.0
    return Share(leg, added, weight, place.score, place.rank)


def _by_score(voice: _Voice, id: str) -> Share:
    """Distribution-based score fusion as the engine has it: the weight times the score on a
    scale from 3 standard deviations below to 3 above the list's mean. Lists of one score give
    one half."""
    leg, weight, places, mean, deviation = voice
    place = places.get(id)
    if place is None or mean is None:
        return Share(leg, 0.0, weight, mean=mean, deviation=deviation)
    scaled = (place.score - mean) / (6 * deviation) + 0.5 if deviation else 0.5
    return Share(leg, weight * scaled, weight, place.score, place.rank, mean, deviation, scaled)
