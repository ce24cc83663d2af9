"""nDCG@10, computed by this one module for every contestant.

Gains are linear and discounts are log2(rank + 1), as in trec_eval, whose figures BEIR reports.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import log2
from statistics import fmean


def mean_ndcg(
    rankings: Mapping[str, Sequence[str]],
    qrels: Mapping[str, Mapping[str, int]],
    k: int = 10,
) -> float:
    """Return the mean nDCG@k over every judged query; a query without a ranking scores 0."""
    return fmean(ndcg(rankings.get(query, ()), gains, k) for query, gains in qrels.items())


def ndcg(ranking: Sequence[str], gains: Mapping[str, int], k: int = 10) -> float:
    """Return one query's nDCG@k, in 0..1; `gains` must hold a positive gain.

    A document found twice counts once, at its better rank.
    """
    unique = list(dict.fromkeys(ranking))[:k]
    ideal = sorted(gains.values(), reverse=True)[:k]
    return _dcg(gains.get(document, 0) for document in unique) / _dcg(ideal)


def _dcg(gains: Iterable[int]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, start=1))
