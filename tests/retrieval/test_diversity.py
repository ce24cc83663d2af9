"""Maximal marginal relevance beside a plain reading of its definition, and in a real index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tercet
from tercet.retrieval.diversity import diversified
from tercet.types import Document, Hit, SparseVector, Vectors
from tests.retrieval.made import made, names

_NO_TERMS = SparseVector(np.empty(0, np.uint32), np.empty(0, np.float32))
_DIM = 3

coordinates = st.lists(st.integers(-3, 3), min_size=_DIM, max_size=_DIM).filter(any)
candidates = st.lists(st.tuples(st.integers(0, 20), coordinates), min_size=1, max_size=8)
shares = st.sampled_from([0.1, 0.3, 0.5, 0.8, 1.0])


def vectors_of(rows: list[list[int]]) -> dict[str, Vectors]:
    hits = [made(str(number), 0) for number in range(len(rows))]
    return {
        hit.id: Vectors(np.array(row, np.float32), _NO_TERMS, np.empty((0, 1), np.float32))
        for hit, row in zip(hits, rows, strict=True)
    }


def cosine(left: list[int], right: list[int]) -> float:
    dot = sum(a * b for a, b in zip(left, right, strict=True))
    lengths = sum(a * a for a in left) * sum(b * b for b in right)
    return float(dot / lengths**0.5)


def by_definition(
    scores: list[float], rows: list[list[int]], share: float, order: list[int]
) -> None:
    """Every place of `order` has a greatest value among those that are left (ties are free)."""
    low, high = min(scores), max(scores)
    relevance = [(s - low) / (high - low) if high > low else 1.0 for s in scores]
    for place, chosen in enumerate(order):
        taken = order[:place]

        def value(one: int, taken: list[int] = taken) -> float:
            likeness = max((max(0.0, cosine(rows[one], rows[t])) for t in taken), default=0.0)
            return (1 - share) * relevance[one] - share * likeness

        assert value(chosen) >= max(map(value, order[place:])) - 1e-6


@settings(max_examples=50, deadline=None)
@given(candidates, shares)
def test_each_place_is_the_definition_s(found: list[tuple[int, list[int]]], share: float) -> None:
    ranked = sorted(found, key=lambda one: -one[0])
    scores, rows = [float(s) for s, _ in ranked], [row for _, row in ranked]
    hits = [made(str(number), score) for number, score in enumerate(scores)]
    result = diversified(hits, share, vectors_of(rows))
    by_definition(scores, rows, share, [int(name) for name in names(result)])


@settings(max_examples=50, deadline=None)
@given(candidates, shares)
def test_all_come_back_and_scores_never_rise(
    found: list[tuple[int, list[int]]], share: float
) -> None:
    hits = [made(str(number), score) for number, (score, _) in enumerate(found)]
    result = diversified(hits, share, vectors_of([row for _, row in found]))
    assert sorted(names(result)) == sorted(names(hits))
    values = [hit.score for hit in result]
    assert values == sorted(values, reverse=True)


@settings(max_examples=50, deadline=None)
@given(candidates)
def test_no_diversity_changes_nothing(found: list[tuple[int, list[int]]]) -> None:
    hits = [made(str(number), score) for number, (score, _) in enumerate(found)]
    assert diversified(hits, 0, vectors_of([row for _, row in found])) == hits


def test_a_hit_without_a_vector_is_like_none() -> None:
    hits = [made("0", 3), made("1", 2), made("2", 1)]
    vectors = vectors_of([[1, 0, 0], [1, 0, 0], [1, 0, 0]])
    del vectors[hits[2].id]
    assert names(diversified(hits, 0.8, vectors)) == ["0", "2", "1"]


PLANTED = {
    "a": "The warranty of the X200 meter is two years from delivery.",
    "b": "The warranty of the X200 meter is two years from the delivery.",
    "c": "The warranty of the X200 meter is 2 years from delivery.",
    "d": "Claims under the warranty are sent to the service desk in Lund.",
    "e": "Batteries have a warranty of six months.",
    "f": "The canteen is closed on Fridays.",
}


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tercet.Rag]:
    with tercet.open(Path(tmp_path_factory.mktemp("diversity"))) as opened:
        opened.add(Document(text=text, source=name) for name, text in PLANTED.items())
        yield opened


def sources(hits: list[Hit]) -> list[str]:
    return [hit.source for hit in hits]


def test_near_copies_leave_the_top(rag: tercet.Rag) -> None:
    query = rag.query("How long is the warranty of the X200?", 3)
    assert set(sources(rag.find(query).hits)) == {"a", "b", "c"}
    spread = sources(rag.find(replace(query, diversity=0.5)).hits)
    assert spread[0] == rag.find(query).hits[0].source
    assert len(set(spread) & {"a", "b", "c"}) == 1


def test_with_diversity_0_the_search_is_the_same(rag: tercet.Rag) -> None:
    query = rag.query("How long is the warranty of the X200?", 4)
    assert rag.find(replace(query, diversity=0.0)).hits == rag.find(query).hits
