"""Ranges of latitude and longitude around what a geographic filter covers.

The engine's own index of places loses hits at the poles, at the antimeridian and in wide boxes
(Qdrant Edge 0.9; the suite in `tercet.testing.filter_suite` finds them). So a place is looked for
by ranges of its two numbers, which have indexes, and what is in both is compared exactly.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from tercet.types import InBox, InPolygon, Interval, Place, Within

EARTH_RADIUS = 6_371_008.8  # metres, the mean radius: IUGG, Geodetic Reference System 1980
_MARGIN = 1e-6  # degrees, a tenth of a metre; more than the rounding of any formula here


class Bounds(NamedTuple):
    """A range of latitudes, and ranges of longitude of which one must hold."""

    lat: Interval
    lon: tuple[Interval, ...]


def bounds(shape: Within | InBox | InPolygon) -> Bounds:
    """Ranges that hold for every place inside the shape."""
    match shape:
        case Within(_, centre, metres):
            return _cap(centre, metres / EARTH_RADIUS)
        case InBox(_, north_west, south_east):
            lat = Interval(gte=south_east.lat, lte=north_west.lat)
            return Bounds(lat, _longitudes(north_west.lon, south_east.lon))
        case InPolygon(_, corners):
            lats, lons = zip(*corners, strict=True)
            lat = Interval(gte=min(lats), lte=max(lats))
            return Bounds(lat, (Interval(gte=min(lons), lte=max(lons)),))


def _cap(centre: Place, angle: float) -> Bounds:
    """The ranges of a circle on a sphere; `angle` is its radius in radians. A circle that holds a
    pole has all longitudes, any other reaches asin(sin(angle) / cos(lat)) to each side."""
    reach = math.degrees(angle) + _MARGIN
    south, north = centre.lat - reach, centre.lat + reach
    lat = Interval(gte=max(-90.0, south), lte=min(90.0, north))
    if south <= -90 or north >= 90:
        return Bounds(lat, (Interval(gte=-180.0, lte=180.0),))
    ratio = math.sin(angle) / math.cos(math.radians(centre.lat))
    side = math.degrees(math.asin(min(1.0, ratio))) + _MARGIN
    west, east = centre.lon - side, centre.lon + side
    if west < -180:
        return Bounds(lat, _longitudes(west + 360, east))
    return Bounds(lat, _longitudes(west, east - 360 if east > 180 else east))


def _longitudes(west: float, east: float) -> tuple[Interval, ...]:
    """From west to east, which may lead across the antimeridian."""
    if west <= east:
        return (Interval(gte=west, lte=east),)
    return (Interval(gte=west, lte=180.0), Interval(gte=-180.0, lte=east))
