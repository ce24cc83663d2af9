"""What is new is preferred, by arithmetic that a person can follow."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tercet
from tercet.retrieval.recency import faded
from tercet.types import Document, MetadataValue, Recency
from tests.retrieval.made import made, names

YEAR = Recency("modified", 365.0, 0.5)
TODAY = date(2024, 6, 30)


def dated(name: str, score: float, days: float | None) -> tercet.Hit:
    if days is None:
        return made(name, score)
    return made(name, score, metadata={"modified": (TODAY - timedelta(days=days)).isoformat()})


def test_the_score_is_the_one_in_the_docstring() -> None:
    hits = [dated("old", 3, 365), dated("new", 2, 0), dated("older", 1, 730)]
    result = {hit.source: hit.score for hit in faded(hits, YEAR)}
    assert result == pytest.approx({"old": 1 * 0.75, "new": 0.5 * 1.0, "older": 0})


def test_a_newer_hit_passes_one_that_is_little_better() -> None:
    hits = [dated("old", 1.0, 3650), dated("new", 0.9, 0), dated("far", 0.0, 0)]
    assert names(faded(hits, YEAR)) == ["new", "old", "far"]


def test_a_hit_without_a_date_has_the_mean_factor() -> None:
    hits = [dated("new", 2, 0), dated("none", 2, None), dated("old", 2, 365), dated("low", 1, 0)]
    result = faded(hits, YEAR)
    # Factors are 1, 0.75 and 1; the mean is 0.9167.
    assert names(result) == ["new", "none", "old", "low"]
    assert result[1].score == pytest.approx(2.75 / 3)


def test_without_any_date_nothing_changes() -> None:
    hits = [made("a", 2), made("b", 1, metadata={"modified": "last spring"})]
    assert faded(hits, YEAR) == hits


@pytest.mark.parametrize(
    "value",
    [
        "2024-06-30",
        "2024-06-30T00:00:00",
        "2024-06-30T00:00:00Z",
        "2024-06-30T02:00:00+02:00",
        ["2023-01-01", "2024-06-30"],
        ["draft", "2024-06-30"],
    ],
)
def test_dates_times_zones_and_lists_are_understood(value: MetadataValue) -> None:
    hits = [dated("old", 1, 365), made("new", 1, metadata={"modified": value})]
    assert [hit.score for hit in faded(hits, YEAR)] == pytest.approx([1.0, 0.75])
    assert names(faded(hits, YEAR)) == ["new", "old"]


@pytest.mark.parametrize("value", ["", "spring", 2024, 3.5, True, [], ["x"], "2024-13-45"])
def test_what_is_no_date_counts_as_none(value: MetadataValue) -> None:
    undated = made("x", 1, metadata={"modified": value})
    assert [hit.score for hit in faded([undated, dated("old", 1, 365), dated("new", 1, 0)], YEAR)][
        1
    ] == pytest.approx(0.875)


ages = st.one_of(st.none(), st.floats(0, 20_000))
found = st.lists(st.tuples(st.floats(-5, 5), ages), min_size=1, max_size=8)


@settings(max_examples=50, deadline=None)
@given(found, st.floats(0.5, 5000), st.floats(0, 1))
def test_all_come_back_with_scores_that_never_rise(
    given_hits: list[tuple[float, float | None]], half_life: float, weight: float
) -> None:
    hits = [dated(str(place), score, age) for place, (score, age) in enumerate(given_hits)]
    result = faded(hits, Recency("modified", half_life, weight))
    assert sorted(names(result)) == sorted(names(hits))
    if any(age is not None for _, age in given_hits):
        values = [hit.score for hit in result]
        assert values == sorted(values, reverse=True)
        assert all(math.isfinite(value) and 0 <= value <= 1 for value in values)


@settings(max_examples=50, deadline=None)
@given(found)
def test_the_day_on_which_is_asked_does_not_count(
    given_hits: list[tuple[float, float | None]],
) -> None:
    """Only differences of dates do: all ten years earlier, the result is the same."""
    now = [dated(str(n), score, age) for n, (score, age) in enumerate(given_hits)]
    then = [
        dated(str(n), score, None if age is None else age + 3650)
        for n, (score, age) in enumerate(given_hits)
    ]
    assert names(faded(now, YEAR)) == names(faded(then, YEAR))


def test_in_an_index_the_newer_of_two_versions_comes_first(tmp_path: Path) -> None:
    text = "Everyone has {} days of leave in a year."
    documents = [
        Document(text=text.format(20), source="old", metadata={"valid": "2015-01-01"}),
        Document(text=text.format(25), source="new", metadata={"valid": "2024-01-01"}),
        Document(text="The canteen is closed.", source="other", metadata={"valid": "2024-02-01"}),
    ]
    with tercet.open(tmp_path / "index") as rag:
        rag.add(documents)
        query = rag.query("20 days of leave", 3)
        assert names(rag.find(query).hits)[0] == "old"
        recent = rag.find(replace(query, recency=Recency("valid", 365, 0.8)))
        assert names(recent.hits)[0] == "new"
        assert recent.warnings == ()
        [warning] = rag.find(replace(query, recency=Recency("valdi", 365))).warnings
        assert "'valdi'" in warning
