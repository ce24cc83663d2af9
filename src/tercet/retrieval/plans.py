"""The search modes as plans: each is carried out in one engine call."""

from __future__ import annotations

from tercet.errors import UsageError
from tercet.types import MODES, Fuse, Leg, LegName, Mode, Plan, Query

_SINGLE: dict[Mode, LegName] = {
    "dense": "dense",
    "sparse": "sparse",
    "late": "late_interaction",
}


def plan(query: Query) -> Plan:
    """The plan of the query's mode.

    - `dense`, `sparse`, `late`: one leg alone; `late` compares with every chunk.
    - `hybrid`: reciprocal rank fusion of dense and sparse.
    - `rerank`: dense and sparse propose, late interaction orders (the guide's pipeline).
    - `fused`: dense, sparse, and late over what both propose; the three score distributions
      are fused (DBSF), so that all three vectors vote.

    Raises `UsageError` for an unknown mode or a limit below 1.
    """
    _check(query)
    if query.mode in _SINGLE:
        return Leg(_SINGLE[query.mode], query.limit)
    depth = max(query.prefetch_limit, query.limit)
    proposals = (Leg("dense", depth), Leg("sparse", depth))
    if query.mode == "hybrid":
        return Fuse("rrf", query.limit, proposals)
    if query.mode == "rerank":
        return Leg("late_interaction", query.limit, proposals)
    return Fuse("dbsf", query.limit, (*proposals, Leg("late_interaction", depth, proposals)))


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
    if query.limit < 1 or query.prefetch_limit < 1:
        raise UsageError(
            f"A search for {query.limit} of {query.prefetch_limit} candidates finds nothing.",
            "Both limits must be at least 1.",
        )
