"""What makes vectors of texts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple, Protocol, TypeVar, runtime_checkable

from tercet.types import LEGS, LegName, Schema, SparseVector, Vectors

VectorT = TypeVar("VectorT", covariant=True)


class VectorEncoder(Protocol[VectorT]):
    """Makes one kind of vector; queries and passages are embedded by two methods."""

    name: str

    def passages(self, texts: Sequence[str]) -> Iterator[VectorT]:
        """One vector a text, in the order of the texts."""
        ...

    def query(self, text: str) -> VectorT: ...


class Encoder(Protocol):
    """Makes all three vectors of a text. `avg_terms` is the mean BM25 length it weighs with;
    0 means the sparse model's own default."""

    avg_terms: float

    def passages(self, texts: Sequence[str]) -> Iterator[Vectors]:
        """One `Vectors` a text, in order. No text is cut: long ones are embedded whole."""
        ...

    def query(self, text: str, legs: Collection[LegName] = LEGS) -> Vectors:
        """The vectors of a query. Those of other legs than `legs` may come back empty, and
        the models behind them need not run."""
        ...

    def sparse_passages(self, texts: Sequence[str]) -> Iterator[SparseVector]:
        """Only the sparse vectors, with the present mean length (no model is run)."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens not counted."""
        ...

    def mean_terms(self, texts: Sequence[str]) -> float:
        """The mean BM25 length of the texts; 0 if the sparse model does not use one."""
        ...

    def schema(self) -> Schema:
        """The part of the schema that the models decide."""
        ...


class Term(NamedTuple):
    """A word of a text at [start, end), and the sparse vector's id of it."""

    id: int
    start: int
    end: int


@runtime_checkable
class Spelling(Protocol):
    """An encoder that tells which words of a text its vectors stand for."""

    def late_spans(self, text: str) -> Sequence[tuple[int, int]] | None:
        """The [start, end) characters of each late-interaction row of the text, in order; None
        if the model does not tell."""
        ...

    def sparse_terms(self, text: str) -> list[Term] | None:
        """The words of the text that have a place in its sparse vector; None if the model does
        not tell."""
        ...
