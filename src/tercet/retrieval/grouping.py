"""Hits grouped by document: so many of each and no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tercet.types import Hit


def within_quota(hits: Sequence[Hit], per_document: int) -> list[Hit]:
    """The hits in their order without those that come after `per_document` of their document;
    0 is any number."""
    seen: Counter[str] = Counter()
    kept: list[Hit] = []
    for hit in hits:
        seen[hit.chunk.document] += 1
        if not per_document or seen[hit.chunk.document] <= per_document:
            kept.append(hit)
    return kept
