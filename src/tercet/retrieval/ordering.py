"""What happens to the engine's hits before they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tercet.ports import Reranker, Store
from tercet.types import Hit, Query


class Ordered(NamedTuple):
    """Hits in their final order, and what the user should know."""

    hits: list[Hit]
    warnings: tuple[str, ...] = ()


def wanted(query: Query, reranker: Reranker | None) -> int:
    """How many hits the engine is asked for."""
    return query.limit


def ordered(query: Query, hits: Sequence[Hit], reranker: Reranker | None, store: Store) -> Ordered:
    """The `query.limit` hits to show."""
    return Ordered(list(hits[: query.limit]))
