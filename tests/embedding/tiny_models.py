"""Tiny models in a cache folder as FastEmbed leaves one there, loadable without a network.

They lie as the hub's cache lays files out (models--ORG--NAME/snapshots/REVISION/), under the
names that FastEmbed's own list gives, and its own code loads and runs them. The weights are
random: a token has a fixed vector, so a text is a bag of its tokens.
"""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from fastembed import LateInteractionTextEmbedding, SparseTextEmbedding, TextEmbedding
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

MINILM = "sentence-transformers/all-MiniLM-L6-v2"
BM25 = "Qdrant/bm25"
SPLADE = "prithivida/Splade_PP_en_v1"
COLBERT = "colbert-ir/colbertv2.0"

MOST_TOKENS = 64  # special tokens included; the real models take 256 or 512
STOP_WORDS = {"english": ("the", "is", "a", "of"), "german": ("der", "die", "das", "ist")}

_REVISION = "0123456789abcdef0123456789abcdef01234567"
_SPECIAL = ["[PAD]", "[unused0]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_LETTERS = string.ascii_lowercase + string.digits
VOCABULARY = [*_SPECIAL, *string.punctuation, *_LETTERS, *(f"##{letter}" for letter in _LETTERS)]


def write_models(cache: Path) -> Path:
    """One model of each kind and BM25 in the cache folder."""
    size = len(VOCABULARY)
    random = np.random.default_rng(7)
    _write(cache, _about(TextEmbedding, MINILM), random.normal(size=(size, 384)))
    _write(cache, _about(LateInteractionTextEmbedding, COLBERT), random.normal(size=(size, 128)))
    # A token expands into itself and few others.
    logits = 8 * np.eye(size) + random.normal(-2, 1, size=(size, size))
    _write(cache, _about(SparseTextEmbedding, SPLADE), logits)
    about = _about(SparseTextEmbedding, BM25)
    folder = _snapshot(cache, about)
    (folder / about["model_file"]).write_text("{}", encoding="utf-8")
    for name in about["additional_files"]:
        words = STOP_WORDS.get(name.removesuffix(".txt"), ())
        (folder / name).write_text("\n".join(words), encoding="utf-8")
    return cache


def token_ids(text: str) -> list[int]:
    """The ids of a text's tokens, special tokens not among them."""
    ids: list[int] = _tokenizer().encode(text, add_special_tokens=False).ids
    return ids


def _about(kind: Any, name: str) -> dict[str, Any]:
    """What FastEmbed's list says of a model."""
    found: list[dict[str, Any]] = kind.list_supported_models()
    return next(model for model in found if model["model"] == name)


def _snapshot(cache: Path, about: dict[str, Any]) -> Path:
    """The folder of the model's files, and the note that says it is the newest."""
    repository = cache / f"models--{about['sources']['hf'].replace('/', '--')}"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(_REVISION, encoding="utf-8")
    folder = repository / "snapshots" / _REVISION
    folder.mkdir(parents=True)
    return folder


def _write(cache: Path, about: dict[str, Any], table: NDArray[np.float64]) -> None:
    folder = _snapshot(cache, about)
    onnx.save(_graph(table.astype(np.float32)), folder / about["model_file"])
    _tokenizer().save(str(folder / "tokenizer.json"))
    settings = {"model_max_length": MOST_TOKENS, "pad_token": "[PAD]"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps({"pad_token_id": 0}), encoding="utf-8")
    special = {name.strip("[]").lower() + "_token": name for name in _SPECIAL[3:]}
    (folder / "special_tokens_map.json").write_text(json.dumps(special), encoding="utf-8")


def _graph(table: NDArray[np.float32]) -> onnx.ModelProto:
    """A model whose output is the row of the table for each token."""
    shape = ["batch", "tokens"]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, shape)
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info(
        "last_hidden_state", TensorProto.FLOAT, [*shape, table.shape[1]]
    )
    node = helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])
    weights = numpy_helper.from_array(table, "table")
    graph = helper.make_graph([node], "tiny", inputs, [output], [weights])
    opset = helper.make_opsetid("", 17)
    return helper.make_model(graph, opset_imports=[opset], ir_version=8)


def _tokenizer() -> Tokenizer:
    """BERT's kind of tokenizer that spells every word: `cab` is `c ##a ##b`."""
    ids = {token: number for number, token in enumerate(VOCABULARY)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[(name, ids[name]) for name in ("[CLS]", "[SEP]")],
    )
    return tokenizer
