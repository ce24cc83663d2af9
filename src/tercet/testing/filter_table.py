"""Every kind of value, and every kind of condition: stores are asked for all pairs."""

from __future__ import annotations

from typing import Any

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
    Scalar,
    Within,
    Words,
)

_PLACES = [(0, 0), (0, 180), (0, -180), (0, 179.5), (90, 0), (-90, 50), (52.5, 13.4), (10, 10)]
_TEXTS = [
    *("", "1", "true", "a", "A", "ab", "the annual report", "report, annual", "Annual_Report 2024"),
    *(
        "ÉCOLE",
        "école",
        "straße",
        "STRASSE",
        "Σας",
        "ΣΑΣ",
        "东京 tower",
        "cafe\u0301",
        "don't",
        "…",
    ),
]
_DATES = [
    *("2024-01-01", "2024-01-01T00:00:00Z", "2024-01-01 10:30", "2024-01-01T10:30:00+02:00"),
    *("2024-01-01T08:30:00", "2024-01-01T10:30:00.123456", "2023-12-31T23:30:00-02:00"),
    *("2024", "20240101", "2024-02-30", "2024-01-01T24:00:01", "0001-01-01T00:00:00+05:00"),
]
_NUMBERS = [0, 1, 1.0, -0.0, 1.5, -2.5, 1e300, 2**53, 2**53 + 1, -(2**60) - 1, 2**63 - 1, -(2**63)]

VALUES: list[Any] = [
    *(_TEXTS + _DATES + _NUMBERS + [True, False]),
    *([], ["a", 1], [True], [1.0, 2], ["the annual", "report of 2024"], [2**53 + 1, "a"]),
    *(["2024-01-01", 5], [1704067200000000], 1704067200000000, ["a b", "c d"]),
    *({"lat": lat, "lon": lon} for lat, lon in _PLACES),
    *([{"lat": 0, "lon": 0}, {"lat": 52.5, "lon": 13.4}], [{"lat": 10, "lon": 10}]),
    *({"lat": 91, "lon": 13.4}, {"lat": 52, "lon": 190}, {"lat": "1", "lon": 1}),
    *([{}], [{"x": 1}], [{"x": 1, "y": "red"}, {"x": 2, "y": "blue"}]),
    *([{"x": 2, "y": "red"}], [{"x": [1, 2], "y": ["red"]}], [{"in part": 1}], [{"x": "1"}]),
    *([{"x": "2024-01-01"}], [{"x": {"lat": 0, "lon": 0}}], [{"y": "the red one"}]),
]


def conditions(field: str) -> list[Filter]:
    """Conditions of every kind on a field."""
    simple = [*_own_kind(field), *_words(field), *_shapes(field)]
    return [*simple, *_inside(field), *(Not(part) for part in simple[::7]), And(()), Or(())]


def _own_kind(field: str) -> list[Filter]:
    wanted: list[Scalar] = [*_TEXTS, *_DATES[:2], *_NUMBERS, True, False]
    return [
        *(Equals(field, (value,)) for value in wanted),
        *(Equals(field, values) for values in ((), ("a", 1, True), tuple(range(40)), (0.5, 1.5))),
        *(Range(field, Interval(gte=low)) for low in (0, 1.5, 2000, "2024-01-01", "1980-01-01")),
        *(Range(field, Interval(gt=low, lte=1)) for low in (0, 0.5)),
        *(Range(field, Interval(gte=day, lte=day)) for day in _DATES[:7]),
        Range(field, Interval(gt="2023-12-31", lt="2024-01-01T08:30:00Z")),
        Exists(field),
        *(Count(field, Interval(gte=n, lte=n)) for n in range(3)),
        Count(field, Interval(gt=0, lt=2)),
        *(Prefix(field, prefix) for prefix in ("", "a", "A", "the", "2024", "É", "…", "true")),
    ]


def _words(field: str) -> list[Filter]:
    texts = [
        *_TEXTS,
        "annual report",
        "ANNUAL 2024",
        "report the",
        "b c",
        "cafe",
        "s",
        "tokyo 东京",
    ]
    modes = ("all", "any", "phrase")
    return [Words(field, text, mode) for text in texts for mode in modes]  # type: ignore[arg-type]


def _shapes(field: str) -> list[Filter]:
    radii = (1.0, 1_234_567.0, 12_345_678.0, 30_000_000.0)
    corners = [(80, -170, -80, 170), (90, -180, -90, 180), (20, 170, -20, -170), (20, 5, 5, 20)]
    square = tuple(Place(*corner) for corner in ((-5, -5), (-5, 20), (20, 20), (20, -5)))
    bent = tuple(Place(*corner) for corner in ((-9, -9), (60, -9), (60, 60), (5, 5)))
    return [
        *(Within(field, Place(*at), metres) for at in _PLACES for metres in radii),
        *(InBox(field, Place(n, w), Place(s, e)) for n, w, s, e in corners),
        *(InPolygon(field, ring) for ring in (square, (*square, square[0]), bent)),
    ]


def _inside(field: str) -> list[Filter]:
    red = Equals("y", ("red",))
    inner: list[Filter] = [
        *(Equals("x", (1,)), Equals("x", (2.0,)), Equals("x", ("1",)), red, Not(red), Exists("x")),
        *(And((Equals("x", (1,)), red)), And((Equals("x", (2,)), red)), And(()), Not(Exists("y"))),
        *(Equals("in part", (1,)), Prefix("y", "r"), And((Prefix("y", "bl"), Exists("x")))),
        *(Range("x", Interval(gt=1)), Range("x", Interval(gte="2024-01-01"))),
        *(Words("y", "one red"), Within("x", Place(0, 0), 5.0), Count("x", Interval(gte=2))),
        Equals("y", ("red", "blue", 5)),
    ]
    return [Nested(field, part) for part in inner]
