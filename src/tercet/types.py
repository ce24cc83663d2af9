"""The frozen records that travel between the rooms.

Ingest: file -> Document -> Chunk -> Vectors -> store.
Ask: text -> Query -> Hit -> Context -> Answer with Citations.

Offsets are counts of Unicode code points into `Document.text`; `text[start:end]` is always
the quoted text, to the letter. Nothing here does I/O or imports another room.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float32]
Scalar: TypeAlias = str | int | float | bool
MetadataValue: TypeAlias = Scalar | list[Scalar]
Metadata: TypeAlias = Mapping[str, MetadataValue]
LegName: TypeAlias = Literal["dense", "sparse", "late_interaction"]
Mode: TypeAlias = Literal["fused", "hybrid", "rerank", "dense", "sparse", "late"]

LEGS: tuple[LegName, ...] = ("dense", "sparse", "late_interaction")
MODES: tuple[Mode, ...] = ("fused", "hybrid", "rerank", "dense", "sparse", "late")

_NAMESPACE = uuid.UUID("7b0cf3c4-5d0f-5b0c-9f5e-1c6a2f0e7ce7")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document: its 1-based number and the characters [start, end) on it."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: level 1 (outermost) to 6, its text, and where it begins in the document."""

    level: int
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Document:
    """The text of one source with what is known of its structure.

    `source` is what a person recognises (a path or URL). `key` identifies the document
    whatever the working directory (an absolute path); it defaults to `source`. `folders` are
    the folders that hold it, outermost first. `fingerprint` changes when the content does.
    """

    text: str
    source: str
    title: str = ""
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()
    metadata: Metadata = field(default_factory=dict)
    key: str = ""
    folders: tuple[str, ...] = ()
    fingerprint: str = ""

    def id(self, tenant: str = "") -> str:
        """The UUID of this document for `tenant`: the same key always gives the same id."""
        return document_id(self.key or self.source, tenant)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of a document: `document.text[start:end] == text`.

    `index` counts from 0 to `total` - 1. `headings` is the path of headings above the passage,
    outermost first; `pages` are the pages it touches, clipped to [start, end).
    """

    text: str
    start: int
    end: int
    index: int = 0
    total: int = 1
    headings: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()
    document: str = ""
    source: str = ""
    title: str = ""
    metadata: Metadata = field(default_factory=dict)
    tenant: str = ""
    folders: tuple[str, ...] = ()
    fingerprint: str = ""

    @property
    def id(self) -> str:
        """The UUID of the point that holds this chunk: document and position decide it."""
        return chunk_id(self.document, self.index)

    @property
    def page(self) -> int | None:
        """The number of the page on which the chunk begins, or None without pages."""
        return self.pages[0].number if self.pages else None

    @property
    def passage(self) -> str:
        """What is embedded: title and heading path, then the text. Only the text is stored."""
        return embedded_passage(self.title, self.headings, self.text)


def document_id(key: str, tenant: str = "") -> str:
    """The UUID of the document identified by `key` for `tenant`."""
    return str(uuid.uuid5(_NAMESPACE, f"{tenant}\x00{key}"))


def chunk_id(document: str, index: int) -> str:
    """The UUID of chunk number `index` of the document with the id `document`."""
    return str(uuid.uuid5(_NAMESPACE, f"{document}\x00{index}"))


def embedded_passage(title: str, headings: tuple[str, ...], text: str) -> str:
    """Title and heading path on a line of their own before the text, without repeats."""
    labels = dict.fromkeys(label for label in (title, *headings) if label)
    return f"{' > '.join(labels)}\n{text}" if labels else text


@dataclass(frozen=True, slots=True)
class SparseVector:
    """Term ids and weights, of equal length; ids are unique."""

    indices: NDArray[np.uint32]
    values: FloatArray


@dataclass(frozen=True, slots=True)
class Vectors:
    """The three vectors of a text: dense [d], sparse, and one late-interaction row a token
    [tokens, d'], rows of unit length. `terms` is the number of BM25 terms (0 if not counted).
    """

    dense: FloatArray
    sparse: SparseVector
    late: FloatArray
    terms: int = 0


# --- Filters -----------------------------------------------------------------------------


class Interval(NamedTuple):
    """Bounds of a range; None leaves a side open. Numbers, or dates as ISO 8601 text."""

    gte: float | str | None = None
    gt: float | str | None = None
    lte: float | str | None = None
    lt: float | str | None = None


@dataclass(frozen=True, slots=True)
class Equals:
    """The field has one of the values (a list field: one of its elements has)."""

    field: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """The field (one of its elements, if it is a list) lies in the interval."""

    field: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Filter


Filter: TypeAlias = Equals | Range | And | Or | Not

# --- Search ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leg:
    """Nearest points by one named vector, among all or among the `prefetch` results."""

    using: LegName
    limit: int
    prefetch: tuple[Plan, ...] = ()


@dataclass(frozen=True, slots=True)
class Fuse:
    """The prefetched lists made one: `dbsf` (distribution-based scores) or `rrf` (ranks)."""

    method: Literal["dbsf", "rrf"]
    limit: int
    prefetch: tuple[Plan, ...]


Plan: TypeAlias = Leg | Fuse


@dataclass(frozen=True, slots=True)
class Search:
    """One engine call: a plan, the vectors it uses, and the filter every leg obeys."""

    plan: Plan
    vectors: Vectors
    filter: Filter | None = None


@dataclass(frozen=True, slots=True)
class LegScore:
    """A hit's standing in one leg: raw score and 1-based rank."""

    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of the index.

    `limit` hits come back; each leg contributes `prefetch_limit` candidates. `tenant` ""
    is the shared tenant. With `explain`, hits carry their standing in each leg.
    """

    text: str
    mode: Mode = "fused"
    limit: int = 10
    prefetch_limit: int = 50
    filter: Filter | None = None
    tenant: str = ""
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found, its score in the mode asked for, and its standing in the legs."""

    chunk: Chunk
    score: float
    legs: Mapping[str, LegScore] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.chunk.id

    @property
    def source(self) -> str:
        return self.chunk.source

    @property
    def text(self) -> str:
        return self.chunk.text

    @property
    def page(self) -> int | None:
        return self.chunk.page


class Found(NamedTuple):
    """The hits of a query, best first, and the milliseconds each stage took."""

    hits: list[Hit]
    ms: Mapping[str, float]


# --- Answers -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Context:
    """The hits that fit the budget, in the order shown to the writer: hit i is marked [i+1].

    `dropped` counts the hits that did not fit.
    """

    hits: tuple[Hit, ...]
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote that stands at [start, end) of the source's text; `verified` says it was found
    there to the letter."""

    marker: int
    source: str
    quote: str
    start: int
    end: int
    page: int | None = None
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens a model was sent and wrote; zeros where no model was called."""

    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """What a generator returns: the text, whether it abstained, its citations and usage."""

    text: str
    abstained: bool
    citations: tuple[Citation, ...] = ()
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question, its proof, and what it was made from. `ms` is by stage."""

    question: str
    text: str
    abstained: bool
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    usage: Usage = Usage()
    cost: float | None = None
    ms: Mapping[str, float] = field(default_factory=dict)


# --- The index ---------------------------------------------------------------------------


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


JsonObject: TypeAlias = dict[str, Any]
