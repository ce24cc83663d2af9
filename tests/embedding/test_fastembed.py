"""Models by name through FastEmbed's own code, from a cache of tiny ones, without a network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tercet.embedding import fastembed
from tercet.errors import ModelUnavailable, SettingsError
from tercet.types import FloatArray, SparseVector
from tests.embedding.tiny_models import (
    BM25,
    COLBERT,
    MINILM,
    MOST_TOKENS,
    SPLADE,
    VOCABULARY,
    token_ids,
    write_models,
)

LONG = "abc def ghi " * 30 + "xyz"  # 273 tokens, of which x, y and z stand only at the end


def terms(vector: SparseVector) -> dict[int, float]:
    return dict(zip(vector.indices.tolist(), vector.values.tolist(), strict=True))


def lengths(rows: FloatArray) -> FloatArray:
    found: FloatArray = np.linalg.norm(rows, axis=-1)
    return found


def test_dense_vectors_have_the_model_s_dimension_and_unit_length(cache: Path) -> None:
    model = fastembed.dense_model(MINILM, cache, 1)
    passages = list(model.passages(["two years", "", LONG]))
    for vector in (*passages, model.query("two years")):
        assert vector.dtype == np.float32
        assert vector.shape == (fastembed.dense_dim(MINILM),) == (384,)
        assert lengths(vector) == pytest.approx(1, abs=1e-5)
    assert passages[0] @ model.query("two years") == pytest.approx(1, abs=1e-5)


def test_a_long_text_s_dense_vector_sees_its_end(cache: Path) -> None:
    model = fastembed.dense_model(MINILM, cache, 1)
    windowed = next(model.passages([LONG]))
    cut = model.query(LONG)  # the model itself takes no more than its limit
    assert len(token_ids(LONG)) > 4 * MOST_TOKENS
    assert windowed @ cut < 0.999
    end = model.query("xyz")
    assert windowed @ end > cut @ end + 0.02


def test_the_windows_of_a_long_text_are_joined_by_their_mean(cache: Path) -> None:
    """The tiny model averages tokens, so the mean of the windows is near the mean of all."""
    model = fastembed.dense_model(MINILM, cache, 1)
    words = LONG.split()
    halves = [" ".join(words[:9]), " ".join(words[9:18])]  # 27 tokens each
    first, second = model.passages(halves)
    whole = next(model.passages([" ".join(halves)]))
    mean = (first + second) / np.linalg.norm(first + second)
    assert whole @ mean > 0.99


def test_late_interaction_has_one_unit_row_for_every_token(cache: Path) -> None:
    model = fastembed.late_model(COLBERT, cache, 1)
    short, long = model.passages(["two years", LONG])
    assert short.shape == (len(token_ids("two years")) + 3, fastembed.late_dim(COLBERT))
    assert short.shape[1] == 128
    # Each window has [CLS], the marker and [SEP]; no token of the text is lost.
    windows = -(-len(token_ids(LONG)) // (MOST_TOKENS - 5))
    assert len(long) == len(token_ids(LONG)) + 3 * windows
    assert windows > 4
    for rows in (short, long):
        assert lengths(rows) == pytest.approx(np.ones(len(rows)), abs=1e-5)


def test_the_late_interaction_of_a_long_text_holds_its_end(cache: Path) -> None:
    model = fastembed.late_model(COLBERT, cache, 1)
    long = next(model.passages([LONG]))
    for row in model.query("xyz")[2:5]:  # after [CLS] and the marker
        assert (long @ row).max() == pytest.approx(1, abs=1e-5)


def test_a_late_interaction_query_is_filled_up_with_masks(cache: Path) -> None:
    query = fastembed.late_model(COLBERT, cache, 1).query("two years")
    assert query.shape == (32, 128)
    assert lengths(query) == pytest.approx(np.ones(32), abs=1e-5)


def test_splade_weighs_terms_of_the_vocabulary(cache: Path) -> None:
    model = fastembed.sparse_model(SPLADE, cache, 1)
    for vector in (next(model.passages(["warm oil"])), model.query("warm oil")):
        weights = terms(vector)
        assert set(token_ids("warm oil")) <= set(weights)
        assert max(weights) < len(VOCABULARY)
        assert min(weights.values()) > 0


def test_splade_keeps_the_strongest_weight_of_any_window(cache: Path) -> None:
    model = fastembed.sparse_model(SPLADE, cache, 1)
    long, end = (terms(vector) for vector in model.passages([LONG, "xyz"]))
    assert all(long[term] >= weight for term, weight in end.items())
    assert not set(token_ids("xyz")) <= set(terms(model.query(LONG)))  # which is cut


def test_bm25_counts_words_and_leaves_out_stop_words(cache: Path) -> None:
    model = fastembed.sparse_model(BM25, cache, 1)
    passage = terms(next(model.passages(["The warranty of the warranty is a year"])))
    query = terms(model.query("warranties of the year"))
    assert len(passage) == 2
    assert query == dict.fromkeys(passage, 1)
    assert len(set(passage.values())) == 2  # twice and once


def test_bm25_takes_long_texts_whole(cache: Path) -> None:
    model = fastembed.sparse_model(BM25, cache, 1)
    assert set(terms(model.query("xyz"))) <= set(terms(next(model.passages([LONG]))))


def test_vectors_come_in_the_order_of_the_texts(cache: Path) -> None:
    model = fastembed.dense_model(MINILM, cache, 1)
    texts = ["b", LONG, "a longer text of some words", "c d", LONG[::-1]] * 9
    for text, vector in zip(texts, model.passages(texts), strict=True):
        assert vector @ next(model.passages([text])) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (fastembed.dense_model, MINILM),
        (fastembed.sparse_model, SPLADE),
        (fastembed.sparse_model, BM25),
        (fastembed.late_model, COLBERT),
    ],
)
def test_the_case_of_a_name_does_not_matter(make: object, name: str, cache: Path) -> None:
    assert callable(make)
    for spelled in (name.lower(), name.upper()):
        model = make(spelled, cache, 1)
        assert model.name == name
        assert len(list(model.passages(["two years"]))) == 1


@pytest.mark.parametrize(
    ("make", "name", "near"),
    [
        (fastembed.dense_model, "sentence-transformer/all-minilm-l6", MINILM),
        (fastembed.sparse_model, "qdrant/bm-25", BM25),
        (fastembed.late_model, "colbert-ir/colbertv2", COLBERT),
        (fastembed.dense_model, COLBERT, "tercet models"),
    ],
)
def test_an_unknown_name_is_an_error_that_names_near_ones(
    make: object, name: str, near: str
) -> None:
    assert callable(make)
    with pytest.raises(SettingsError) as caught:
        make(name, None, 0)
    assert repr(name) in str(caught.value)
    assert near in caught.value.help


def test_whether_the_engine_must_weigh_terms_is_known_without_the_model() -> None:
    assert fastembed.needs_idf(BM25.lower())
    assert not fastembed.needs_idf(SPLADE)


TRY = """
import sys
from pathlib import Path
from tercet.embedding import fastembed
from tercet.errors import ModelUnavailable
for model in (
    fastembed.dense_model("sentence-transformers/all-MiniLM-L6-v2", Path(sys.argv[1]), 1),
    fastembed.sparse_model("Qdrant/bm25", Path(sys.argv[1]), 1),
    fastembed.late_model("colbert-ir/colbertv2.0", Path(sys.argv[1]), 1),
):
    try:
        model.query("x")
        print("loaded")
    except ModelUnavailable as error:
        print(error.retriable, error)
