"""The search modes as plans: each is carried out in one engine call."""

from __future__ import annotations

import math

from tercet.errors import UsageError
from tercet.types import MODES, Fuse, Fusion, Leg, LegName, Mode, Plan, Query

# The fusion of each mode, chosen in docs/decisions/default-mode.md.
FUSED = Fusion("dbsf")
# What only one leg found has the same score as what only the other found at that rank, and the
# engine breaks ties now one way, now the other. A thousandth less for one makes them unequal.
HYBRID = Fusion("rrf", {"dense": 1.0, "sparse": 0.999})

_SINGLE: dict[Mode, LegName] = {
    "dense": "dense",
    "sparse": "sparse",
    "late": "late_interaction",
}


def plan(query: Query) -> Plan:
    """The plan of the query's mode.

    - `dense`, `sparse`, `late`: one leg alone; `late` compares with every chunk.
    - `hybrid`: reciprocal rank fusion of dense and sparse, unless the query says another.
    - `rerank`: dense and sparse propose, late interaction orders (the guide's pipeline).
    - `fused`: dense, sparse, and late over what both propose; the three score distributions
      are fused (DBSF, unless the query says another), so that all three vectors vote.

    Raises `UsageError` for an unknown mode or a limit below 1.
    """
    _check(query)
    if query.mode in _SINGLE:
        return Leg(_SINGLE[query.mode], query.limit)
    depth = max(query.prefetch_limit, query.limit)
    proposals = (Leg("dense", depth), Leg("sparse", depth))
    if query.mode == "rerank":
        return Leg("late_interaction", query.limit, proposals)
    if query.mode == "hybrid":
        return _fuse(query.fusion or HYBRID, query.limit, proposals)
    voters = (*proposals, Leg("late_interaction", depth, proposals))
    return _fuse(query.fusion or FUSED, query.limit, voters)


def _fuse(fusion: Fusion, limit: int, legs: tuple[Leg, ...]) -> Fuse:
    weights = tuple(fusion.weights.get(leg.using, 1.0) for leg in legs) if fusion.weights else ()
    return Fuse(fusion.method, limit, legs, weights, fusion.k)


def leg_plans(query: Query) -> dict[LegName, Plan]:
    """One plan for each leg by itself, as deep as the query's candidates: for explanations."""
    depth = max(query.prefetch_limit, query.limit)
    proposals = (Leg("dense", depth), Leg("sparse", depth))
    return {
        "dense": proposals[0],
        "sparse": proposals[1],
        "late_interaction": Leg("late_interaction", 2 * depth, proposals),
    }


def legs_of(plan: Plan) -> set[LegName]:
    """The legs whose vectors a plan uses."""
    own = {plan.using} if isinstance(plan, Leg) else set()
    return own.union(*(legs_of(part) for part in plan.prefetch))


def _check(query: Query) -> None:
    if query.mode not in MODES:
        raise UsageError(f"There is no search mode {query.mode!r}.", f"Modes: {', '.join(MODES)}.")
    weights = query.fusion.weights.values() if query.fusion else ()
    if any(not 0 <= weight < math.inf for weight in weights):
        raise UsageError("The weight of a leg is 0 or more.", "See TERCET_FUSION_WEIGHTS.")
    if query.limit < 1 or query.prefetch_limit < 1:
        raise UsageError(
            f"A search for {query.limit} of {query.prefetch_limit} candidates finds nothing.",
            "Both limits must be at least 1.",
        )
