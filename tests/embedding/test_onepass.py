"""The model in the package behind its class: windows, order, batches."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tercet.embedding.onepass import OnePass
from tercet.embedding.windows import mean_direction, strongest_terms, window_ranges
from tercet.types import SparseVector


@pytest.fixture(scope="module")
def model() -> OnePass:
    return OnePass()


def test_vectors_come_in_order_and_do_not_depend_on_their_company(model: OnePass) -> None:
    texts = ["short", "a text of rather more words than the first", "mid length text", ""]
    together = list(model.passages(texts))
    for text, (dense, late) in zip(texts, together, strict=True):
        ((alone_dense, alone_late),) = model.passages([text])
        assert np.array_equal(dense, alone_dense, equal_nan=True)
        assert np.array_equal(late, alone_late)


def test_there_is_one_unit_zero_sum_row_a_token(model: OnePass) -> None:
    dense, late = next(model.passages(["How long is the warranty?"]))
    assert len(late) == model.count_tokens(["How long is the warranty?"])[0]
    assert np.linalg.norm(dense) == pytest.approx(1, abs=1e-3)
    assert np.linalg.norm(late, axis=1) == pytest.approx(np.ones(len(late)), abs=1e-3)
    assert np.abs(late.sum(axis=1)).max() < 1e-3


def test_words_of_every_text_count_little_in_a_query(model: OnePass) -> None:
    _, late = model.query("the and guarantee")
    the, conjunction, guarantee = np.linalg.norm(late, axis=1)
    assert max(the, conjunction) < 0.05 < 0.5 < guarantee < 1.001
    assert np.abs(late.sum(axis=1)).max() < 1e-3


def test_every_token_id_has_a_weight(model: OnePass) -> None:
    weights = model._token_weights
    assert weights.shape == (model.tokenizer.get_vocab_size(),)
    assert 0 < weights.min() < weights.max() == 1


def test_meaning_is_near(model: OnePass) -> None:
    query, _ = model.query("How do I ask for vacation?")
    near, far = (
        dense
        for dense, _ in model.passages(
            ["Requests for leave go to your manager.", "The lathe needs oil every forty hours."]
        )
    )
    assert float(query @ near) > float(query @ far) + 0.2


def test_long_texts_are_embedded_whole(model: OnePass) -> None:
    words = "alpha beta gamma delta " * 300
    dense, late = model.query(words)
    assert len(late) == model.count_tokens([words])[0] > 2 * model.window
    ending, _ = model.query(f"{words} The warranty of the lathe is two years. " * 2)
    assert float(dense @ ending) < 0.999  # what stands at the end is seen
    assert np.linalg.norm(ending) == pytest.approx(1, abs=1e-3)


def test_a_text_without_words_has_no_rows(model: OnePass) -> None:
    dense, late = model.query("")
    assert late.shape == (0, 64)
    assert np.isfinite(dense).all()


@given(st.integers(0, 5000), st.integers(1, 300))
def test_windows_cover_everything_once(length: int, size: int) -> None:
    ranges = window_ranges(length, size)
    assert ranges[0][0] == 0
    assert ranges[-1][1] == length
    assert all(left[1] == right[0] for left, right in itertools.pairwise(ranges))
    assert all(end - start <= size for start, end in ranges)
    assert len(ranges) == max(1, -(-length // size))


def test_the_mean_of_windows_weighs_tokens() -> None:
    x, y = np.array([1, 0], np.float32), np.array([0, 1], np.float32)
    assert mean_direction([x, y], [3, 1]) == pytest.approx(np.array([3, 1]) / np.sqrt(10))
    assert mean_direction([x], [7]) is x


@settings(max_examples=50)
@given(st.lists(st.dictionaries(st.integers(0, 9), st.floats(0, 5, width=32)), min_size=1))
def test_the_strongest_weight_of_a_term_wins(windows: list[dict[int, float]]) -> None:
    vectors = [
        SparseVector(np.array(list(w), np.uint32), np.array(list(w.values()), np.float32))
        for w in windows
    ]
    joined = strongest_terms(vectors)
    found = dict(zip(joined.indices.tolist(), joined.values.tolist(), strict=True))
    assert found == {
        term: max(window[term] for window in windows if term in window)
        for term in set().union(*windows)
    }
