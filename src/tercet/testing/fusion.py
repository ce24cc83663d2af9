"""The fusions that every `Store` carries out as plain NumPy does. Derive from it as from
`StoreConformance`."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tercet.ports import Store
from tercet.testing import reference
from tercet.testing.store import ENCODER, QUERIES, assert_scores, fill
from tercet.types import Fuse, Leg, Search, Vectors

_DEPTH = 4
_PROPOSALS = (Leg("dense", _DEPTH), Leg("sparse", _DEPTH))
_VOTERS = (*_PROPOSALS, Leg("late_interaction", _DEPTH, _PROPOSALS))


class _Lists(NamedTuple):
    """A query, and what the reference finds for it in each leg."""

    query: Vectors
    dense: reference.Scores
    sparse: reference.Scores
    late: reference.Scores


_each_query = pytest.mark.parametrize("text", QUERIES)


class FusionConformance:
    """Several lists made one, in one engine call."""

    @_each_query
    def test_rrf_is_the_reference(self, store: Store, text: str) -> None:
        found = _lists(store, text)
        plan = Fuse("rrf", 8, _PROPOSALS)
        assert_scores(store, plan, found.query, reference.rrf([found.dense, found.sparse]))

    @pytest.mark.parametrize("weights", [(3.0, 1.0), (0.5, 2.0), (1.0, 0.0)])
    @_each_query
    def test_weighted_rrf_is_the_reference(
        self, store: Store, text: str, weights: tuple[float, float]
    ) -> None:
        found = _lists(store, text)
        expected = reference.rrf([found.dense, found.sparse], 10, weights)
        plan = Fuse("rrf", 8, _PROPOSALS, weights, k=10)
        assert_scores(store, plan, found.query, expected, within=1e-5)

    @_each_query
    def test_the_vote_of_three_is_the_reference(self, store: Store, text: str) -> None:
        found = _lists(store, text)
        expected = reference.dbsf([found.dense, found.sparse, found.late])
        assert_scores(store, Fuse("dbsf", 8, _VOTERS), found.query, expected)

    @pytest.mark.parametrize("weights", [(1.0, 1.0, 1.0), (1.0, 0.5, 2.0), (0.0, 1.0, 0.25)])
    @_each_query
    def test_the_weighted_vote_is_the_reference(
        self, store: Store, text: str, weights: tuple[float, float, float]
    ) -> None:
        found = _lists(store, text)
        expected = reference.dbsf([found.dense, found.sparse, found.late], weights)
        assert_scores(store, Fuse("vote", 8, _VOTERS, weights), found.query, expected)

    @_each_query
    def test_equal_votes_are_the_plain_fusion(self, store: Store, text: str) -> None:
        query = _lists(store, text).query
        plain, vote = store.search(
            [Search(Fuse("dbsf", 8, _VOTERS), query), Search(Fuse("vote", 8, _VOTERS), query)]
        )
        assert [hit.id for hit in plain] == [hit.id for hit in vote]
        assert [hit.score for hit in plain] == pytest.approx([hit.score for hit in vote], abs=1e-5)


def _lists(store: Store, text: str) -> _Lists:
    _, passages = fill(store)
    query = ENCODER.query(text)
    dense = reference.top(reference.dense_scores(query, passages), _DEPTH)
    sparse = reference.top(reference.sparse_scores(query, passages), _DEPTH)
    nominated = {id: passages[id] for id in dense | sparse}
    late = reference.top(reference.late_scores(query, nominated), _DEPTH)
    return _Lists(query, dense, sparse, late)
