"""What happens to the engine's hits before they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tercet.errors import GenerationError, ModelUnavailable, UsageError
from tercet.ports import Reranker, Store
from tercet.retrieval.diversity import diversified
from tercet.retrieval.grouping import within_quota
from tercet.retrieval.recency import faded, is_dated
from tercet.retrieval.scores import following
from tercet.types import WINDOWS, Hit, LegName, Query, Recency

_DENSE: tuple[LegName, ...] = ("dense",)  # what likeness of hits is measured by


class Ordered(NamedTuple):
    """Hits in their final order, and what the user should know."""

    hits: list[Hit]
    warnings: tuple[str, ...] = ()


def wanted(query: Query, reranker: Reranker | None) -> int:
    """How many hits the engine is asked for: those to show, those the reranker sees, and all
    `prefetch_limit` candidates where some may be moved up from far down.

    Raises `UsageError` for a preference that means nothing.
    """
    _check(query)
    depth = max(query.limit, reranker.depth if reranker else 0)
    chooses = query.recency or query.diversity or query.per_document
    return max(depth, query.prefetch_limit) if chooses else depth


def ordered(query: Query, hits: Sequence[Hit], reranker: Reranker | None, store: Store) -> Ordered:
    """The `query.limit` hits to show: reranked, newer ones preferred, unlike ones preferred, so
    many a document, in this order. Scores are those of the last stage that gave any, and never
    rise from hit to hit.

    A reranker whose model fails is passed over, with a warning.
    """
    found = _reranked(query.text, hits, reranker)
    best, warnings = found.hits, list(found.warnings)
    if query.recency:
        warnings += _undated(best, query.recency)
        best = faded(best, query.recency)
    if query.diversity and best:
        vectors = store.vectors([hit.id for hit in best], _DENSE)
        best = diversified(best, query.diversity, vectors)
    return Ordered(within_quota(best, query.per_document)[: query.limit], tuple(warnings))


def _reranked(text: str, hits: Sequence[Hit], reranker: Reranker | None) -> Ordered:
    """The hits with the first `depth` ordered by the reranker; the others follow."""
    if reranker is None or not hits:
        return Ordered(list(hits))
    try:
        head = reranker(text, hits[: reranker.depth])
    except (GenerationError, ModelUnavailable) as error:
        return Ordered(list(hits), (f"Without the reranker {reranker.name}: {error}",))
    return Ordered(following(head, hits[reranker.depth :]))


def _undated(hits: Sequence[Hit], recency: Recency) -> list[str]:
    if not hits or any(is_dated(hit, recency.field) for hit in hits):
        return []
    return [f"Without recency: no passage found has a date in {recency.field!r}."]


def _check(query: Query) -> None:
    # The comparisons are put so that "not a number" fails them.
    if not 0 <= query.diversity <= 1:
        raise UsageError(f"Diversity is {query.diversity}.", "It must be from 0 to 1.")
    if query.per_document < 0:
        raise UsageError(f"{query.per_document} hits of a document are none.", "0 is any number.")
    if query.window not in WINDOWS:
        raise UsageError(f"There is no window {query.window!r}.", f"Windows: {', '.join(WINDOWS)}.")
    if query.recency and not query.recency.half_life > 0:
        raise UsageError(f"A half-life of {query.recency.half_life} days.", "It must be above 0.")
    if query.recency and not 0 <= query.recency.weight <= 1:
        raise UsageError(f"Recency weighs {query.recency.weight}.", "It must be from 0 to 1.")
