"""Scores made comparable, and kept in order, between the stages of a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tercet.types import Hit


def normalised(hits: Sequence[Hit]) -> NDArray[np.float64]:
    """The scores of the hits from 0, the lowest, to 1, the highest; all 1 if they are equal."""
    scores = np.array([hit.score for hit in hits], dtype=np.float64)
    low, high = scores.min(initial=np.inf), scores.max(initial=-np.inf)
    if not high > low:
        return np.ones(len(scores))
    result: NDArray[np.float64] = (scores - low) / (high - low)
    return result


def following(head: Sequence[Hit], tail: Sequence[Hit]) -> list[Hit]:
    """Both lists as one. If the scores of `tail` do not go on below those of `head`, because they
    were made in another way, all of them are moved down until they do."""
    excess = max(0.0, tail[0].score - head[-1].score) if head and tail else 0.0
    if not excess:
        return [*head, *tail]
    return [*head, *(replace(hit, score=hit.score - excess) for hit in tail)]
