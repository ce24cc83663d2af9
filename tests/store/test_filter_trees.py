"""Filters given as trees: what has no meaning is refused by every store, what is large is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from qdrant_client import QdrantClient

from tercet.errors import FilterError
from tercet.ports import Store
from tercet.store.checking import MAX_CORNERS, MAX_DEPTH
from tercet.store.edge import EdgeStore
from tercet.store.metadata import dates_of, plain, utc
from tercet.store.remote import RemoteStore
from tercet.testing.filter_suite import put
from tercet.testing.store import ENCODER
from tercet.types import (
    And,
    Count,
    Equals,
    Exists,
    Filter,
    InBox,
    InPolygon,
    Interval,
    Nested,
    Not,
    Place,
    Prefix,
    Range,
    Within,
    Words,
)

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")


def _edge(folder: Path) -> Store:
    return EdgeStore.open(folder / "index", ENCODER.schema(), create=True)


def _memory(folder: Path) -> Store:
    return RemoteStore.open(QdrantClient(":memory:"), "test", ENCODER.schema(), create=True)


@pytest.fixture(scope="module", params=[_edge, _memory])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    make: Callable[[Path], Store] = request.param
    store = make(tmp_path_factory.mktemp("store"))
    yield store
    store.close()


def _deep(levels: int) -> Filter:
    tree: Filter = Equals("n", (1,))
    for _ in range(levels - 1):
        tree = Not(tree)
    return tree


def _ring(*corners: tuple[float, float]) -> InPolygon:
    return InPolygon("at", tuple(Place(*corner) for corner in corners))


WRONG: list[Any] = [
    Equals("a", (float("nan"),)),
    Equals("a", (float("inf"),)),
    Equals("a", (10**400,)),
    Equals("a", (None,)),  # type: ignore[arg-type]
    Equals("a", "text"),  # type: ignore[arg-type]
    Equals("", (1,)),
    Equals('a"b', (1,)),
    Equals("a", ("\ud800",)),
    Range("a", Interval()),
    Range("a", Interval(gte=True)),
    Range("a", Interval(gte="tall")),
    Range("a", Interval(gte=1, lt="2024-01-01")),
    Range("a", Interval(gte=float("nan"))),
    Range("a", (1, 2)),  # type: ignore[arg-type]
    Count("a", Interval(gte=-1)),
    Count("a", Interval(gte=1.5)),
    Count("a", Interval(gte="1")),
    Words("a", 5),  # type: ignore[arg-type]
    Words("a", "b", "some"),  # type: ignore[arg-type]
    Prefix("a", None),  # type: ignore[arg-type]
    Within("at", Place(91, 0), 5),
    Within("at", Place(float("nan"), 0), 5),
    Within("at", (1, 2), 5),  # type: ignore[arg-type]
    Within("at", Place(0, 0), float("inf")),
    InBox("at", Place(1, 0), Place(2, 5)),
    _ring((0, 0), (1, 1)),
    _ring((0, 0), (9, 9), (0, 9), (9, 0)),
    _ring((0, 0), (0, 9), (0, 5), (9, 5)),
    InPolygon("at", tuple(Place(0, n / 9) for n in range(MAX_CORNERS + 1))),
    Nested("a", Equals("b", (float("nan"),))),
    And((Exists("a"), "a = 1")),  # type: ignore[arg-type]
    _deep(MAX_DEPTH + 1),
    _deep(100_000),
]


@pytest.mark.parametrize(
    "tree", WRONG, ids=lambda tree: str(tree)[:40] if tree != WRONG[-1] else ""
)
def test_a_tree_without_meaning_is_refused(store: Store, tree: Filter) -> None:
    with pytest.raises(FilterError) as caught:
        store.count(tree)
    assert caught.value.help
    assert "\n" not in str(caught.value)


def test_large_filters_are_answered(store: Store) -> None:
    put(store, [{"n": n, "half": n + 0.5, "t": f"t{n}"} for n in range(50)])
    assert store.count(Equals("n", tuple(range(20, 10_020)))) == 30
    assert store.count(Equals("half", tuple(range(10_000)))) == 0
    assert store.count(Equals("half", tuple(n / 4 for n in range(100)))) == 25
    assert store.count(Equals("t", tuple(f"t{n}" for n in range(40, 10_040)))) == 10
    assert store.count(_deep(MAX_DEPTH)) == 49


def test_numbers_beyond_the_exact_are_not_confused(store: Store) -> None:
    numbers = (2**53, 2**53 + 1, 2**60, 2**60 + 1, -(2**63), 2**63 - 1)
    put(store, [{"id": number} for number in numbers])
    for n, number in enumerate(numbers):
        assert [c.source for c in store.chunks(Equals("id", (number,)))] == [f"doc{n}.md"]


def test_values_that_payloads_cannot_hold_are_stored_as_text(store: Store) -> None:
    [chunk] = put(store, [{"nan": float("nan"), "big": 2**64, "none": None, "a": {"b": {"c": 1}}}])
    [found] = store.chunks(Equals("nan", ("nan",)))
    assert found == replace(chunk, metadata={"nan": "nan", "big": hex(2**64), "a.b.c": 1})
    assert store.count(Equals("a.b.c", (1,))) == 1


def test_marks_are_part_of_words_in_the_embedded_engine(tmp_path: Path) -> None:
    store = _edge(tmp_path)
    put(store, [{"note": "हिन्दी भाषा"}, {"note": "cafe\u0301"}])
    for _ in range(2):
        assert store.count(Words("note", "भाषा हिन्दी")) == 1
        assert store.count(Words("note", "हिन्दी भाषा", "phrase")) == 1
        assert store.count(Words("note", "ह")) == 0
        store.index_fields({"note": "text"})
    store.close()


def test_plain_leaves_plain_metadata_alone() -> None:
    metadata = {"a": 1, "b": ["x", 2.5, True], "at": {"lat": 1, "lon": 2}, "c": [{"d": [1]}]}
    assert plain(metadata) == metadata


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-01-31", "2024-01-31T00:00:00Z"),
        ("2024-01-31 10:30", "2024-01-31T10:30:00Z"),
        ("2024-01-31T10:30+02:00", "2024-01-31T08:30:00Z"),
        ("2024-01-31T10:30:00.5Z", "2024-01-31T10:30:00.500000Z"),
        ("2024", ""),
        ("20240131", ""),
        ("2024-02-30", ""),
        ("0001-01-01T00:00:00+05:00", ""),
        ("B-17", ""),
        (20240131, ""),
    ],
)
def test_dates_have_one_form(text: Any, moment: str) -> None:
    assert utc(text) == moment
    assert dates_of({"day": ["x", text], "n": 1}) == ({"day": [moment]} if moment else {})
