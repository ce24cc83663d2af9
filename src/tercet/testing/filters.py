"""What every filter means, as Python: the oracle that stores are held to.

Values are those of `fields_of`. A list stands for its elements: a condition on a value holds if it
holds for one of them. What is missing meets no condition, so `Not` of it holds.

- Text equals the same text to the letter. Truth values equal only truth values. Numbers are
  compared as 64-bit floats, so 1 equals 1.0; whole numbers from 2^53 on equal only themselves.
- Dates are compared as moments. A date alone is its midnight, a time without a zone is one of UTC;
  text that is no date (`datetime.fromisoformat`, with a hyphen) lies in no range of dates.
- A number lies in no range of dates, a date in none of numbers, whatever index there is.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tercet.types import (
    And,
    Chunk,
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

EARTH_RADIUS = 6_371_008.8  # metres: the mean radius of the IUGG
EXACT = 2**53

Values = Mapping[str, Any]


def fields_of(chunk: Chunk) -> dict[str, Any]:
    """The values of a chunk by the names that filters use; empty ones count as missing."""
    own = {
        "document": chunk.document,
        "source": list(chunk.sources),
        "tenant": chunk.tenant,
        "folders": list(chunk.folders),
        "folder": [folder.rpartition("/")[2] for folder in chunk.folders],
        "index": chunk.index,
        "total": chunk.total,
        "start": chunk.start,
        "end": chunk.end,
        "digest": chunk.digest,
        "text": chunk.text,
        "title": chunk.title or None,
        "headings": list(chunk.headings),
        "page": chunk.page,
    }
    return {**chunk.metadata, **own}


def holds(tree: Filter, values: Values) -> bool:
    """Whether the filter lets these values through."""
    match tree:
        case And(parts):
            return all(holds(part, values) for part in parts)
        case Or(parts):
            return any(holds(part, values) for part in parts)
        case Not(part):
            return not holds(part, values)
        case Nested(field, inner):
            elements = values.get(field)
            objects = elements if isinstance(elements, list) else []
            return any(isinstance(each, Mapping) and holds(inner, each) for each in objects)
        case _:
            return _leaf_holds(tree, values.get(tree.field))


def _leaf_holds(leaf: Leaf, value: Any) -> bool:
    match leaf:
        case Equals(_, wanted):
            return _some(value, lambda each: any(_same(each, one) for one in wanted))
        case Range(_, interval):
            return _some(value, lambda each: _lies_in(each, interval))
        case Exists():
            return value is not None and value != []
        case Count(_, interval):
            return _between(_count(value), interval)
        case Prefix(_, prefix):
            return _some(value, lambda each: isinstance(each, str) and each.startswith(prefix))
        case Words():
            return _words_hold(leaf, value)
        case Within(_, centre, metres):
            return _some_place(value, lambda place: _distance(place, centre) < metres)
        case InBox(_, north_west, south_east):
            return _some_place(value, lambda place: _in_box(place, north_west, south_east))
        case InPolygon(_, corners):
            return _some_place(value, lambda place: _in_polygon(place, corners))


def _elements(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _some(value: Any, test: Callable[[Any], bool]) -> bool:
    return any(test(each) for each in _elements(value))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _same(value: Any, wanted: Scalar) -> bool:
    if not (_is_number(value) and _is_number(wanted)):
        return type(value) is type(wanted) and bool(value == wanted)
    if isinstance(wanted, int) and EXACT <= abs(wanted) < 2**63:
        return isinstance(value, int) and value == wanted
    return float(value) == float(wanted)


def _lies_in(value: Any, interval: Interval) -> bool:
    if any(isinstance(bound, str) for bound in interval):
        moments = [None if bound is None else _moment(str(bound)) for bound in interval]
        moment = _moment(value) if isinstance(value, str) else None
        return moment is not None and _between(moment, moments)
    return _is_number(value) and _between(float(value), interval)


def _between(value: Any, bounds: Any) -> bool:
    gte, gt, lte, lt = bounds
    above = (gte is None or value >= gte) and (gt is None or value > gt)
    return above and (lte is None or value <= lte) and (lt is None or value < lt)


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        return aware.astimezone(dt.UTC) if "-" in text else None
    except (ValueError, OverflowError):
        return None


def _count(value: Any) -> int:
    if value is None:
        return 0
    return len(value) if isinstance(value, list) else 1


def _words_hold(leaf: Words, value: Any) -> bool:
    wanted = words(leaf.text)
    texts = [words(each) for each in _elements(value) if isinstance(each, str)]
    if leaf.mode == "phrase":
        return bool(wanted) and any(_stands_in(wanted, text) for text in texts)
    there = {word for text in texts for word in text}
    if leaf.mode == "any":
        return bool(there.intersection(wanted))
    return bool(wanted) and there.issuperset(wanted)


def words(text: str) -> list[str]:
    """Runs of letters and digits, in lower case. (The engine takes the vowel signs of Indic
    scripts, and circled letters, for letters too; Python does not.)"""
    return re.findall(r"[^\W_]+", text.lower())


def _stands_in(phrase: list[str], text: list[str]) -> bool:
    starts = range(len(text) - len(phrase) + 1)
    return any(text[start : start + len(phrase)] == phrase for start in starts)


def _some_place(value: Any, test: Callable[[Place], bool]) -> bool:
    return any(test(place) for each in _elements(value) for place in _place(each))


def _place(value: Any) -> Iterator[Place]:
    """The place that a value is, if it is one: its coordinates are numbers, and in range."""
    if isinstance(value, Mapping) and all(_is_number(value.get(key)) for key in ("lat", "lon")):
        place = Place(float(value["lat"]), float(value["lon"]))
        if abs(place.lat) <= 90 and abs(place.lon) <= 180:
            yield place


def _distance(a: Place, b: Place) -> float:
    """Along the great circle, by the haversine formula (Sinnott, Sky and Telescope, 1984)."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(b.lon - a.lon) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(min(1.0, h)))


def _in_box(place: Place, north_west: Place, south_east: Place) -> bool:
    west, east = north_west.lon, south_east.lon
    crosses = west > east
    inside = place.lon > west or place.lon < east if crosses else west < place.lon < east
    return inside and south_east.lat < place.lat < north_west.lat


def _in_polygon(place: Place, corners: tuple[Place, ...]) -> bool:
    """By the number of edges east of the place (even-odd rule); on an edge is outside."""
    inside = False
    for a, b in zip(corners, (*corners[1:], corners[0]), strict=True):
        if _is_on(place, a, b):
            return False
        if (a.lat > place.lat) != (b.lat > place.lat):
            east = a.lon + (place.lat - a.lat) * (b.lon - a.lon) / (b.lat - a.lat)
            inside ^= place.lon < east
    return inside


def _is_on(place: Place, a: Place, b: Place) -> bool:
    across = (b.lon - a.lon) * (place.lat - a.lat) - (b.lat - a.lat) * (place.lon - a.lon)
    beside_lat = min(a.lat, b.lat) <= place.lat <= max(a.lat, b.lat)
    return across == 0 and beside_lat and min(a.lon, b.lon) <= place.lon <= max(a.lon, b.lon)
