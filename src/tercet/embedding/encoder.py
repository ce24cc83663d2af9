"""Three vectors a text: the legs put together behind the `Encoder` port."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np

from tercet.embedding.bm25 import Bm25
from tercet.embedding.onepass import OnePass
from tercet.ports import VectorEncoder
from tercet.ports.embedding import Term
from tercet.types import LEGS, FloatArray, LegName, Schema, SparseVector, Vectors

# What the tokenizer of BM25 takes for a word.
_WORD = re.compile(r"[^\W_]+")
_NO_TERMS = SparseVector(np.empty(0, np.uint32), np.empty(0, np.float32))


class Dims(NamedTuple):
    """What the schema must know of the models beside their names."""

    dense: int
    late: int
    late_datatype: Literal["uint8", "float16"]
    sparse_idf: bool


class ThreeVectorEncoder:
    """An `Encoder`. A leg that is None is served by the model in the package: `dense` and
    `late` from one forward pass, `sparse` by BM25."""

    def __init__(
        self,
        onepass: OnePass,
        bm25: Bm25,
        dims: Dims,
        *,
        dense: VectorEncoder[FloatArray] | None = None,
        sparse: VectorEncoder[SparseVector] | None = None,
        late: VectorEncoder[FloatArray] | None = None,
    ) -> None:
        self._onepass = onepass
        self._bm25 = bm25
        self._dims = dims
        self._dense = dense
        self._sparse = sparse
        self._late = late

    @property
    def avg_terms(self) -> float:
        return self._bm25.avg_terms

    @avg_terms.setter
    def avg_terms(self, value: float) -> None:
        self._bm25.avg_terms = value

    def passages(self, texts: Sequence[str]) -> Iterator[Vectors]:
        pairs = zip(self._pairs(texts), self._sparse_and_terms(texts), strict=True)
        for (dense, late), (sparse, terms) in pairs:
            yield Vectors(dense, sparse, late, terms)

    def query(self, text: str, legs: Collection[LegName] = LEGS) -> Vectors:
        dense, late = self._own_query(text, legs)
        if self._dense and "dense" in legs:
            dense = self._dense.query(text)
        if self._late and "late_interaction" in legs:
            late = self._late.query(text)
        return Vectors(dense, self._sparse_query(text) if "sparse" in legs else _NO_TERMS, late)

    def sparse_passages(self, texts: Sequence[str]) -> Iterator[SparseVector]:
        return (vector for vector, _ in self._sparse_and_terms(texts))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._onepass.count_tokens(texts)

    def token_spans(self, text: str) -> Sequence[tuple[int, int]]:
        """The [start, end) characters of each token of the text, for the chunker."""
        spans: Sequence[tuple[int, int]] = self._onepass.tokenizer.encode(
            text, add_special_tokens=False
        ).offsets
        return spans

    def late_spans(self, text: str) -> Sequence[tuple[int, int]] | None:
        return None if self._late else self.token_spans(text)

    def sparse_terms(self, text: str) -> list[Term] | None:
        if self._sparse:
            return None
        words = list(_WORD.finditer(text))
        # A word is looked up once, however often it stands in the text.
        ids = {word: self._bm25.query(word).indices.tolist() for word in {w[0] for w in words}}
        return [Term(id, word.start(), word.end()) for word in words for id in ids[word[0]]]

    def mean_terms(self, texts: Sequence[str]) -> float:
        return 0.0 if self._sparse else self._bm25.mean_terms(texts)

    def schema(self) -> Schema:
        return Schema(
            dense_model=self._dense.name if self._dense else self._onepass.name,
            sparse_model=self._sparse.name if self._sparse else self._bm25.name,
            late_model=self._late.name if self._late else self._onepass.name,
            dense_dim=self._dims.dense,
            late_dim=self._dims.late,
            late_datatype=self._dims.late_datatype,
            sparse_idf=self._dims.sparse_idf,
        )

    def _own_query(self, text: str, legs: Collection[LegName]) -> tuple[FloatArray, FloatArray]:
        """What the model in the package gives, if a leg asks for it."""
        dense_wanted = not self._dense and "dense" in legs
        late_wanted = not self._late and "late_interaction" in legs
        if dense_wanted or late_wanted:
            return self._onepass.query(text)
        return np.empty(0, np.float32), np.empty((0, self._dims.late), np.float32)

    def _sparse_query(self, text: str) -> SparseVector:
        return self._sparse.query(text) if self._sparse else self._bm25.query(text)

    def _pairs(self, texts: Sequence[str]) -> Iterator[tuple[FloatArray, FloatArray]]:
        if self._dense and self._late:
            yield from zip(self._dense.passages(texts), self._late.passages(texts), strict=True)
            return
        own = list(self._onepass.passages(texts))
        dense = self._dense.passages(texts) if self._dense else (pair[0] for pair in own)
        late = self._late.passages(texts) if self._late else (pair[1] for pair in own)
        yield from zip(dense, late, strict=True)

    def _sparse_and_terms(self, texts: Sequence[str]) -> Iterator[tuple[SparseVector, int]]:
        if self._sparse:
            return ((vector, 0) for vector in self._sparse.passages(texts))
        return self._bm25.passages(texts)
