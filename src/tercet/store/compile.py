"""Filter trees to engine filters. The embedded engine and the client have the same words with
other spellings; a `Dialect` holds the spelling, the grammar is here once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tercet.store.payload import payload_key
from tercet.types import And, Equals, Filter, Interval, Not, Or, Range, Scalar

Condition = Any  # the engines' condition classes share no base


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an engine spells a filter."""

    all_of: Callable[[list[Condition]], Condition]
    any_of: Callable[[list[Condition]], Condition]
    none_of: Callable[[list[Condition]], Condition]
    truth: Callable[[str, bool], Condition]
    texts: Callable[[str, list[str]], Condition]
    numbers: Callable[[str, Interval], Condition]
    dates: Callable[[str, Interval], Condition]


def compile_filter(tree: Filter | None, dialect: Dialect) -> Condition | None:
    """The engine's filter object, or None if there is nothing to filter."""
    return None if tree is None else whole_filter(tree, dialect)


def whole_filter(tree: Filter, dialect: Dialect) -> Condition:
    """The engine's filter object of a tree. Every node becomes a whole filter, so that any of
    them can stand at the top."""
    match tree:
        case And(parts):
            return dialect.all_of([whole_filter(part, dialect) for part in parts])
        case Or(parts):
            return dialect.any_of([whole_filter(part, dialect) for part in parts])
        case Not(part):
            return dialect.none_of([whole_filter(part, dialect)])
        case Range(field, interval):
            return dialect.all_of([_range(payload_key(field), interval, dialect)])
        case Equals(field, values):
            return _equals(payload_key(field), values, dialect)


def _equals(key: str, values: tuple[Scalar, ...], dialect: Dialect) -> Condition:
    if not values:  # `x in []` holds for nothing, and an empty "any of" would hold for all
        return dialect.all_of([_never(key, dialect)])
    texts = [value for value in values if isinstance(value, str)]
    others = [value for value in values if not isinstance(value, str)]
    parts = [dialect.texts(key, texts)] if texts else []
    return dialect.any_of(parts + [_equal(key, value, dialect) for value in others])


def _equal(key: str, value: Scalar, dialect: Dialect) -> Condition:
    if isinstance(value, bool):
        return dialect.truth(key, value)
    # A range instead of a match: it finds 1 and 1.0 alike, and engines do not match floats.
    return dialect.numbers(key, Interval(gte=value, lte=value))


def _never(key: str, dialect: Dialect) -> Condition:
    return dialect.numbers(key, Interval(gt=0.0, lt=0.0))


def _range(key: str, interval: Interval, dialect: Dialect) -> Condition:
    if any(isinstance(bound, str) for bound in interval):
        return dialect.dates(key, interval)
    return dialect.numbers(key, interval)
