"""Metrics against `ir_measures`, the independent reference."""

from __future__ import annotations

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import AP, RR, P, R, Success, nDCG

from tercet.errors import UsageError
from tercet.evaluation.measures import Measure, deepest, parse_measure, parse_measures
from tercet.evaluation.metrics import first_relevant, recall, recall_curve

NAMES = [f"d{number}" for number in range(30)]
REFERENCE = {
    "ndcg@10": nDCG @ 10,
    "mrr@10": RR @ 10,
    "map": AP,
    "map@7": AP @ 7,
    "p@5": P @ 5,
    "p@20": P @ 20,
    "recall@1": R @ 1,
    "recall@20": R @ 20,
    "success@5": Success @ 5,
}
grades_given = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 3), min_size=1)


@settings(max_examples=80, deadline=None)
@given(st.permutations(NAMES), st.integers(0, 30), grades_given)
def test_metrics_are_those_of_ir_measures(
    order: list[str], found: int, grades: dict[str, int]
) -> None:
    ranking = order[:found]
    judged = [ir_measures.Qrel("q", name, grade) for name, grade in grades.items()]
    run = [ir_measures.ScoredDoc("q", name, 100.0 - rank) for rank, name in enumerate(ranking)]
    run = run or [ir_measures.ScoredDoc("q", "nothing", 0.0)]
    expected = ir_measures.calc_aggregate(list(REFERENCE.values()), judged, run)
    for name, reference in REFERENCE.items():
        ours = parse_measure(name)(ranking, grades)
        assert ours == pytest.approx(expected[reference], abs=1e-9), name


@given(st.permutations(NAMES), st.integers(0, 30), grades_given)
def test_the_recall_curve_is_recall_at_every_depth(
    order: list[str], found: int, grades: dict[str, int]
) -> None:
    ranking = order[:found]
    curve = recall_curve(ranking, grades, 25)
    assert curve == [recall(ranking, grades, depth) for depth in range(1, 26)]


def test_the_first_relevant_rank_passes_over_grade_zero() -> None:
    assert first_relevant(["a", "b", "c"], {"a": 0, "c": 2}) == 3
    assert first_relevant(["a"], {"b": 1}) is None


def test_measures_are_read_by_name_once_each() -> None:
    assert parse_measures("ndcg@10, MAP,precision@5,p@5") == (
        Measure("ndcg", 10),
        Measure("map"),
        Measure("p", 5),
    )
    assert [measure.name for measure in parse_measures("rr,hit@3")] == ["mrr", "success@3"]
    assert deepest(parse_measures("p@5,recall@200"), 100) == 200
    assert deepest(parse_measures("map"), 100) == 100


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("bleu@4", "bleu@4"),
        ("ndcg@", "ndcg@"),
        ("ndcg@0", "1 to 1000"),
        ("ndcg@5000", "1 to 1000"),
        ("p", "needs a depth"),
        (" , ", "No metric"),
    ],
)
def test_a_wrong_measure_is_named(text: str, part: str) -> None:
    with pytest.raises(UsageError, match=part):
        parse_measures(text)
