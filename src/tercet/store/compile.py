"""Filter trees to engine filters. The embedded engine and the client have the same words with
other spellings; a `Dialect` holds the spelling, the grammar is here once.

Where an engine's answer depends on which payload index there is, or on which engine it is, the
tree is compiled around that; every such place says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tercet.store.checking import check_filter
from tercet.store.geography import bounds
from tercet.store.metadata import utc
from tercet.store.payload import dates_key, element_key, payload_key
from tercet.store.words import words_of
from tercet.types import (
    And,
    Count,
    Equals,
    Exists,
    Filter,
    InBox,
    InPolygon,
    Interval,
    Leaf,
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

Condition = Any  # the engines' condition classes share no base

_EXACT = 2**53  # below, every whole number is a 64-bit float
_BRANCHES = 16  # of a list of numbers that is looked through like a tree


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an engine spells a filter."""

    all_of: Callable[[list[Condition]], Condition]
    any_of: Callable[[list[Condition]], Condition]
    none_of: Callable[[list[Condition]], Condition]
    truth: Callable[[str, bool], Condition]
    texts: Callable[[str, list[str]], Condition]
    wholes: Callable[[str, list[int]], Condition]
    numbers: Callable[[str, Interval], Condition]
    dates: Callable[[str, Interval], Condition]
    empty: Callable[[str], Condition]
    count: Callable[[str, Interval], Condition]
    prefix: Callable[[str, str], Condition]
    words: Callable[[str, str, str], Condition]
    within: Callable[[str, Place, float], Condition]
    box: Callable[[str, Place, Place], Condition]
    polygon: Callable[[str, Sequence[Place]], Condition]
    nested: Callable[[str, Condition], Condition]


class Keys(NamedTuple):
    """Where fields lie: their values, their dates, and, at the top, what has an index."""

    of: Callable[[str], str]
    dates: Callable[[str], str]
    top: bool


TOP = Keys(payload_key, dates_key, top=True)
ELEMENT = Keys(element_key, element_key, top=False)


def compile_filter(tree: Filter | None, dialect: Dialect) -> Condition | None:
    """The engine's filter object, or None if there is nothing to filter."""
    return None if tree is None else whole_filter(tree, dialect)


def whole_filter(tree: Filter, dialect: Dialect) -> Condition:
    """The engine's filter object of a tree. Raises `FilterError` for one that has no meaning."""
    check_filter(tree)
    return _Compiler(dialect, TOP).whole(tree)


def hoisted(nested: Nested) -> list[tuple[str, Equals | Prefix]]:
    """Conditions on text that hold wherever the nested filter does, with the path of all
    elements' values. The engine finds nothing by index inside a nested filter, but by these."""
    parts = nested.filter.parts if isinstance(nested.filter, And) else (nested.filter,)
    path = f"{payload_key(nested.field)}[]"
    return [
        (f"{path}.{element_key(part.field)}", part)
        for part in parts
        if isinstance(part, Prefix) or (isinstance(part, Equals) and _only_text(part.values))
    ]


def _only_text(values: tuple[Scalar, ...]) -> bool:
    return bool(values) and all(isinstance(value, str) for value in values)


def _is_large(number: int) -> bool:
    """Whether the number is a whole one of 64 bits that a float may confuse with others."""
    return _EXACT <= abs(number) < 2**63


