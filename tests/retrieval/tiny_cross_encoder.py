"""A tiny cross-encoder in a cache folder as FastEmbed leaves one there, loadable without a network.

Its score of a question and a passage is the number of pairs of equal tokens, one of each text, so
a test can count it.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from fastembed.rerank.cross_encoder import TextCrossEncoder
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from tests.embedding.tiny_models import MOST_TOKENS, VOCABULARY

MINILM = "Xenova/ms-marco-MiniLM-L-6-v2"

_REVISION = "89abcdef0123456789abcdef0123456789abcdef"
_SPECIAL = 7  # the first tokens of the vocabulary, which count nothing


def write_cross_encoder(cache: Path) -> Path:
    """The model in the cache folder."""
    about = next(m for m in TextCrossEncoder.list_supported_models() if m["model"] == MINILM)
    repository = cache / f"models--{about['sources']['hf'].replace('/', '--')}"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(_REVISION, encoding="utf-8")
    folder = repository / "snapshots" / _REVISION
    (folder / about["model_file"]).parent.mkdir(parents=True)
    onnx.save(_graph(), folder / about["model_file"])
    _tokenizer().save(str(folder / "tokenizer.json"))
    settings = {"model_max_length": MOST_TOKENS, "pad_token": "[PAD]"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps({"pad_token_id": 0}), encoding="utf-8")
    (folder / "special_tokens_map.json").write_text("{}", encoding="utf-8")
    return cache


def _graph() -> onnx.ModelProto:
    """Counts of tokens of both texts, multiplied: one hot rows, summed by text."""
    table = np.eye(len(VOCABULARY), dtype=np.float32)
    table[:_SPECIAL] = 0
    names = ("input_ids", "attention_mask", "token_type_ids")
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
        for name in names
    ]
    output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 1])
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("Cast", ["token_type_ids"], ["types"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["types", "last"], ["second"]),
        helper.make_node("Sub", ["one", "second"], ["first"]),
        helper.make_node("Mul", ["rows", "first"], ["asked_rows"]),
        helper.make_node("Mul", ["rows", "second"], ["read_rows"]),
        helper.make_node("ReduceSum", ["asked_rows", "middle"], ["asked"], keepdims=0),
        helper.make_node("ReduceSum", ["read_rows", "middle"], ["read"], keepdims=0),
        helper.make_node("Mul", ["asked", "read"], ["both"]),
        helper.make_node("ReduceSum", ["both", "middle"], ["logits"], keepdims=1),
    ]
    constants = {
        "table": table,
        "last": np.array([2], dtype=np.int64),
        "middle": np.array([1], dtype=np.int64),
        "one": np.array(1, dtype=np.float32),
    }
    weights = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "tiny", inputs, [output], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _tokenizer() -> Tokenizer:
    """Spells every word, as the one of the other tiny models, and takes two texts."""
    ids = {token: number for number, token in enumerate(VOCABULARY)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(name, ids[name]) for name in ("[CLS]", "[SEP]")],
    )
    return tokenizer
