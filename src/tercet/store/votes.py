"""The weighted vote: each list's scores standardised by itself, then added with weights."""

from __future__ import annotations

from tercet.types import Fuse, Plan


def voters(plan: Plan) -> tuple[Plan, ...]:
    """The lists that a plan is made from. Engines fuse without weights (DBSF) or weigh without
    standardising (a formula), so the lists of a vote are standardised one by one below it."""
    if not isinstance(plan, Fuse) or plan.method != "vote":
        return plan.prefetch
    return tuple(Fuse("dbsf", part.limit, (part,)) for part in plan.prefetch)


def vote_names(plan: Fuse) -> dict[str, float]:
    """What a formula calls the score in each list, and the weight of that list."""
    weights = plan.weights or (1.0,) * len(plan.prefetch)
    return {f"$score[{place}]": weight for place, weight in enumerate(weights)}