class _Compiler:
    """Compiles trees. Every node becomes a whole filter, so that any of them can stand at the
    top, and in any other."""

    def __init__(self, dialect: Dialect, keys: Keys) -> None:
        self._say = dialect
        self._keys = keys

    def whole(self, tree: Filter) -> Condition:
        match tree:
            case And(parts):
                return self._say.all_of([self.whole(part) for part in parts])
            case Or(()):  # an empty "any of" would hold for all
                return self._say.all_of([self._never()])
            case Or(parts):
                return self._say.any_of([self.whole(part) for part in parts])
            case Not(part):
                return self._say.none_of([self.whole(part)])
            case Nested():
                return self._say.all_of(self._nested(tree))
            case _:
                return self._leaf(tree)

    def _leaf(self, leaf: Leaf) -> Condition:
        key = self._keys.of(leaf.field)
        match leaf:
            case Equals(_, values):
                return self._equals(key, values)
            case Range(field, interval):
                return self._say.all_of([self._range(key, field, interval)])
            case Exists():
                return self._say.none_of([self._say.empty(key)])
            case Count(_, interval):
                return self._say.all_of([self._say.count(key, interval)])
            case Prefix(_, prefix):
                return self._say.all_of([self._say.prefix(key, prefix)])
            case Words():
                return self._say.all_of(self._words(key, leaf))
            case Within() | InBox() | InPolygon():
                return self._say.all_of(self._place(key, leaf))

    def _equals(self, key: str, values: tuple[Scalar, ...]) -> Condition:
        if not values:  # `x in []` holds for nothing, and an empty "any of" would hold for all
            return self._say.all_of([self._never()])
        texts = [value for value in values if isinstance(value, str)]
        truths = [value for value in values if isinstance(value, bool)]
        numbers = [value for value in values if not isinstance(value, (str, bool))]
        wholes = [number for number in numbers if isinstance(number, int) and _is_large(number)]
        floats = {
            float(number)
            for number in numbers
            if not isinstance(number, int) or not _is_large(number)
        }
        parts = [self._say.truth(key, value) for value in dict.fromkeys(truths)]
        parts += [self._say.texts(key, texts)] if texts else []
        parts += [self._say.wholes(key, wholes)] if wholes else []
        parts += [self._one_of(key, sorted(floats))] if floats else []
        return self._say.any_of(parts)

    def _one_of(self, key: str, numbers: list[float]) -> Condition:
        """One of the sorted numbers. Ranges instead of matches: they find 1 and 1.0 alike, and
        engines do not match floats. Many are looked through like a tree, a level at a time."""
        size = max(1, len(numbers) // _BRANCHES)
        groups = [numbers[start : start + size] for start in range(0, len(numbers), size)]
        return self._say.any_of([self._among(key, group) for group in groups])

    def _among(self, key: str, numbers: list[float]) -> Condition:
        span = self._say.numbers(key, Interval(gte=numbers[0], lte=numbers[-1]))
        if len(numbers) == 1:
            return span
        return self._say.all_of([span, self._one_of(key, numbers)])

    def _range(self, key: str, field: str, interval: Interval) -> Condition:
        if any(isinstance(bound, str) for bound in interval):
            moments = Interval(*(utc(bound) if bound else None for bound in interval))
            return self._say.dates(self._keys.dates(field), moments)
        return self._say.numbers(key, interval)

    def _words(self, key: str, leaf: Words) -> list[Condition]:
        words = words_of(leaf.text)
        if not words:
            return [self._never()]
        if leaf.mode != "all":
            return [self._say.words(key, leaf.text, leaf.mode)]
        # Word by word: with an index, the words of a text may lie in several elements of a list,
        # without one they may not.
        return [self._say.words(key, word, "all") for word in dict.fromkeys(words)]

    def _place(self, key: str, shape: Within | InBox | InPolygon) -> list[Condition]:
        near = bounds(shape)
        return [
            self._shape(key, shape),
            self._coordinate(key, "lat", (near.lat,)),
            self._coordinate(key, "lon", near.lon),
        ]

    def _coordinate(self, key: str, name: str, intervals: tuple[Interval, ...]) -> Condition:
        paths = (f"{key}.{name}", f"{key}[].{name}")
        return self._say.any_of(
            [self._say.numbers(path, interval) for path in paths for interval in intervals]
        )

    def _shape(self, key: str, shape: Within | InBox | InPolygon) -> Condition:
        match shape:
            case Within(_, centre, metres):
                return self._say.within(key, centre, metres)
            case InBox(_, north_west, south_east):
                return self._say.box(key, north_west, south_east)
            case InPolygon(_, corners):
                closed = corners if corners[0] == corners[-1] else (*corners, corners[0])
                return self._say.polygon(key, closed)

    def _nested(self, tree: Nested) -> list[Condition]:
        inner = _Compiler(self._say, ELEMENT).whole(tree.filter)
        found = [self._say.nested(self._keys.of(tree.field), inner)]
        if self._keys.top:
            found += [self._hoisted(path, part) for path, part in hoisted(tree)]
        return found

    def _hoisted(self, path: str, part: Equals | Prefix) -> Condition:
        if isinstance(part, Prefix):
            return self._say.prefix(path, part.prefix)
        return self._say.texts(path, [str(value) for value in part.values])

    def _never(self) -> Condition:
        return self._say.numbers("nothing", Interval(gt=0.0, lt=0.0))