"""


def tried(cache: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """What a new process prints that loads the guide's models; the limit is far below the
    pauses that FastEmbed makes between its tries."""
    given = os.environ.items()
    env = {k: v for k, v in given if not k.startswith("HF_") and not k.lower().endswith("_proxy")}
    return subprocess.run(
        [sys.executable, "-c", TRY, str(cache)],
        env=env | variables,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"HF_HUB_OFFLINE": "1"}, "HF_HUB_OFFLINE"),
        ({"HF_ENDPOINT": "http://127.0.0.1:9"}, "refused"),
        ({"HTTPS_PROXY": "http://127.0.0.1:9"}, "refused"),
    ],
    ids=["offline", "endpoint", "proxy"],
)
def test_a_model_out_of_reach_is_one_helpful_sentence(
    tmp_path: Path, variables: dict[str, str], reason: str
) -> None:
    done = tried(tmp_path, **variables)
    lines = done.stdout.splitlines()
    for name, line in zip((MINILM, BM25, COLBERT), lines, strict=True):
        assert line.startswith(f"True The model {name!r} is not in the cache")
        assert reason in line
        assert "TERCET_MODEL_CACHE" in line
    assert done.stderr == ""


def test_a_model_in_the_cache_needs_no_network(cache: Path) -> None:
    done = tried(cache, HF_ENDPOINT="http://127.0.0.1:9")
    assert done.stdout.splitlines() == ["loaded"] * 3
    assert done.stderr == ""


def test_half_a_model_in_the_cache_counts_as_none(tmp_path: Path) -> None:
    cache = write_models(tmp_path / "models")
    [tokenizer] = cache.glob("models--*MiniLM*/snapshots/*/tokenizer.json")
    tokenizer.unlink()
    first, *others = tried(cache, HF_HUB_OFFLINE="1").stdout.splitlines()
    assert f"{MINILM!r} is not in the cache" in first
    assert others == ["loaded", "loaded"]


def test_a_damaged_model_is_named_with_the_way_out(tmp_path: Path) -> None:
    cache = write_models(tmp_path / "models")
    [file] = cache.glob("models--*colbert*/snapshots/*/model.onnx")
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(ModelUnavailable, match="damaged") as caught:
        fastembed.late_model(COLBERT, cache, 1).query("two years")
    assert str(file) in str(caught.value)
    assert "Delete" in caught.value.help
