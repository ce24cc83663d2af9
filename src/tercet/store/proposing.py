"""How candidates are found that a fusion or a rescoring goes on with."""

from __future__ import annotations

from tercet.types import Leg, Plan

# Points that the search of a graph keeps in view (`ef`), where it would be 100. At 120,000 passages
# the first ten of `fused` are those of an exact search in 99.5 % instead of 99.9 %, in four fifths
# of the time; see docs/decisions/storage.md.
PROPOSED_EF = 64


def proposes_by_graph(plan: Plan) -> bool:
    """Whether a prefetch looks for candidates among all dense vectors."""
    return isinstance(plan, Leg) and plan.using == "dense" and not plan.prefetch
