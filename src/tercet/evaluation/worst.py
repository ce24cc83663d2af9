"""Queries by how badly they went."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean
from typing import Any


def worst_first(record: Mapping[str, Any], metric: str) -> list[str]:
    """Query ids, lowest mean of the metric over the modes first; among equals, those whose first
    relevant document stands lowest, one not found at all below all ranks."""
    found, scores = record["found"], record["per_query"]

    def key(id: str) -> tuple[float, float]:
        ranks = (found[mode][id]["rank"] for mode in found)
        depths = [float("inf") if rank is None else float(rank) for rank in ranks]
        return fmean(scores[mode][id][metric] for mode in scores), -min(depths)

    return sorted(record["questions"], key=key)
