"""Newer hits preferred: scores that fade with age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from tercet.retrieval.scores import normalised
from tercet.types import Hit, MetadataValue, Recency

_DAY = 86_400.0


def faded(hits: Sequence[Hit], recency: Recency) -> list[Hit]:
    """All of the hits, best first by

        relevance * (1 - weight + weight * 0.5 ** (age / half_life))

    where relevance is the score between 0 and 1 among these hits, and age the days from a hit's
    date to the newest date among them. These values are the new scores. A hit without a date has
    the mean factor of those that have one. Equal values keep their order, and if no hit has a date
    nothing changes.

    Age counts from the newest hit and not from today. So the same index gives the same answer on
    any day, and an archive whose last year is long past still prefers it: measured from today, a
    weight below 1 would make less and less difference. The price is that one wrong date far in the
    future makes all other hits old.
    """
    dates = np.array([_newest(hit.chunk.metadata.get(recency.field)) for hit in hits])
    dated = ~np.isnan(dates)
    if not dated.any():
        return list(hits)
    ages = (dates[dated].max() - dates[dated]) / _DAY
    factors = np.zeros(len(hits))
    factors[dated] = 1 - recency.weight * (1 - 0.5 ** (ages / recency.half_life))
    factors[~dated] = factors[dated].mean()
    values = normalised(hits) * factors
    order = np.argsort(-values, kind="stable")
    return [replace(hits[place], score=float(values[place])) for place in order]


def is_dated(hit: Hit, field: str) -> bool:
    """Whether the metadata field holds a date."""
    return not np.isnan(_newest(hit.chunk.metadata.get(field)))


def _newest(value: MetadataValue | None) -> float:
    """Seconds since 1970 of an ISO date or time, or of the newest one in a list; NaN if there is
    none. Without a zone it is taken as UTC."""
    found = [_seconds(item) for item in (value if isinstance(value, list) else [value])]
    return max((moment for moment in found if moment is not None), default=float("nan"))


def _seconds(value: object) -> float | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
