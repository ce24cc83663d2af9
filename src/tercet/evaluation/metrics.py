"""Ranking quality: nDCG, reciprocal rank, recall, each of one query and 0 to 1.

Definitions are those of trec_eval; the tests compare every one with `ir_measures`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """Normalised discounted cumulative gain of the first `depth` documents (Järvelin and
    Kekäläinen, 2002, with the grade as gain and a discount of log2(rank + 1))."""
    ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)
    best = _dcg(ideal[:depth])
    return _dcg([max(0, grades.get(name, 0)) for name in ranking[:depth]]) / best if best else 0.0


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """1 / rank of the first relevant document among the first `depth`, 0 if there is none."""
    for rank, name in enumerate(ranking[:depth], start=1):
        if grades.get(name, 0) > 0:
            return 1.0 / rank
    return 0.0


def recall(ranking: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """The share of relevant documents that stand among the first `depth`."""
    relevant = {name for name, grade in grades.items() if grade > 0}
    return len(relevant & set(ranking[:depth])) / len(relevant) if relevant else 0.0


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
