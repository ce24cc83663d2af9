"""How Qdrant Edge spells a filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import qdrant_edge as qe

from tercet.store.compile import Dialect
from tercet.types import Interval, Place


def _numpy_bool(value: bool) -> Any:
    return np.bool_(value)


def _numbers(bounds: Interval) -> qe.RangeFloat:
    gte, gt, lte, lt = (None if bound is None else float(bound) for bound in bounds)
    return qe.RangeFloat(gte=gte, gt=gt, lte=lte, lt=lt)


def _dates(bounds: Interval) -> qe.RangeDateTime:
    gte, gt, lte, lt = (None if bound is None else str(bound) for bound in bounds)
    return qe.RangeDateTime(gte=gte, gt=gt, lte=lte, lt=lt)


def _count(bounds: Interval) -> qe.ValuesCount:
    gte, gt, lte, lt = (None if bound is None else int(bound) for bound in bounds)
    return qe.ValuesCount(gte=gte, gt=gt, lte=lte, lt=lt)


def _words(text: str, mode: str) -> qe.MatchText | qe.MatchTextAny | qe.MatchPhrase:
    if mode == "any":
        return qe.MatchTextAny(text)
    return qe.MatchPhrase(text) if mode == "phrase" else qe.MatchText(text)


def _point(place: Place) -> qe.GeoPoint:
    return qe.GeoPoint(lon=place.lon, lat=place.lat)


def _within(key: str, centre: Place, metres: float) -> qe.FieldCondition:
    return qe.FieldCondition(key=key, geo_radius=qe.GeoRadius(_point(centre), metres))


def _box(key: str, north_west: Place, south_east: Place) -> qe.FieldCondition:
    box = qe.GeoBoundingBox(_point(north_west), _point(south_east))
    return qe.FieldCondition(key=key, geo_bounding_box=box)


def _polygon(key: str, corners: Sequence[Place]) -> qe.FieldCondition:
    return qe.FieldCondition(key=key, geo_polygon=qe.GeoPolygon([_point(c) for c in corners]))


EDGE = Dialect(
    all_of=lambda parts: qe.Filter(must=parts),
    any_of=lambda parts: qe.Filter(should=parts),
    none_of=lambda parts: qe.Filter(must_not=parts),
    # The binding tries int before bool, and Python's bool is an int; NumPy's is not.
    truth=lambda key, value: qe.FieldCondition(key=key, match=qe.MatchValue(_numpy_bool(value))),
    texts=lambda key, values: qe.FieldCondition(key=key, match=qe.MatchAny(values)),
    wholes=lambda key, values: qe.FieldCondition(key=key, match=qe.MatchAny(values)),
    numbers=lambda key, bounds: qe.FieldCondition(key=key, range=_numbers(bounds)),
    dates=lambda key, bounds: qe.FieldCondition(key=key, range=_dates(bounds)),
    empty=lambda key: qe.IsEmptyCondition(key),
    count=lambda key, bounds: qe.FieldCondition(key=key, values_count=_count(bounds)),
    prefix=lambda key, prefix: qe.FieldCondition(key=key, match=qe.MatchPrefix(prefix)),
    words=lambda key, text, mode: qe.FieldCondition(key=key, match=_words(text, mode)),
    within=_within,
    box=_box,
    polygon=_polygon,
    nested=lambda key, inner: qe.NestedCondition(key, inner),
)
