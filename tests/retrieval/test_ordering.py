"""The stages one after another: what each sees, and what is shown."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tercet.errors import GenerationError, ModelUnavailable, TercetError, UsageError
from tercet.ports import Store
from tercet.retrieval.ordering import ordered, wanted
from tercet.retrieval.scores import following, normalised
from tercet.types import LEGS, Hit, LegName, Query, Recency, SparseVector, Vectors
from tests.retrieval.made import made, names

RECENT = Recency("modified", 365)
_NO_TERMS = SparseVector(np.empty(0, np.uint32), np.empty(0, np.float32))


class Backwards:
    """A reranker that turns the list round, and keeps what it saw."""

    name = "backwards"

    def __init__(self, depth: int, error: TercetError | None = None) -> None:
        self.depth = depth
        self.seen: list[str] = []
        self._error = error

    def __call__(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        self.seen = names(list(hits))
        if self._error:
            raise self._error
        return [replace(hit, score=100 - place) for place, hit in enumerate(reversed(hits))]


class AllDifferent:
    """A store in which no passage is like another."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def vectors(self, ids: Sequence[str], legs: Collection[LegName] = LEGS) -> dict[str, Vectors]:
        self.asked = list(ids)
        rows = np.eye(len(ids), dtype=np.float32)
        empty = np.empty((0, 1), np.float32)
        return {id: Vectors(row, _NO_TERMS, empty) for id, row in zip(ids, rows, strict=True)}


def put_in_order(
    query: Query, hits: list[Hit], reranker: Backwards | None = None
) -> tuple[list[Hit], tuple[str, ...]]:
    store: Store = AllDifferent()  # type: ignore[assignment] - no more of a store is asked for
    return ordered(query, hits, reranker, store)


HITS = [made(name, 2.0 - 0.1 * place) for place, name in enumerate("abcdef")]


@pytest.mark.parametrize(
    ("query", "depth", "expected"),
    [
        (Query("q", limit=10), None, 10),
        (Query("q", limit=10), 30, 30),
        (Query("q", limit=40), 30, 40),
        (Query("q", limit=10, recency=RECENT), None, 50),
        (Query("q", limit=10, diversity=0.1), None, 50),
        (Query("q", limit=10, per_document=1, prefetch_limit=20), None, 20),
        (Query("q", limit=10, per_document=1, prefetch_limit=20), 30, 30),
        (Query("q", limit=10, window="section"), None, 10),
    ],
)
def test_the_engine_is_asked_as_deep_as_the_stages_need(
    query: Query, depth: int | None, expected: int
) -> None:
    assert wanted(query, Backwards(depth) if depth else None) == expected


@pytest.mark.parametrize(
    "query",
    [
        Query("q", diversity=1.1),
        Query("q", diversity=float("nan")),
        Query("q", per_document=-1),
        Query("q", window="page"),  # type: ignore[arg-type]
        Query("q", recency=Recency("modified", 0)),
        Query("q", recency=Recency("modified", float("nan"))),
        Query("q", recency=Recency("modified", 365, 2)),
    ],
)
def test_a_preference_that_means_nothing_is_a_usage_error(query: Query) -> None:
    with pytest.raises(UsageError) as caught:
        wanted(query, None)
    assert caught.value.help


def test_without_wishes_the_hits_are_cut_and_nothing_else() -> None:
    assert put_in_order(Query("q", limit=4), HITS) == (HITS[:4], ())


def test_the_reranker_sees_its_depth_and_the_others_follow() -> None:
    reranker = Backwards(3)
    hits, warnings = put_in_order(Query("q", limit=5), HITS, reranker)
    assert reranker.seen == ["a", "b", "c"]
    assert names(hits) == ["c", "b", "a", "d", "e"]
    assert [hit.score for hit in hits] == pytest.approx([100, 99, 98, 1.7, 1.6])
    assert warnings == ()


