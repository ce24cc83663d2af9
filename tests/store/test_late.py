"""Token vectors as bytes: MaxSim survives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercet.store.late import maxsim_of_bytes, stored_rows, to_bytes
from tercet.types import FloatArray


def zero_sum(seed: int, rows: int, dim: int = 64) -> FloatArray:
    drawn = np.random.default_rng(seed).standard_normal((rows, dim))
    drawn -= drawn.mean(axis=1, keepdims=True)
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_bytes_are_bytes_and_rows_keep_their_sum(seed: int, rows: int) -> None:
    stored = to_bytes(zero_sum(seed, rows))
    assert np.array_equal(stored, np.rint(stored))
    assert stored.min() >= 0
    assert stored.max() <= 255
    assert np.array_equal(stored.sum(axis=1), np.full(rows, 64 * 128))


@given(st.integers(0, 2**32 - 1))
def test_maxsim_of_bytes_is_that_of_the_vectors(seed: int) -> None:
    query, passage = zero_sum(seed, 8), zero_sum(seed + 1, 30)
    exact = float((query @ passage.T).max(axis=1).sum())
    stored = float((to_bytes(query) @ to_bytes(passage).T).max(axis=1).sum())
    assert maxsim_of_bytes(stored, 8, 64) == pytest.approx(exact, abs=8 * 0.02)


def test_a_text_without_tokens_takes_one_neutral_row() -> None:
    assert np.array_equal(stored_rows(np.zeros((0, 64), np.float32), "uint8"), [[128.0] * 64])
    assert np.array_equal(stored_rows(np.zeros((0, 4), np.float32), "float16"), [[0.0] * 4])
