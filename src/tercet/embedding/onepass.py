"""The model in the package: one forward pass gives the dense vector and the token vectors."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tercet.embedding.windows import mean_direction, window_ranges
from tercet.types import FloatArray

if TYPE_CHECKING:
    import onnxruntime
    import tokenizers

# Tokens in one run of the model. More gains nothing on CPUs (the activations of a layer leave
# the cache) and costs memory; see benchmarks/README.md.
BATCH_TOKENS = 4096
# The ids of the two special tokens in BERT's uncased vocabulary, which the model uses.
_CLS, _SEP = 101, 102


class _Window(NamedTuple):
    """The token ids of one window of one text, special tokens included."""

    text: int
    ids: list[int]


class OnePass:
    """all-MiniLM-L6-v2 with a head for late interaction, int8, from the package's own data.

    Nothing is loaded before the first text. Texts of any length are embedded whole: longer
    ones in windows, whose token vectors are concatenated and whose dense vectors averaged.
    """

    def __init__(self, threads: int = 0) -> None:
        self._threads = threads or len(os.sched_getaffinity(0))

    @cached_property
    def info(self) -> dict[str, str | int]:
        """Name, dimensions and source of the model."""
        record: dict[str, str | int] = json.loads(_data("model.json").decode("utf-8"))
        return record

    @property
    def name(self) -> str:
        return str(self.info["name"])

    @property
    def window(self) -> int:
        """Tokens of text in one window; two more are taken by [CLS] and [SEP]."""
        return int(self.info["max_tokens"]) - 2

    @cached_property
    def tokenizer(self) -> tokenizers.Tokenizer:
        import tokenizers

        return tokenizers.Tokenizer.from_buffer(_data("tokenizer.json"))

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        # The graph is stored optimised; doing it again at every start would take longer.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        return onnxruntime.InferenceSession(
            _data("model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def passages(self, texts: Sequence[str]) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Per text, in order: dense vector [dim] and token vectors [tokens, late_dim], all of
        unit length. All texts are in memory at once; batches hold texts of like length."""
        windows = self._windows(texts)
        found = self._run_all(windows)
        position = 0
        for text in range(len(texts)):
            first = position
            while position < len(windows) and windows[position].text == text:
                position += 1
            yield _join(windows[first:position], found[first:position])

    def query(self, text: str) -> tuple[FloatArray, FloatArray]:
        """The dense vector and the token vectors of a query."""
        return next(self.passages([text]))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens not counted."""
        return [len(encoding.ids) for encoding in self._encode(texts)]

    def batches(
        self, texts: Sequence[str]
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """The inputs (ids and mask, both [batch, tokens]) of every run of the model."""
        windows = self._windows(texts)
        for batch in length_batches([len(window.ids) for window in windows]):
            yield _inputs([windows[index].ids for index in batch])

    def _encode(self, texts: Sequence[str]) -> list[tokenizers.Encoding]:
        return self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)

    def _windows(self, texts: Sequence[str]) -> list[_Window]:
        return [
            _Window(index, [_CLS, *ids[first:last], _SEP])
            for index, encoding in enumerate(self._encode(texts))
            for ids in (encoding.ids,)
            for first, last in window_ranges(len(ids), self.window)
        ]

    def _run_all(self, windows: list[_Window]) -> list[tuple[FloatArray, FloatArray]]:
        found: dict[int, tuple[FloatArray, FloatArray]] = {}
        for batch in length_batches([len(window.ids) for window in windows]):
            ids, mask = _inputs([windows[index].ids for index in batch])
            dense, tokens = self._session.run(
                ["dense", "tokens"], {"input_ids": ids, "attention_mask": mask}
            )
            for row, index in enumerate(batch):
                length = len(windows[index].ids)
                # Without [CLS] at the start, [SEP] at the end, and the padding after it.
                found[index] = (dense[row], tokens[row, 1 : length - 1])
        return [found[index] for index in range(len(windows))]


def length_batches(lengths: Sequence[int], tokens: int = BATCH_TOKENS) -> Iterator[list[int]]:
    """Indexes grouped so that like lengths run together, each batch at most `tokens` with its
    padding (or one text). Longest first: a lack of memory shows at once."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda index: -lengths[index]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > tokens:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _inputs(rows: list[list[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    width = max(len(row) for row in rows)
    ids = np.zeros((len(rows), width), dtype=np.int64)
    mask = np.zeros((len(rows), width), dtype=np.int64)
    for line, row in enumerate(rows):
        ids[line, : len(row)] = row
        mask[line, : len(row)] = 1
    return ids, mask


def _join(
    windows: list[_Window], found: list[tuple[FloatArray, FloatArray]]
) -> tuple[FloatArray, FloatArray]:
    dense = mean_direction(
        [vector for vector, _ in found], [len(window.ids) - 2 for window in windows]
    )
    if len(found) == 1:
        return dense, found[0][1]
    return dense, np.concatenate([tokens for _, tokens in found])


def _data(name: str) -> bytes:
    return resources.files("tercet.embedding").joinpath("model", name).read_bytes()
