"""Metrics against `ir_measures`, the independent reference."""

from __future__ import annotations

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import RR, R, nDCG

from tercet.evaluation.metrics import ndcg, recall, reciprocal_rank

NAMES = [f"d{number}" for number in range(30)]


@settings(max_examples=60, deadline=None)
@given(
    st.permutations(NAMES),
    st.integers(0, 30),
    st.dictionaries(st.sampled_from(NAMES), st.integers(0, 3), min_size=1),
)
def test_metrics_are_those_of_ir_measures(
    order: list[str], found: int, grades: dict[str, int]
) -> None:
    ranking = order[:found]
    judged = [ir_measures.Qrel("q", name, grade) for name, grade in grades.items()]
    run = [ir_measures.ScoredDoc("q", name, 100.0 - rank) for rank, name in enumerate(ranking)]
    run = run or [ir_measures.ScoredDoc("q", "nothing", 0.0)]
    expected = ir_measures.calc_aggregate([nDCG @ 10, RR @ 10, R @ 20], judged, run)
    assert ndcg(ranking, grades, 10) == pytest.approx(expected[nDCG @ 10], abs=1e-9)
    assert reciprocal_rank(ranking, grades, 10) == pytest.approx(expected[RR @ 10], abs=1e-9)
    assert recall(ranking, grades, 20) == pytest.approx(expected[R @ 20], abs=1e-9)
