"""What both kinds of feedback share: how much each hit of the first pass counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tercet.types import Hit


def shares(hits: Sequence[Hit]) -> NDArray[np.float64]:
    """What each hit counts [hits], 1 in all: its share of the scores.

    A score below 0 counts as 0; if none is above, all count alike. In a relevance model this
    stands for the probability of the query given the passage. Its logarithm is what BM25 is
    proportional to, but the scores of other modes are no logarithms, so they are taken as they are.
    """
    scores = np.clip([hit.score for hit in hits], 0, None).astype(np.float64)
    total = scores.sum()
    return scores / total if total > 0 else np.full(len(hits), 1 / max(1, len(hits)))
