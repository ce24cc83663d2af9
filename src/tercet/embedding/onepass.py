"""The model in the package: one forward pass gives the dense vector and the token vectors."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tercet.embedding.windows import mean_direction, window_ranges
from tercet.types import FloatArray

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    import onnxruntime
    import tokenizers

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

    Each run of the model takes one window, and as many run side by side as there are threads.
    That is no slower than batches on CPUs, and a text's vectors do not depend on its company
    (docs/decisions/one-window-a-run.md).
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
        options.intra_op_num_threads = 1
        # The graph is stored optimised; doing it again at every start would take longer.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        # The arena keeps the memory of the largest batch for good.
        options.enable_cpu_mem_arena = False
        # A path, because a session made from bytes holds them twice.
        with resources.as_file(_file("model.onnx")) as path:
            return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    @cached_property
    def _token_weights(self) -> FloatArray:
        """What each token id counts in a query, 0 to 1; see training/token_weights.py."""
        stored: NDArray[np.uint8] = np.load(io.BytesIO(_data("token_weights.npy")))
        return stored.astype(np.float32) / np.float32(255)

    def passages(self, texts: Sequence[str]) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Per text, in order: dense vector [dim] and token vectors [tokens, late_dim], all of
        unit length. The vectors of all texts are in memory at once."""
        windows = self._windows(texts)
        found = self._run_all(windows)
        position = 0
        for text in range(len(texts)):
            first = position
            while position < len(windows) and windows[position].text == text:
                position += 1
            yield _join(windows[first:position], found[first:position])

    def query(self, text: str) -> tuple[FloatArray, FloatArray]:
        """The dense vector of a query, and its token vectors, each as long as the token
        counts: little for words that stand in most texts."""
        windows = self._windows([text])
        dense, late = _join(windows, self._run_all(windows))
        ids = [id for window in windows for id in window.ids[1:-1]]
        return dense, late * self._token_weights[ids][:, None]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens not counted."""
        return [len(encoding.ids) for encoding in self._encode(texts)]

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
        if len(windows) == 1:
            return [self._run(windows[0])]
        # Longest first: a lack of memory shows at once, and the threads end together.
        order = sorted(range(len(windows)), key=lambda index: -len(windows[index].ids))
        with ThreadPoolExecutor(self._threads) as threads:
            results = threads.map(self._run, [windows[index] for index in order])
            found = dict(zip(order, results, strict=True))
        return [found[index] for index in range(len(windows))]

    def _run(self, window: _Window) -> tuple[FloatArray, FloatArray]:
        dense, tokens = self._session.run(["dense", "tokens"], model_input(window.ids))
        # Without [CLS] at the start and [SEP] at the end.
        return dense[0], tokens[0, 1:-1]


def model_input(ids: list[int]) -> dict[str, NDArray[np.int64]]:
    """What one run of the model is fed: ids and mask, both [1, tokens]."""
    row = np.array([ids], dtype=np.int64)
    return {"input_ids": row, "attention_mask": np.ones_like(row)}


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
    return _file(name).read_bytes()


def _file(name: str) -> Traversable:
    return resources.files("tercet.embedding").joinpath("model", name)
