"""The legs put together: what a query asks for is made, and the same whoever asks."""

from __future__ import annotations

import numpy as np

from tercet.ports import Encoder


def test_a_query_for_one_leg_has_that_vector(encoder: Encoder) -> None:
    whole = encoder.query("How long is the warranty?")
    sparse = encoder.query("How long is the warranty?", {"sparse"})
    assert np.array_equal(sparse.sparse.indices, whole.sparse.indices)
    assert sparse.dense.size == sparse.late.size == 0
    dense = encoder.query("How long is the warranty?", {"dense"})
    assert np.array_equal(dense.dense, whole.dense)
    assert dense.sparse.indices.size == 0
    late = encoder.query("How long is the warranty?", {"late_interaction"})
    assert np.array_equal(late.late, whole.late)
