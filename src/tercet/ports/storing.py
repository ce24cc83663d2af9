"""What keeps chunks and what is known of sources."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from tercet.types import (
    LEGS,
    Chunk,
    DocumentInfo,
    Filter,
    Hit,
    LegName,
    Schema,
    Search,
    SparseVector,
    Totals,
    Vectors,
)


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

    def vectors(self, ids: Sequence[str], legs: Collection[LegName] = LEGS) -> dict[str, Vectors]:
        """The vectors of chunks by id. Those of other legs than `legs` come back empty; the late
        ones take the longest to read. Ids that are not there are left out."""
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
