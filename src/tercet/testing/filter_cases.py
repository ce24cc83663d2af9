"""Payloads and filters of every kind, made by hypothesis, small enough that they often meet."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tercet.errors import FilterError
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
    Or,
    Place,
    Prefix,
    Range,
    Within,
    Words,
)

FIELDS = ("a", "b", "größe", "due date", "dc.title")
OWN = ("title", "headings", "text", "page", "source", "index")
KEYS = ("x", "y", "in part")
_LARGE = (2**53, 2**53 + 1, 2**53 + 2, -(2**60) - 1, 2**63 - 1, -(2**63))
_DATES = (
    "2023-12-31",
    "2024-01-01",
    "2024-01-01T00:00:00Z",
    "2024-01-01 10:30",
    "2024-01-01T10:30:00+02:00",
    "2024-01-01T08:30:00",
    "2024-01-01T10:30:00.123456",
    "2023-12-31T23:30:00-02:00",
)
_ODD_DATES = ("2024", "2024-02-30", "20240101", "0001-01-01T00:00:00+05:00", "2024-W01-1", "2024-1")
_WORDS = (
    "annual",
    "Report",
    "2024",
    "ÉCOLE",
    "école",
    "straße",
    "Σας",
    "东京",
    "a_b",
    "don't",
    "…",
)

_texts = st.lists(st.sampled_from(_WORDS), max_size=3).map(" ".join)
_strings = st.one_of(
    st.sampled_from(("", "1", "true", "A", "a", "ab", "cafe\u0301", *_DATES)), _texts
)
_numbers = st.one_of(
    st.integers(-3, 3), st.sampled_from((0.0, -0.0, 1.0, 1.5, -2.5, 1e300, 1704067200000000))
)
_scalars = st.one_of(_strings, st.booleans(), _numbers)
_latitudes = st.one_of(st.integers(-9, 9).map(lambda n: 10 * n), st.sampled_from((89.5, 0.25)))
_longitudes = st.one_of(st.integers(-18, 18).map(lambda n: 10 * n), st.sampled_from((179.5, -0.25)))
places = st.builds(Place, _latitudes, _longitudes)
_points = st.one_of(
    places.map(lambda place: {"lat": place.lat, "lon": place.lon}),
    st.sampled_from(({"lat": 91, "lon": 0}, {"lat": 0, "lon": 190}, {"lat": "1", "lon": 1})),
)
_inner = st.one_of(
    _scalars, st.lists(_scalars, max_size=2), places.map(lambda p: {"lat": p.lat, "lon": p.lon})
)
_objects = st.dictionaries(st.sampled_from(KEYS), _inner, max_size=3)
_values = st.one_of(
    _scalars,
    st.sampled_from((*_LARGE, *_ODD_DATES)),
    st.lists(_scalars, max_size=3),
    _points,
    st.lists(places.map(lambda p: {"lat": p.lat, "lon": p.lon}), max_size=2),
    st.lists(_objects, max_size=3),
)
payloads = st.dictionaries(st.sampled_from(FIELDS), _values, max_size=len(FIELDS))
headings = st.lists(_texts.filter(bool), max_size=2).map(tuple)


def _intervals(bounds: st.SearchStrategy[Any]) -> st.SearchStrategy[Interval]:
    some = st.one_of(st.none(), bounds)
    made = st.builds(Interval, some, st.none(), some, st.none()) | st.builds(
        Interval, st.none(), some, st.none(), some
    )
    return made.filter(lambda interval: any(bound is not None for bound in interval))


def _leaves(fields: st.SearchStrategy[str], top: bool) -> st.SearchStrategy[Filter]:
    wanted = st.one_of(_scalars, st.sampled_from(_LARGE)) if top else _scalars
    ranges = st.one_of(_intervals(_numbers), _intervals(st.sampled_from(_DATES)))
    return st.one_of(
        st.builds(Equals, fields, st.lists(wanted, max_size=3).map(tuple)),
        st.builds(Range, fields, ranges),
        st.builds(Exists, fields),
        st.builds(Count, fields, _intervals(st.integers(0, 3))),
        st.builds(Prefix, fields, st.sampled_from(("", "a", "A", "2024", "École", "true"))),
        st.builds(Words, fields, _texts, st.sampled_from(("all", "any", "phrase"))),
        shapes(fields),
    )


def shapes(fields: st.SearchStrategy[str]) -> st.SearchStrategy[Filter]:
    """Geographic filters. No place of the payloads lies so near to an edge that rounding decides:
    the radii are odd, and polygons have whole degrees for corners."""
    metres = st.sampled_from((1.0, 1_234_567.0, 5_000_321.0, 12_345_678.0, 30_000_000.0))
    boxes = st.builds(InBox, fields, places, places).filter(_is_high)
    rings = st.lists(places, min_size=3, max_size=4, unique=True).map(tuple)
    return st.one_of(
        st.builds(Within, fields, places, metres),
        boxes,
        st.builds(InPolygon, fields, rings),
    )


def _is_high(box: InBox) -> bool:
    return box.north_west.lat > box.south_east.lat


def _trees(leaves: st.SearchStrategy[Filter], most: int) -> st.SearchStrategy[Filter]:
    return st.recursive(
        leaves,
        lambda parts: st.one_of(
            st.builds(And, st.lists(parts, max_size=3).map(tuple)),
            st.builds(Or, st.lists(parts, max_size=3).map(tuple)),
            st.builds(Not, parts),
        ),
        max_leaves=most,
    )


_nested = st.builds(
    Nested, st.sampled_from(FIELDS), _trees(_leaves(st.sampled_from(KEYS), False), 3)
)
_top = st.one_of(_leaves(st.sampled_from((*FIELDS, *OWN)), True), _nested)
filters = _trees(_top, 5)


def is_refused(error: FilterError) -> bool:
    """Whether a store may refuse a filter of these: only for a polygon that crosses itself, of
    which nobody can say what is inside."""
    return "polygon" in error.message
