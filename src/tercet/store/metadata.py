"""Metadata as the engines can hold it, and the dates in it in one form."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

_INT_LIMIT = 2**63  # payloads hold 64-bit integers


def plain(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """`metadata` without what payloads cannot hold: nulls are left out, numbers beyond 64 bits or
    not finite become text, and an object in another, unless it is a place, becomes keys with dots
    (`{"a": {"b": 1}}` is `{"a.b": 1}`)."""
    found: dict[str, Any] = {}
    for key, value in metadata.items():
        if isinstance(value, Mapping) and not is_place(value):
            found |= {f"{key}.{inner}": item for inner, item in plain(value).items()}
        elif isinstance(value, (list, tuple)):
            found[key] = [_item(item) for item in value if item is not None]
        elif value is not None:
            found[key] = _item(value)
    return found


def is_place(value: Mapping[Any, Any]) -> bool:
    """Whether an object is meant as a point on the earth."""
    return "lat" in value and "lon" in value


def _item(value: Any) -> Any:
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and not -_INT_LIMIT <= value < _INT_LIMIT:
        return hex(value)  # as the loaders do; str() refuses very long ones
    return value.isoformat() if isinstance(value, dt.date) else value


def dates_of(metadata: Mapping[str, Any]) -> dict[str, list[str]]:
    """The dates among the values of each key, in UTC; keys without any are left out."""
    found = {key: list(filter(None, map(utc, _elements(value)))) for key, value in metadata.items()}
    return {key: dates for key, dates in found.items() if dates}


def _elements(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def utc(text: Any) -> str:
    """The moment that `text` names in ISO 8601, in UTC, or "" if it names none.

    A date alone means its midnight, a time without a zone is one of UTC. Text without a hyphen,
    such as "20240131", is no date.
    """
    if not (isinstance(text, str) and text[:4].isdigit() and "-" in text):
        return ""
    try:
        moment = dt.datetime.fromisoformat(text)
        if moment.tzinfo:
            moment = moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return ""
    return f"{moment.replace(tzinfo=None).isoformat()}Z"
