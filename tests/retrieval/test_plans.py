"""What each mode asks of the engine."""

from __future__ import annotations

import pytest

from tercet.errors import UsageError
from tercet.retrieval.plans import leg_plans, legs_of, plan
from tercet.types import Fuse, Leg, Query


def test_the_guide_s_pipeline_is_the_rerank_mode() -> None:
    query = Query("text", mode="rerank", limit=10, prefetch_limit=20)
    assert plan(query) == Leg("late_interaction", 10, (Leg("dense", 20), Leg("sparse", 20)))


def test_fused_lets_all_three_vote() -> None:
    proposals = (Leg("dense", 50), Leg("sparse", 50))
    third = Leg("late_interaction", 50, proposals)
    assert plan(Query("text")) == Fuse("dbsf", 10, (*proposals, third))


def test_hybrid_fuses_the_ranks_of_two() -> None:
    expected = Fuse("rrf", 3, (Leg("dense", 50), Leg("sparse", 50)), (1.0, 0.999))  # no ties
    assert plan(Query("text", mode="hybrid", limit=3)) == expected


@pytest.mark.parametrize(
    ("mode", "leg"), [("dense", "dense"), ("sparse", "sparse"), ("late", "late_interaction")]
)
def test_single_modes_are_single_legs(mode: str, leg: str) -> None:
    assert plan(Query("text", mode=mode, limit=7)) == Leg(leg, 7)  # type: ignore[arg-type]


def test_legs_go_as_deep_as_the_hits_asked_for() -> None:
    found = plan(Query("text", limit=80))
    assert {part.limit for part in found.prefetch} == {80}
    assert set(leg_plans(Query("text"))) == {"dense", "sparse", "late_interaction"}


def test_unknown_modes_and_impossible_limits_are_usage_errors() -> None:
    with pytest.raises(UsageError, match="fused, hybrid"):
        plan(Query("text", mode="best"))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="at least 1"):
        plan(Query("text", limit=0))


@pytest.mark.parametrize(
    ("mode", "legs"),
    [
        ("sparse", {"sparse"}),
        ("hybrid", {"dense", "sparse"}),
        ("fused", {"dense", "sparse", "late_interaction"}),
        ("late", {"late_interaction"}),
    ],
)
def test_a_plan_uses_the_vectors_of_its_legs(mode: str, legs: set[str]) -> None:
    assert legs_of(plan(Query("text", mode=mode))) == legs  # type: ignore[arg-type]
