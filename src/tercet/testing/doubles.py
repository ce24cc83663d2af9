"""Deterministic stand-ins for what is slow: the same words always give the same vectors."""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

import numpy as np

from tercet.types import LEGS, FloatArray, LegName, Schema, SparseVector, Vectors

DIM = 16


class WordEncoder:
    """An `Encoder` whose token is a lower-case word and whose word vectors are drawn once.

    Token vectors are unit and sum to zero, the dense vector is their normalised mean, the
    sparse one counts words, earlier ones a little more. Equal words match exactly, so the
    right order is plain to see.
    """

    def __init__(self) -> None:
        self.avg_terms = 0.0

    def passages(self, texts: Sequence[str]) -> Iterator[Vectors]:
        return (self._vectors(text) for text in texts)

    def query(self, text: str, legs: Collection[LegName] = LEGS) -> Vectors:
        return self._vectors(text)

    def sparse_passages(self, texts: Sequence[str]) -> Iterator[SparseVector]:
        return (self._vectors(text).sparse for text in texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(_words(text)) for text in texts]

    def mean_terms(self, texts: Sequence[str]) -> float:
        return sum(self.count_tokens(texts)) / max(1, len(texts))

    def schema(self) -> Schema:
        return Schema(
            dense_model="words",
            sparse_model="words",
            late_model="words",
            dense_dim=DIM,
            late_dim=DIM,
            late_datatype="uint8",
            sparse_idf=True,
        )

    def _vectors(self, text: str) -> Vectors:
        words = _words(text)
        late = np.array([_word_vector(word) for word in words], dtype=np.float32)
        late = late.reshape(-1, DIM)
        dense = late.sum(axis=0)
        dense /= max(float(np.linalg.norm(dense)), 1e-9)
        return Vectors(dense, _counts(words), late, terms=len(words))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


@lru_cache(maxsize=50_000)
def _word_vector(word: str) -> FloatArray:
    drawn = np.random.default_rng(zlib.crc32(word.encode())).standard_normal(DIM)
    centred = drawn - drawn.mean()
    unit: FloatArray = (centred / np.linalg.norm(centred)).astype(np.float32)
    return unit


def _counts(words: Sequence[str]) -> SparseVector:
    found: dict[int, float] = {}
    for position, word in enumerate(words):
        index = zlib.crc32(word.encode())
        # Later words count a little less, so that two texts seldom have equal scores.
        found[index] = found.get(index, 0.0) + 1.0 / (1.0 + 0.01 * position)
    return SparseVector(
        np.fromiter(found.keys(), dtype=np.uint32, count=len(found)),
        np.fromiter(found.values(), dtype=np.float32, count=len(found)),
    )
