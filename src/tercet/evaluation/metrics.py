"""Ranking quality: each metric of one query, 0 to 1.

Definitions are those of trec_eval; the tests compare every one with `ir_measures`. `depth` is how
many documents of the ranking count, None for all of them; a grade above 0 means relevant.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Ranking = Sequence[str]
Grades = Mapping[str, int]


def ndcg(ranking: Ranking, grades: Grades, depth: int | None = None) -> float:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen, 2002, with the grade as
    gain and a discount of log2(rank + 1))."""
    ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)
    best = _dcg(ideal[:depth])
    return _dcg([max(0, grades.get(name, 0)) for name in ranking[:depth]]) / best if best else 0.0


def reciprocal_rank(ranking: Ranking, grades: Grades, depth: int | None = None) -> float:
    """1 / rank of the first relevant document, 0 if there is none."""
    rank = first_relevant(ranking[:depth], grades)
    return 1.0 / rank if rank else 0.0


def average_precision(ranking: Ranking, grades: Grades, depth: int | None = None) -> float:
    """The mean over all relevant documents of the precision at the rank of each, 0 for those not
    found (Voorhees and Harman, TREC, 2005)."""
    relevant = _relevant(grades)
    found, total = 0, 0.0
    for rank, name in enumerate(ranking[:depth], start=1):
        if name in relevant:
            found += 1
            total += found / rank
    return total / len(relevant) if relevant else 0.0


def precision(ranking: Ranking, grades: Grades, depth: int | None = None) -> float:
    """The share of `depth` places that hold a relevant document; a ranking that ends earlier
    leaves places empty, and they count as wrong."""
    found = len(_relevant(grades) & set(ranking[:depth]))
    places = len(ranking) if depth is None else depth
    return found / places if places else 0.0


def recall(ranking: Ranking, grades: Grades, depth: int | None = None) -> float:
    """The share of relevant documents that are found."""
    relevant = _relevant(grades)
    return len(relevant & set(ranking[:depth])) / len(relevant) if relevant else 0.0


def success(ranking: Ranking, grades: Grades, depth: int | None = None) -> float:
    """1 if a relevant document is found, else 0; also called hit rate."""
    return 1.0 if first_relevant(ranking[:depth], grades) else 0.0


def first_relevant(ranking: Ranking, grades: Grades) -> int | None:
    """The 1-based rank of the first relevant document, None if there is none."""
    ranks = (rank for rank, name in enumerate(ranking, start=1) if grades.get(name, 0) > 0)
    return next(ranks, None)


def recall_curve(ranking: Ranking, grades: Grades, depth: int) -> list[float]:
    """Recall at 1, 2, ... `depth`."""
    relevant = _relevant(grades)
    found, curve = 0, []
    for place in range(depth):
        found += place < len(ranking) and ranking[place] in relevant
        curve.append(found / len(relevant) if relevant else 0.0)
    return curve


def _relevant(grades: Grades) -> set[str]:
    return {name for name, grade in grades.items() if grade > 0}


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