def test_scores_that_would_rise_after_the_reranker_s_are_moved_down() -> None:
    hits, _ = put_in_order(
        Query("q", limit=6), [replace(h, score=h.score + 200) for h in HITS], Backwards(3)
    )
    assert [hit.score for hit in hits] == pytest.approx([100, 99, 98, 98, 97.9, 97.8])


@pytest.mark.parametrize(
    "error",
    [GenerationError("The model is down.", "Wait."), ModelUnavailable("No model.", "Wait.")],
)
def test_a_reranker_that_fails_is_passed_over_with_a_warning(error: TercetError) -> None:
    hits, [warning] = put_in_order(Query("q", limit=3), HITS, Backwards(3, error))
    assert hits == HITS[:3]
    assert warning == f"Without the reranker backwards: {error}"


def test_other_errors_are_not_hidden() -> None:
    with pytest.raises(TercetError, match="broken"):
        put_in_order(Query("q"), HITS, Backwards(3, TercetError("broken")))


def test_reranked_hits_fade_then_differ_then_are_counted() -> None:
    """The reranker puts `c` first; its age puts it behind `b`; the quota takes a second `b`."""
    dates = {"a": "2024-01-01", "b": "2024-01-01", "c": "2000-01-01"}
    hits = [
        made(name, 2.0 - place, index=place, metadata={"modified": dates[name]})
        for place, name in enumerate(["a", "b", "b", "c"])
    ]
    query = Query(
        "q", limit=3, recency=Recency("modified", 365, 0.9), diversity=0.2, per_document=1
    )
    found, warnings = put_in_order(query, hits, Backwards(4))
    assert names(found) == ["b", "c", "a"]
    assert found[0].chunk.index == 2
    assert warnings == ()


def test_a_field_that_holds_no_date_is_said_once() -> None:
    hits, [warning] = put_in_order(Query("q", recency=Recency("modfied", 365)), HITS)
    assert hits == HITS
    assert "'modfied'" in warning
    assert put_in_order(Query("q", recency=RECENT), []) == ([], ())


scores = st.lists(st.floats(-50, 50), max_size=8).map(lambda found: sorted(found, reverse=True))


@settings(max_examples=50, deadline=None)
@given(
    scores,
    st.one_of(st.none(), st.integers(1, 8)),
    st.sampled_from([0.0, 0.3, 1.0]),
    st.integers(0, 2),
    st.booleans(),
)
def test_scores_never_rise_and_nothing_is_made_up(
    found: list[float], depth: int | None, diversity: float, most: int, recent: bool
) -> None:
    hits = [
        made(str(n % 3), score, index=n, metadata={"modified": f"20{10 + n}-01-01"})
        for n, score in enumerate(found)
    ]
    recency = RECENT if recent else None
    query = Query("q", limit=5, diversity=diversity, per_document=most, recency=recency)
    shown, _ = put_in_order(query, hits, Backwards(depth) if depth else None)
    values = [hit.score for hit in shown]
    assert values == sorted(values, reverse=True)
    assert len({hit.id for hit in shown}) == len(shown) <= 5
    assert {hit.id for hit in shown} <= {hit.id for hit in hits}
    if not most:
        assert len(shown) == min(5, len(hits))


@settings(max_examples=50, deadline=None)
@given(scores, scores)
def test_lists_one_after_the_other_keep_their_order(head: list[float], tail: list[float]) -> None:
    left = [made("h", score, index=n) for n, score in enumerate(head)]
    right = [made("t", score, index=n) for n, score in enumerate(tail)]
    both = following(left, right)
    values = [hit.score for hit in both]
    assert [hit.id for hit in both] == [hit.id for hit in (*left, *right)]
    assert all(a >= b - 1e-9 for a, b in itertools.pairwise(values))
    assert both[: len(left)] == left


def test_normalised_scores_reach_from_0_to_1() -> None:
    assert normalised(HITS).tolist() == pytest.approx([1, 0.8, 0.6, 0.4, 0.2, 0])
    assert normalised([made("a", 3), made("b", 3)]).tolist() == [1, 1]
    assert normalised([]).tolist() == []
