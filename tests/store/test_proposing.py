"""Candidates for a fusion or a rescoring are looked for with fewer steps; a list of hits is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import qdrant_client.models as qm

from tercet.retrieval.plans import plan
from tercet.store.proposing import PROPOSED_EF
from tercet.store.remote_request import remote_request
from tercet.types import Mode, Query, Schema, Search, SparseVector, Vectors

SCHEMA = Schema("d", "s", "l", 8, 4, "uint8", True)


def leaves(prefetches: list[qm.Prefetch] | None) -> Iterator[qm.Prefetch]:
    for prefetch in prefetches or ():
        if prefetch.prefetch:
            assert prefetch.params is None  # it only rescores
            yield from leaves(prefetch.prefetch)
        else:
            yield prefetch


def asked(mode: Mode) -> Any:
    sparse = SparseVector(np.array([1], dtype=np.uint32), np.ones(1, dtype=np.float32))
    late = np.ones((2, 4), dtype=np.float32)
    vectors = Vectors(np.ones(8, dtype=np.float32), sparse, late)
    return remote_request(Search(plan(Query("q", mode=mode)), vectors, None), SCHEMA)


@pytest.mark.parametrize(("mode", "searches"), [("fused", 2), ("hybrid", 1), ("rerank", 1)])
def test_dense_candidates_take_fewer_steps(mode: Mode, searches: int) -> None:
    found = list(leaves(asked(mode).prefetch))
    dense = [one.params.hnsw_ef for one in found if one.using == "dense" and one.params]
    assert dense == [PROPOSED_EF] * searches
    assert all(one.params is None for one in found if one.using == "sparse")


@pytest.mark.parametrize("mode", ["dense", "sparse", "late"])
def test_a_list_of_hits_takes_all(mode: Mode) -> None:
    request = asked(mode)
    assert request.params is None
    assert not request.prefetch
