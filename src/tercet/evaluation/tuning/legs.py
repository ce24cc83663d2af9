"""What every leg finds for a query, fetched once, from which all fusions can be computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tercet.evaluation.dataset import Dataset
from tercet.evaluation.runner import names_of
from tercet.ports import Encoder
from tercet.rag import Rag
from tercet.retrieval.plans import leg_plans
from tercet.retrieval.retriever import tenant_filter
from tercet.types import Hit, LegName, Search

Floats: TypeAlias = NDArray[np.float64]

DENSE, SPARSE, LATE = range(3)


class Place(NamedTuple):
    """An open index to tune on, the encoder it was opened with, and the chunk size it was made
    with if several are tried (0: the default)."""

    rag: Rag
    encoder: Encoder
    chunk_size: int = 0


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the legs found for a query, deepest lists: by candidate what it counts as, and by leg
    [dense, sparse, late; candidates] score and 1-based rank, both infinite where a leg lacks it
    (score -inf, rank inf)."""

    names: Sequence[Sequence[str]]
    scores: Floats
    ranks: Floats


def find_candidates(place: Place, dataset: Dataset, id: str, depth: int) -> Candidates:
    """The `depth` best of dense and sparse, and late interaction over what either proposes;
    one embedding and one engine call."""
    asked = replace(place.rag.query(dataset.queries[id], 1), prefetch_limit=depth)
    vectors = place.encoder.query(asked.text)
    within = tenant_filter(asked.tenant, None)
    legs = leg_plans(asked)
    found = place.rag.store.search([Search(plan, vectors, within) for plan in legs.values()])
    return _candidates(dict(zip(legs, found, strict=True)), dataset, id)


def _candidates(found: Mapping[LegName, Sequence[Hit]], dataset: Dataset, id: str) -> Candidates:
    hits = {hit.id: hit for leg in found.values() for hit in leg}
    column = {id: place for place, id in enumerate(hits)}
    scores = np.full((len(found), len(hits)), -np.inf)
    ranks = np.full((len(found), len(hits)), np.inf)
    for row, leg in enumerate(found.values()):
        for rank, hit in enumerate(leg, start=1):
            scores[row, column[hit.id]] = hit.score
            ranks[row, column[hit.id]] = rank
    return Candidates([names_of([hit], dataset, id) for hit in hits.values()], scores, ranks)
