"""The engine's modes and fusions in NumPy, over lists that are there already.

What the engine does is in `retrieval.plans` and docs/decisions; the tests hold the rankings here
against its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tercet.evaluation.tuning.legs import DENSE, LATE, SPARSE, Candidates, Floats
from tercet.evaluation.tuning.setting import Setting
from tercet.types import FusionMethod

Order: TypeAlias = NDArray[np.int64]

_LEGS = {
    "dense": (DENSE,),
    "sparse": (SPARSE,),
    "rerank": (LATE,),
    "hybrid": (DENSE, SPARSE),
    "fused": (DENSE, SPARSE, LATE),
}


@dataclass(frozen=True, slots=True)
class Lists:
    """The legs' lists cut at a depth: 1-based ranks (inf outside the list), and scores
    standardised list by list (0 outside)."""

    ranks: Floats
    votes: Floats


def cut(found: Candidates, depth: int) -> Lists:
    """The lists as if each leg had contributed `depth` candidates: late interaction sees only
    what dense and sparse then propose."""
    ranks = np.where(found.ranks <= depth, found.ranks, np.inf)
    proposed = np.isfinite(ranks[[DENSE, SPARSE]]).any(axis=0)
    ranks[LATE] = _ranks(np.where(proposed, found.scores[LATE], -np.inf), depth)
    legs = zip(found.scores, ranks, strict=True)
    return Lists(ranks, np.array([_standardised(row, np.isfinite(rank)) for row, rank in legs]))


def fused(lists: Lists, setting: Setting) -> Floats:
    """The score of every candidate in a setting, -inf if none of its legs lists it. That of a
    single leg is the negative rank."""
    legs = list(_LEGS[setting.mode])
    ranks = lists.ranks[legs]
    listed = np.isfinite(ranks).any(axis=0)
    if len(legs) == 1:
        return np.asarray(-ranks[0])
    weights = np.array(setting.weights or (1.0,) * len(legs))
    if (setting.method or _own_method(setting)) == "rrf":
        scores = _rrf(ranks, weights, setting.k)
    else:
        scores = weights @ lists.votes[legs]
    return np.where(listed, scores, -np.inf)


def order(lists: Lists, setting: Setting, limit: int) -> Order:
    """Columns of the `limit` best candidates of a setting, best first."""
    scores = fused(lists, setting)
    best = np.argsort(-scores, kind="stable")[:limit]
    return np.asarray(best[np.isfinite(scores[best])], dtype=np.int64)


def _own_method(setting: Setting) -> FusionMethod:
    return "rrf" if setting.mode == "hybrid" else "dbsf"


def _rrf(ranks: Floats, weights: Floats, k: int) -> Floats:
    """Reciprocal rank fusion (Cormack et al., 2009) as Qdrant counts it: ranks from 0, those of a
    list of weight w divided by w. A list of weight 0 adds nothing."""
    counted = weights > 0
    divided = ranks[counted] / weights[counted, None]
    return np.asarray((1.0 / (divided + (k - 1))).sum(axis=0))


def _standardised(scores: Floats, listed: NDArray[np.bool_]) -> Floats:
    """Distribution-based score fusion's scale: mean ± 3 standard deviations (n - 1) of the list
    are 0 to 1 (Qdrant's documentation of `dbsf`). A list without spread is 0.5 throughout."""
    own = scores[listed]
    votes = np.zeros(len(scores))
    spread = float(own.std(ddof=1)) if len(own) > 1 else 0.0
    votes[listed] = (own - own.mean()) / (6 * spread) + 0.5 if spread else 0.5
    return votes


def _ranks(scores: Floats, depth: int) -> Floats:
    """Ranks of the `depth` best from 1, infinite for the others and for a score of -inf."""
    best = np.argsort(-scores, kind="stable")[:depth]
    best = best[np.isfinite(scores[best])]
    ranks = np.full(len(scores), np.inf)
    ranks[best] = np.arange(1, len(best) + 1)
    return ranks


def score_settings(
    found: Candidates,
    settings: Sequence[Setting],
    limit: int,
    score: Callable[[list[str]], float],
) -> list[float]:
    """The score of each setting's ranking for a query. Many settings give the same ranking,
    which is scored once."""
    depths = {max(setting.prefetch_limit, limit) for setting in settings}
    lists = {depth: cut(found, depth) for depth in depths}
    known: dict[bytes, float] = {}
    scores = []
    for setting in settings:
        columns = order(lists[max(setting.prefetch_limit, limit)], setting, limit)
        key = columns.tobytes()
        if key not in known:
            known[key] = score(ranking(found, columns))
        scores.append(known[key])
    return scores


def ranking(found: Candidates, columns: Order) -> list[str]:
    """What the candidates of these columns count as, each once."""
    return list(dict.fromkeys(name for column in columns for name in found.names[column]))
