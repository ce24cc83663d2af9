"""Payload indexes are made for what is filtered, once, and a search does without if need be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from loguru import logger

from tercet.errors import StoreError
from tercet.store.edge import EdgeStore
from tercet.store.field_indexes import FieldIndexes
from tercet.store.filters import parse_filter
from tercet.testing.filter_suite import put
from tercet.testing.store import ENCODER

PLACE = {f"metadata.at{end}": "float" for end in (".lat", ".lon", "[].lat", "[].lon")}


class Kept(dict[str, str]):
    """The indexes of a collection, and how often one was asked for."""

    def __init__(self, refuse: bool = False) -> None:
        super().__init__()
        self.refuse = refuse
        self.asked: list[str] = []

    def make(self, path: str, kind: str) -> None:
        self.asked.append(path)
        if self.refuse:
            raise StoreError("The key may only read.")
        self[path] = kind


@pytest.fixture
def warnings() -> Iterator[list[str]]:
    found: list[str] = []
    handler = logger.add(found.append, level="WARNING", format="{message}")
    yield found
    logger.remove(handler)


@pytest.mark.parametrize(
    ("expression", "indexes"),
    [
        ('a = "x"', {"metadata.a": "keyword"}),
        ("a in [1, 2]", {"metadata.a": "float"}),
        ("a != true", {"metadata.a": "bool"}),
        ("a > 1", {"metadata.a": "float"}),
        ('a > "2024-01-01"', {"dates.a": "datetime"}),
        ('`a b` > "2024-01-01"', {'dates."a b"': "datetime"}),
        ("not exists(a)", {"metadata.a": "keyword"}),
        ('a starts with "x"', {"metadata.a": "keyword"}),
        ('text contains "x" and title contains any "y"', {"text": "text", "title": "text"}),
        ('a contains "x"', {}),
        ("at within 1 km of (1, 2)", PLACE),
        ("at in box (2, 1, 1, 2) or at in polygon ((1,1), (1,2), (2,2))", PLACE),
        ('a[b = "x" and c > 1]', {"metadata.a[].b": "keyword"}),
        ('a[b = "x" or c > 1]', {}),
        ("page > 3", {"page": "float"}),
        ('page > "2024-01-01"', {}),
        ("a in []", {}),
    ],
)
def test_a_filter_gets_the_indexes_that_serve_it(expression: str, indexes: dict[str, str]) -> None:
    kept = Kept()
    made = FieldIndexes(lambda: kept, kept.make)
    for _ in range(2):
        made.serve(parse_filter(expression))
    assert kept == indexes
    assert len(kept.asked) == len(indexes)


def test_the_first_kind_stays() -> None:
    kept = Kept()
    made = FieldIndexes(lambda: kept, kept.make)
    made.make({"a": "keyword", "b": "integer", "page": "integer", "day": "datetime"})
    made.serve(parse_filter("a = 1 and b = 1"))
    wanted = {"metadata.a": "keyword", "metadata.b": "float", "page": "integer"}
    assert kept == wanted | {"dates.day": "datetime"}


def test_a_search_goes_on_without_an_index_and_says_so_once(warnings: list[str]) -> None:
    kept = Kept(refuse=True)
    made = FieldIndexes(lambda: kept, kept.make)
    for _ in range(3):
        made.serve(parse_filter('a = "x"'))
    assert kept.asked == ["metadata.a"]
    assert ["metadata.a" in warning and "only read" in warning for warning in warnings] == [True]
    with pytest.raises(StoreError):
        FieldIndexes(lambda: kept, kept.make).make({"a": "keyword"})


def test_the_embedded_store_makes_them_and_keeps_them(tmp_path: Path) -> None:
    wanted = {"metadata.year", "metadata.at.lat", "dates.day", "text", "metadata.items[].color"}
    expression = (
        'year > 2000 and at within 9 km of (1, 2) and day < "2025-01-01" and text contains "2024"'
        ' and items[color = "red" and price < 5]'
    )
    for n in range(2):
        store = EdgeStore.open(tmp_path, ENCODER.schema(), create=True)
        item = {"color": "red", "price": 3}
        here = {"year": 2024, "at": {"lat": 1, "lon": 2}, "day": "2024-05-06", "items": [item]}
        put(store, [here, here | {"items": [item | {"price": 9}]}])
        assert (wanted <= set(store._indexed())) is (n == 1)
        assert [c.source for c in store.chunks(parse_filter(expression))] == ["doc0.md"]
        assert wanted <= set(store._indexed())
        store.close()


def test_a_disk_without_room_for_an_index_is_searched_all_the_same(
    tmp_path: Path, warnings: list[str]
) -> None:
    store = EdgeStore.open(tmp_path, ENCODER.schema(), create=True)
    put(store, [{"a": "x"}, {"a": "y"}])
    store.close()
    full = EdgeStore.open(tmp_path, ENCODER.schema(), create=False, min_free=2**62)
    assert full.count(parse_filter('a = "x"')) == 1
    assert len(warnings) == 1
    full.close()
