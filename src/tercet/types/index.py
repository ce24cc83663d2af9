"""What an index was made with, what it holds, and what an ingest did to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tercet.types.documents import Metadata


@dataclass(frozen=True, slots=True)
class Schema:
    """What an index was made with; compared at every open (see `store.schema`).

    `late_datatype` "uint8" stores zero-sum token vectors in bytes; "float16" any others.
    `avg_terms` is the mean BM25 length the sparse weights were made with, 0 before ingest.
    """

    dense_model: str
    sparse_model: str
    late_model: str
    dense_dim: int
    late_dim: int
    late_datatype: Literal["uint8", "float16"]
    sparse_idf: bool
    chunker: str = ""
    avg_terms: float = 0.0
    version: int = 1


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What the index holds of a document: `chunks` are there, `total` make it complete."""

    id: str
    source: str
    title: str
    chunks: int
    total: int
    fingerprint: str
    metadata: Metadata = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """A source that could not be read: what happened and what to do."""

    source: str
    reason: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """How far an ingest is: documents read of those known (None: not known), chunks written,
    and the document being read."""

    documents: int
    total: int | None
    chunks: int
    current: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did: counts of documents by outcome, chunks written, problems, seconds.

    `dry_run` says that nothing was written and the counts are what would happen.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    chunks: int = 0
    seconds: float = 0.0
    problems: tuple[Problem, ...] = ()
    dry_run: bool = False

    @property
    def documents(self) -> int:
        """Documents now searchable because of, or confirmed by, this run."""
        return self.added + self.updated + self.unchanged
