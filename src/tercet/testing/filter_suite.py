"""The filters that every `Store` answers alike: held to `tercet.testing.filters` on payloads and
trees that hypothesis makes. Derive from it as from `tercet.testing.store.StoreConformance`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tercet.errors import FilterError
from tercet.ports import Store
from tercet.testing import filter_cases as cases
from tercet.testing import filter_table as table
from tercet.testing.filters import fields_of, holds
from tercet.testing.store import ENCODER, chunk_of
from tercet.types import Chunk, Equals, Filter, Fuse, Leg, Plan, Search

KINDS = ("", "keyword", "integer", "float", "bool", "datetime", "text")
_PROPOSALS = (Leg("dense", 4), Leg("sparse", 4))
PLANS: tuple[Plan, ...] = (
    Leg("dense", 8),
    Leg("sparse", 8),
    Leg("late_interaction", 8),
    Fuse("rrf", 8, _PROPOSALS),
    Leg("late_interaction", 8, _PROPOSALS),
    Fuse("dbsf", 8, (*_PROPOSALS, Leg("late_interaction", 4, _PROPOSALS))),
)


def put(store: Store, payloads: list[dict[str, Any]]) -> list[Chunk]:
    """Chunks with this metadata, and nothing else, are in the store."""
    chunks = [
        replace(
            chunk_of(number, f"Annual report {number} of 2024", payload),
            title="" if number % 3 == 0 else f"Straße {number}",
            headings=() if number % 2 else ("annual report", "2024 école"),
            metadata=payload,
        )
        for number, payload in enumerate(payloads)
    ]
    store.delete(Equals("tenant", ("",)))
    store.upsert(chunks, list(ENCODER.passages([chunk.text for chunk in chunks])))
    return chunks


def assert_alike(store: Store, tree: Filter, chunks: list[Chunk]) -> None:
    """The store finds by the filter what the oracle says, or refuses what has no meaning."""
    try:
        found = {chunk.source for chunk in store.chunks(tree)}
    except FilterError as error:
        assert cases.is_refused(error), error
        return
    assert found == {chunk.source for chunk in chunks if holds(tree, fields_of(chunk))}, tree
    assert store.count(tree) == len(found)


class FilterConformance:
    """Every test is a promise of the `Store` port about filters."""

    def test_every_filter_means_what_the_oracle_says(self, store: Store) -> None:
        compare(store, cases.payloads, cases.filters, examples=15)

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_condition_on_every_value(self, store: Store, kind: str) -> None:
        """Whatever index there is; without one, a first filter makes what it wants."""
        if kind:
            store.index_fields({"a": kind})
        chunks = put(store, [{}, *({"a": value} for value in table.VALUES)])
        for tree in table.conditions("a"):
            assert_alike(store, tree, chunks)

    def test_places_are_found_everywhere_on_earth(self, store: Store) -> None:
        points = cases.places.map(lambda place: {"lat": place.lat, "lon": place.lon})
        payloads = st.fixed_dictionaries({"place": points | st.lists(points, max_size=3)})
        compare(store, payloads, cases.shapes(st.just("place")), examples=15)

    def test_a_selective_filter_loses_no_hit(self, store: Store) -> None:
        """The three of 2,000 that pass are the last that a leg would propose without it."""
        count, rare = 2000, {7, 1000, 1999}
        chunks = [chunk_of(n, "text", {"rare": n in rare, "n": n}) for n in range(count)]
        unlike, like = ENCODER.passages(["zebra", "oil in hall two"])
        store.upsert(chunks, [unlike if n in rare else like for n in range(count)])
        query = ENCODER.query("oil zebra in hall two")
        searches = [Search(plan, query, Equals("rare", (True,))) for plan in PLANS]
        for _ in range(2):
            for hits in store.search(searches):
                assert {hit.chunk.metadata["n"] for hit in hits} == rare
            store.optimize()


def compare(
    store: Store,
    payloads: st.SearchStrategy[dict[str, Any]],
    filters: st.SearchStrategy[Filter],
    examples: int,
) -> None:
    """Hold the store to the oracle, on many filters for each set of payloads."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(
        payloads=st.lists(payloads, min_size=4, max_size=12),
        trees=st.lists(filters, min_size=10, max_size=25),
    )
    def check(payloads: list[dict[str, Any]], trees: list[Filter]) -> None:
        chunks = put(store, payloads)
        for tree in trees:
            assert_alike(store, tree, chunks)

    check()
