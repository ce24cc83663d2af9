"""What each room offers the others: small Protocols, implemented once or more per room."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Protocol, TypeVar

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
    Problem,
    Reading,
    Schema,
    Search,
    SourceFile,
    SparseVector,
    Totals,
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


class Unpacker(Protocol):
    """Reads a format that holds other documents: an archive, a mail with attachments."""

    def __call__(self, path: Path, source: str, spool: Spool) -> Document | None:
        """Puts each member into the spool; the text that is the container's own, or None.

        Raises a `LoadError` when the container cannot be read, or holds more than the spool
        takes.
        """
        ...


class Spool(Protocol):
    """Takes the members of a container as files, within limits."""

    def add(
        self, name: str, content: bytes | IO[bytes] | Iterable[bytes], modified: float = 0.0
    ) -> object:
        """Keep a member under its name, with the time of its last change in seconds since 1970
        (0: not known). Raises a `LoadError` when it is too much."""
        ...


class FileReader(Protocol):
    """Reads files, several at a time, each within limits."""

    def __call__(
        self,
        files: Iterable[SourceFile | Problem],
        known: Callable[[SourceFile], list[Reading] | None],
    ) -> Iterator[Reading]:
        """One reading a file, in order, each after those of its members. `known` is asked before
        a file is read, and may answer for it."""
        ...

    def is_current(self, read_by: str) -> bool:
        """Whether a file that was read by this stamp (`Reading.reader`) would give the same."""
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

    def embedded(self, filter: Filter) -> Iterator[tuple[Chunk, Vectors]]:
        """The chunks that match, with their vectors but the sparse one, which comes empty.
        Put in again, these vectors are what they were."""
        ...

    def set_places(self, document: str, sources: Sequence[str], folders: Sequence[str]) -> None:
        """Say where a document lies: all its sources, and the keys of all that holds them."""
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


class Ledger(Protocol):
    """What the index knows of every source of one tenant; kept with the index. Calls may come
    from several threads."""

    def get(self, key: str) -> DocumentInfo | None: ...

    def named(self, name: str) -> list[DocumentInfo]:
        """The entries whose source, key or document id is `name`."""
        ...

    def of_document(self, document: str) -> list[DocumentInfo]:
        """All sources whose text this document is, by key."""
        ...

    def of_content(self, content: str) -> list[DocumentInfo]:
        """All sources that were read with this fingerprint, by key."""
        ...

    def below(self, key: str) -> Iterator[DocumentInfo]:
        """The source `key` itself, and all that lie in it (a folder or container), by key."""
        ...

    def entries(self, since: str = "") -> Iterator[DocumentInfo]:
        """All entries, or those read since a time (ISO, UTC), by source."""
        ...

    def put(self, entry: DocumentInfo) -> None:
        """Write an entry: its document is whole, and no longer `unfinished`. When it takes the
        place of an entry with another document, that one becomes unfinished, unless other
        sources have it."""
        ...

    def remove(self, key: str) -> None:
        """Remove an entry; its document becomes unfinished, unless other sources have it."""
        ...

    def begin(self, documents: Collection[str]) -> None:
        """Note that chunks of these documents are about to be written."""
        ...

    def batch(self) -> AbstractContextManager[None]:
        """Makes all changes inside one change, where the ledger can."""
        ...

    def unfinished(self) -> list[str]:
        """Documents that may have chunks in the store that no entry vouches for, and that no
        other process is writing."""
        ...

    def forget(self, document: str) -> None:
        """Note that no chunk of an unfinished document is left."""
        ...

    def totals(self) -> Totals:
        """The sums over all tenants, each document counted once."""
        ...

    def close(self) -> None: ...


class Reranker(Protocol):
    """Orders hits anew."""

    def __call__(self, query: str, hits: Sequence[Hit]) -> list[Hit]: ...


class Generator(Protocol):
    """Writes an answer from a context. `depth` is how many hits it wants to choose from, if
    that is more than are asked for."""

    name: str
    depth: int

    def __call__(self, question: str, context: Context) -> Draft:
        """A draft whose every citation quotes a hit of the context.

        Raises `GenerationError` when the model cannot be reached or refuses.
        """
        ...


class Progress(Protocol):
    """Follows an ingest. The library calls it; a door draws it."""

    def __call__(self, progress: IngestProgress) -> None: ...
