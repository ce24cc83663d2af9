"""BM25 weights are the engine's own, for every mean length."""

from __future__ import annotations

import numpy as np
import pytest
import qdrant_edge as qe
from hypothesis import given
from hypothesis import strategies as st

from tercet.embedding.bm25 import B, Bm25, K
from tercet.errors import SettingsError

WORDS = st.lists(
    st.sampled_from(["lathe", "running", "runs", "oil", "the", "and", "X200", "12.5", "Größe"]),
    max_size=400,
)


@given(WORDS, st.floats(1, 1000))
def test_weights_are_those_of_the_engine(words: list[str], avg_terms: float) -> None:
    model = Bm25()
    model.avg_terms = avg_terms
    [(vector, _)] = model.passages([" ".join(words)])
    engine = qe.Bm25(qe.Bm25Config(k=K, b=B, avg_len=avg_terms, language="english"))
    expected = engine.embed_document(" ".join(words))
    assert vector.indices.tolist() == expected.indices
    assert vector.values == pytest.approx(expected.values, rel=1e-4)


def test_length_counts_every_term_and_no_stop_word() -> None:
    [(vector, terms)] = Bm25().passages(["The foxes and the fox ran over a fence"])
    assert terms == 4  # fox fox ran fence
    assert len(vector.indices) == 3


def test_a_query_counts_a_term_as_often_as_it_is_there() -> None:
    vector = Bm25().query("foxes, fox and foxes; fences")
    assert sorted(vector.values.tolist()) == [1.0, 3.0]


@given(WORDS)
def test_the_terms_of_a_query_are_those_that_the_engine_finds(words: list[str]) -> None:
    text = " ".join(words)
    vector = Bm25().query(text)
    engine = qe.Bm25(qe.Bm25Config(language="english"))
    assert set(vector.indices.tolist()) == set(engine.embed_query(text).indices)
    assert all(count == 1 for count in Bm25().query(" ".join(set(words) - {"runs"})).values)


def test_the_mean_is_that_of_the_texts() -> None:
    model = Bm25()
    assert model.mean_terms(["one lathe", "three lathes turn"]) == pytest.approx(2.5)
    assert model.mean_terms([]) == 0


def test_longer_texts_weigh_less() -> None:
    model = Bm25()
    model.avg_terms = 10
    [(short, _), (long, _)] = model.passages(["lathe", "lathe " + "oil " * 50])
    term = short.indices[0]
    assert short.values[0] > long.values[np.flatnonzero(long.indices == term)[0]]


def test_languages_have_their_own_stop_words() -> None:
    [(_, german)] = Bm25("german").passages(["der die das Drehbank"])
    assert german == 1
    with pytest.raises(SettingsError, match="TERCET_LANGUAGE"):
        Bm25("klingon")
