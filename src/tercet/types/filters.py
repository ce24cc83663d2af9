"""Filters as a small tree, which every store compiles to its own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from tercet.types.documents import Scalar


class Interval(NamedTuple):
    """Bounds of a range; None leaves a side open. Numbers, or dates as ISO 8601 text."""

    gte: float | str | None = None
    gt: float | str | None = None
    lte: float | str | None = None
    lt: float | str | None = None


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


Filter: TypeAlias = Equals | Range | And | Or | Not
