"""Filters as a small tree, which every store compiles to its own words.

What every node means, to the last detail, is written down as Python in `tercet.testing.filters`;
the conformance suite holds all stores to it. A field is a metadata key, or one of the names of
`store.payload.BUILTIN`; inside a `Nested`, it is a key of the element.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from tercet.types.documents import Scalar


class Interval(NamedTuple):
    """Bounds of a range; None leaves a side open. Numbers, or dates as ISO 8601 text."""

    gte: float | str | None = None
    gt: float | str | None = None
    lte: float | str | None = None
    lt: float | str | None = None


class Place(NamedTuple):
    """A point on the earth in degrees: latitude -90 to 90, longitude -180 to 180 (WGS 84)."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Equals:
    """The field has one of the values (a list field: one of its elements has)."""

    field: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """The field (one of its elements, if it is a list) lies in the interval."""

    field: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class Exists:
    """The field is there, and is neither null nor an empty list."""

    field: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many elements the field has lies in the interval: a list its length, any other value
    one, a field that is missing or null none."""

    field: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class Prefix:
    """The text of the field begins with the prefix, to the letter."""

    field: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Words:
    """Full text. Words are runs of letters and digits, compared in lower case.

    `all`: every word of `text` stands in the field (a list: in any of its elements). `any`: one
    of them does. `phrase`: they stand there one after the other, in one element.
    """

    field: str
    text: str
    mode: Literal["all", "any", "phrase"] = "all"


@dataclass(frozen=True, slots=True)
class Within:
    """The place of the field (`{"lat": 52.5, "lon": 13.4}`, or one of a list of them) is less
    than `metres` from `centre`, on a sphere of 6,371,008.8 m (the earth's mean radius, IUGG)."""

    field: str
    centre: Place
    metres: float


@dataclass(frozen=True, slots=True)
class InBox:
    """The place of the field lies inside the box, its edges not counted. A box whose western
    edge is east of its eastern one goes across the antimeridian."""

    field: str
    north_west: Place
    south_east: Place


@dataclass(frozen=True, slots=True)
class InPolygon:
    """The place of the field lies inside the polygon, its edge not counted. Edges are straight
    in degrees and do not go across the antimeridian; the last corner is joined to the first."""

    field: str
    corners: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Nested:
    """One and the same element of a list of objects meets the whole filter."""

    field: str
    filter: Filter


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Filter


Leaf: TypeAlias = Equals | Range | Exists | Count | Prefix | Words | Within | InBox | InPolygon
Filter: TypeAlias = Leaf | Nested | And | Or | Not
