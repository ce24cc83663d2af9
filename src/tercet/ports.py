"""What each room offers the others: small Protocols, implemented once or more per room."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from tercet.types import (
    LEGS,
    Chunk,
    Context,
    Document,
    DocumentInfo,
    Draft,
    Filter,
    Hit,
    IngestProgress,
    LegName,
    Schema,
    Search,
    SparseVector,
    Vectors,
)

VectorT = TypeVar("VectorT", covariant=True)


class Loader(Protocol):
    """Reads one family of formats."""

    def __call__(self, path: Path, source: str) -> Document:
        """The document in `path`, to be known as `source`.

        Raises a `LoadError` when the file cannot be read or holds no text.
        """
        ...


class Chunker(Protocol):
    """Cuts a document into chunks that cover its text; `name` identifies cut and settings."""

    name: str

    def __call__(self, document: Document) -> list[Chunk]: ...


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


class Store(Protocol):
    """Chunks and their vectors, durable, searchable. Not safe for use from several threads at
    once unless the implementation says so."""

    @property
    def schema(self) -> Schema:
        """The record of what the index was made with."""
        ...

    def set_avg_terms(self, avg_terms: float) -> None:
        """Change the mean BM25 length in the schema record."""
        ...

    def upsert(self, chunks: Sequence[Chunk], vectors: Sequence[Vectors]) -> None:
        """Write the chunks; on return they survive a crash. The same chunk is written once."""
        ...

    def update_sparse(self, ids: Sequence[str], vectors: Sequence[SparseVector]) -> None:
        """Replace the sparse vectors of existing points."""
        ...

    def delete(self, filter: Filter) -> None:
        """Remove all chunks that match."""
        ...

    def count(self, filter: Filter | None = None) -> int: ...

    def facet(self, field: str, limit: int = 100, filter: Filter | None = None) -> dict[str, int]:
        """Values of a keyword field and how many chunks have each, most first."""
        ...

    def search(self, searches: Sequence[Search]) -> list[list[Hit]]:
        """The hits of each search, best first, in one engine call for all."""
        ...

    def chunks(self, filter: Filter | None = None) -> Iterator[Chunk]:
        """All chunks that match, in no particular order."""
        ...

    def sample_terms(self, size: int) -> list[int]:
        """BM25 lengths of up to `size` chunks drawn at random."""
        ...

    def document(self, document: str) -> DocumentInfo | None:
        """The document with that id, or None. `chunks` counts the points really there."""
        ...

    def documents(self, filter: Filter | None = None) -> list[DocumentInfo]:
        """All documents, sorted by source."""
        ...

    def index_fields(self, fields: Mapping[str, str]) -> None:
        """Make payload indexes: field name to `keyword`, `integer`, `float`, `bool` or
        `datetime`. Existing ones are left alone."""
        ...

    def optimize(self) -> None:
        """Merge segments and build indexes; returns when done."""
        ...

    def close(self) -> None:
        """Release the index. A second call does nothing."""
        ...


class Reranker(Protocol):
    """Orders hits anew."""

    def __call__(self, query: str, hits: Sequence[Hit]) -> list[Hit]: ...


class Generator(Protocol):
    """Writes an answer from a context."""

    name: str

    def __call__(self, question: str, context: Context) -> Draft:
        """A draft whose every citation quotes a hit of the context.

        Raises `GenerationError` when the model cannot be reached or refuses.
        """
        ...


class Progress(Protocol):
    """Follows an ingest. The library calls it; a door draws it."""

    def __call__(self, progress: IngestProgress) -> None: ...
