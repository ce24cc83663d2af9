"""How the Qdrant client spells a filter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from qdrant_client import models as qm

from tercet.store.compile import Condition, Dialect
from tercet.types import Interval, Place


def _numbers(bounds: Interval) -> qm.Range:
    gte, gt, lte, lt = (None if bound is None else float(bound) for bound in bounds)
    return qm.Range(gte=gte, gt=gt, lte=lte, lt=lt)


def _dates(bounds: Interval) -> qm.DatetimeRange:
    gte, gt, lte, lt = (
        None if bound is None else dt.datetime.fromisoformat(str(bound)) for bound in bounds
    )
    return qm.DatetimeRange(gte=gte, gt=gt, lte=lte, lt=lt)


def _count(bounds: Interval) -> qm.ValuesCount:
    gte, gt, lte, lt = (None if bound is None else int(bound) for bound in bounds)
    return qm.ValuesCount(gte=gte, gt=gt, lte=lte, lt=lt)


def _words(text: str, mode: str) -> qm.MatchText | qm.MatchTextAny | qm.MatchPhrase:
    if mode == "any":
        return qm.MatchTextAny(text_any=text)
    return qm.MatchPhrase(phrase=text) if mode == "phrase" else qm.MatchText(text=text)


def _point(place: Place) -> qm.GeoPoint:
    return qm.GeoPoint(lon=place.lon, lat=place.lat)


def _within(key: str, centre: Place, metres: float) -> qm.FieldCondition:
    circle = qm.GeoRadius(center=_point(centre), radius=metres)
    return qm.FieldCondition(key=key, geo_radius=circle)


def _box(key: str, north_west: Place, south_east: Place) -> qm.FieldCondition:
    box = qm.GeoBoundingBox(top_left=_point(north_west), bottom_right=_point(south_east))
    return qm.FieldCondition(key=key, geo_bounding_box=box)


def _polygon(key: str, corners: Sequence[Place]) -> qm.FieldCondition:
    ring = qm.GeoLineString(points=[_point(corner) for corner in corners])
    return qm.FieldCondition(key=key, geo_polygon=qm.GeoPolygon(exterior=ring))


def _empty(key: str) -> qm.IsEmptyCondition:
    return qm.IsEmptyCondition(is_empty=qm.PayloadField(key=key))


def _nested(key: str, inner: Condition) -> qm.NestedCondition:
    return qm.NestedCondition(nested=qm.Nested(key=key, filter=inner))


REMOTE = Dialect(
    all_of=lambda parts: qm.Filter(must=parts),
    any_of=lambda parts: qm.Filter(should=parts),
    none_of=lambda parts: qm.Filter(must_not=parts),
    truth=lambda key, value: qm.FieldCondition(key=key, match=qm.MatchValue(value=value)),
    texts=lambda key, values: qm.FieldCondition(key=key, match=qm.MatchAny(any=values)),
    wholes=lambda key, values: qm.FieldCondition(key=key, match=qm.MatchAny(any=values)),
    numbers=lambda key, bounds: qm.FieldCondition(key=key, range=_numbers(bounds)),
    dates=lambda key, bounds: qm.FieldCondition(key=key, range=_dates(bounds)),
    empty=_empty,
    count=lambda key, bounds: qm.FieldCondition(key=key, values_count=_count(bounds)),
    prefix=lambda key, prefix: qm.FieldCondition(key=key, match=qm.MatchPrefix(prefix=prefix)),
    words=lambda key, text, mode: qm.FieldCondition(key=key, match=_words(text, mode)),
    within=_within,
    box=_box,
    polygon=_polygon,
    nested=_nested,
)
