"""What of a filter has no meaning, however it was made: by the language, or as a tree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NoReturn, get_args

from tercet.errors import FilterError
from tercet.store.metadata import utc
from tercet.types import (
    And,
    Count,
    Equals,
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

MAX_DEPTH = 64  # filters in filters; the engine walks them on its stack
MAX_CORNERS = 500  # of a polygon; whether its edges cross is looked at pair by pair
_LEAVES = (*get_args(Leaf), Nested)
_NODES = (*_LEAVES, And, Or, Not)
_DATES = "Write dates as 2024-01-31 or 2024-01-31T12:00:00, numbers without quotes."


def check_filter(tree: Filter) -> None:
    """Nothing if every part of the tree has a meaning. Raises `FilterError` with position 0,
    because a tree has no positions, for the first that has none."""
    waiting = [(tree, 1)]
    while waiting:  # not by recursion, which a deep tree would exhaust
        node, depth = waiting.pop()
        if depth > MAX_DEPTH:
            _wrong(f"The filter is nested deeper than {MAX_DEPTH} levels.", 0, "Write it flatter.")
        if not isinstance(node, _NODES):
            _wrong(f"{type(node).__name__} is no part of a filter.", 0, "See tercet.types.Filter.")
        waiting += [(part, depth + 1) for part in _parts(node)]
        if isinstance(node, _LEAVES):
            check_leaf(node)


def _parts(node: Filter) -> tuple[Filter, ...]:
    match node:
        case And(parts) | Or(parts):
            return parts
        case Not(part) | Nested(_, part):
            return (part,)
        case _:
            return ()


def check_leaf(leaf: Leaf | Nested, position: int = 0) -> None:
    """Nothing if the condition by itself, without what a `Nested` holds, has a meaning."""
    if not isinstance(leaf.field, str) or not leaf.field or '"' in leaf.field:
        help = "A quotation mark cannot be part of the name of a field that is filtered by."
        _wrong(f"{leaf.field!r} names no field", position, help)
    interval = getattr(leaf, "interval", Interval())
    if not isinstance(interval, Interval):
        _wrong(f"{interval!r} is no Interval", position, "Write Interval(gte=1, lt=2).")
    match leaf:
        case Equals(_, values):
            _check_values(values, position)
        case Range(_, interval):
            _check_range(interval, position)
        case Count(_, interval):
            _check_count(interval, position)
        case Words(_, text, mode):
            _check_text(text, position)
            if mode not in ("all", "any", "phrase"):
                _wrong(f"{mode!r} is no way to look for words", position, "Take all, any, phrase.")
        case Prefix(_, prefix):
            _check_text(prefix, position)
        case Within() | InBox() | InPolygon():
            _check_shape(leaf, position)


def _check_values(values: Sequence[Scalar], position: int) -> None:
    if not isinstance(values, (tuple, list)):
        _wrong(f"{values!r} are no values", position, "Write a tuple of them.")
    for value in values:
        if not isinstance(value, (str, int, float)):
            _wrong(f"{value!r} is no value", position, "Use text, a number, true or false.")
        if isinstance(value, str):
            _check_text(value, position)
        elif not _is_finite(value):
            _wrong(f"{value!r} is no number that can be found", position, "Use a finite one.")


def _check_range(interval: Interval, position: int) -> None:
    bounds = [bound for bound in interval if bound is not None]
    if not bounds:
        _wrong("A range without bounds has no kind", position, "Use Exists for any value.")
    for bound in bounds:
        if isinstance(bound, bool):
            _wrong("true and false have no order", position, "Compare them with = or !=.")
        if isinstance(bound, str) and not utc(bound):
            _wrong(f"{bound!r} has no order: it is not a date", position, _DATES)
    if len({isinstance(bound, str) for bound in bounds}) > 1:
        _wrong("A date and a number have no order", position, _DATES)
    _check_values(bounds, position)


def _check_count(interval: Interval, position: int) -> None:
    for bound in interval:
        whole = isinstance(bound, int) and not isinstance(bound, bool)
        if bound is not None and not (whole and 0 <= bound < 2**31):  # type: ignore[operator]
            _wrong(f"{bound!r} is no count", position, "Use a whole number from 0.")


def _check_text(text: str, position: int) -> None:
    if not isinstance(text, str):
        _wrong(f"{text!r} is no text", position, "Put it in quotes.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        _wrong("The text holds half of a character", position, "Write it anew.")


def _check_shape(shape: Within | InBox | InPolygon, position: int) -> None:
    match shape:
        case Within(_, centre, metres):
            _check_place(centre, position)
            if not (_is_finite(metres) and metres > 0):
                _wrong(f"{metres!r} is no distance", position, "It must be more than 0.")
        case InBox(_, north_west, south_east):
            _check_place(north_west, position)
            _check_place(south_east, position)
            if north_west.lat <= south_east.lat:
                help = "Give north, west, south, east: box (52.6, 13.2, 52.4, 13.6)."
                _wrong("The box has no height: its north is not above its south", position, help)
        case InPolygon(_, corners):
            _check_polygon(corners, position)


def _check_place(place: Place, position: int) -> None:
    if not isinstance(place, Place):
        _wrong(f"{place!r} is no Place", position, "Write Place(lat=52.52, lon=13.40).")
    for value, name, most in ((place.lat, "latitude", 90), (place.lon, "longitude", 180)):
        if not (_is_finite(value) and -most <= value <= most):
            help = f"A {name} lies between -{most} and {most}; the latitude comes first."
            _wrong(f"{value!r} is no {name}", position, help)


def _check_polygon(corners: tuple[Place, ...], position: int) -> None:
    for corner in corners:
        _check_place(corner, position)
    ring = corners[:-1] if len(corners) > 1 and corners[0] == corners[-1] else corners
    if not 3 <= len(set(ring)) <= MAX_CORNERS:
        help = f"It needs 3 to {MAX_CORNERS} different ones."
        _wrong(f"The polygon has {len(set(ring))} corners", position, help)
    if _crosses_itself(ring):
        _wrong("The polygon touches or crosses itself", position, "Split it, and join with or.")


def _crosses_itself(ring: tuple[Place, ...]) -> bool:
    """Whether two edges that are no neighbours meet, or neighbours lie on each other. What is
    inside such a ring, engines do not agree on."""
    edges = list(zip(ring, (*ring[1:], ring[0]), strict=True))
    for i, (a, b) in enumerate(edges):
        c = edges[(i + 1) % len(edges)][1]
        if (
            _turn(a, b, c) == 0
            and (b.lat - a.lat) * (c.lat - b.lat) + (b.lon - a.lon) * (c.lon - b.lon) <= 0
        ):
            return True
        last = len(edges) - (i == 0)
        if any(_meet(a, b, *edges[j]) for j in range(i + 2, last)):
            return True
    return False


def _meet(a: Place, b: Place, c: Place, d: Place) -> bool:
    """Whether the line from a to b and the one from c to d have a point in common."""
    if max(a.lat, b.lat) < min(c.lat, d.lat) or max(c.lat, d.lat) < min(a.lat, b.lat):
        return False
    if max(a.lon, b.lon) < min(c.lon, d.lon) or max(c.lon, d.lon) < min(a.lon, b.lon):
        return False
    return _turn(a, b, c) * _turn(a, b, d) <= 0 and _turn(c, d, a) * _turn(c, d, b) <= 0


def _turn(a: Place, b: Place, c: Place) -> int:
    """1 if c lies to the left of the line from a to b, -1 to the right, 0 on it."""
    area = (b.lon - a.lon) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lon - a.lon)
    return (area > 0) - (area < 0)


def _is_finite(value: float) -> bool:
    if isinstance(value, bool):
        return True
    try:
        return isinstance(value, (int, float)) and math.isfinite(float(value))
    except OverflowError:  # an integer that is no float
        return False


def _wrong(what: str, position: int, help: str) -> NoReturn:
    where = "" if what.endswith(".") else f" (position {position})."
    raise FilterError(f"{what}{where}", position, help)
