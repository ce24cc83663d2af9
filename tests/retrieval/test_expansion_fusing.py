"""The lists of several searches made one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tercet.retrieval.fusing import fused_lists
from tercet.testing import reference
from tests.retrieval.made import made, names

rankings = st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True), min_size=1, max_size=4)


@settings(deadline=None)
@given(rankings, st.integers(1, 9))
def test_the_scores_are_those_of_the_reference(lists: list[list[str]], limit: int) -> None:
    hits = fused_lists([[made(name, 1.0) for name in ranking] for ranking in lists], limit)
    # The reference counts ranks from 0, as the engine does, and this fusion from 1.
    expected = reference.rrf([dict.fromkeys(ranking, 1.0) for ranking in lists], k=61)
    best = sorted(expected.values(), reverse=True)[:limit]
    assert [hit.score for hit in hits] == pytest.approx(best)
    assert [expected[hit.source] for hit in hits] == pytest.approx(best)


def test_equals_stand_in_the_order_in_which_they_were_seen() -> None:
    plain, other = [made("plain", 9.0)], [made("other", 0.1)]
    assert names(fused_lists([plain, other], 2)) == ["plain", "other"]
    assert names(fused_lists([other, plain], 2)) == ["other", "plain"]
