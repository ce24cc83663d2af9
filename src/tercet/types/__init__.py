"""The frozen records that travel between the rooms.

Ingest: file -> Document -> Chunk -> Vectors -> store.
Ask: text -> Query -> Hit -> Context -> Answer with Citations.

Offsets are counts of Unicode code points into `Document.text`; `text[start:end]` is always
the quoted text, to the letter. Nothing here does I/O or imports another room.
"""

from __future__ import annotations

from tercet.types.answers import Answer, Citation, Completion, Context, Draft, Usage
from tercet.types.documents import (
    Chunk,
    Document,
    Heading,
    Metadata,
    MetadataValue,
    Page,
    Scalar,
    chunk_id,
    embedded_passage,
)
from tercet.types.filters import And, Equals, Filter, Interval, Not, Or, Range
from tercet.types.index import IngestProgress, IngestReport, Problem, Schema
from tercet.types.search import (
    MODES,
    RRF_K,
    WINDOWS,
    Explanation,
    Found,
    Fuse,
    Fusion,
    FusionMethod,
    Hit,
    Leg,
    LegScore,
    Mode,
    Plan,
    Query,
    Recency,
    Search,
    Share,
    TermMatch,
    TokenMatch,
    Window,
)
from tercet.types.sources import (
    DocumentInfo,
    Reading,
    SourceFile,
    Totals,
    content_of,
    document_id,
    is_url,
)
from tercet.types.vectors import LEGS, FloatArray, LegName, SparseVector, Vectors

__all__ = [
    "And",
    "Answer",
    "Chunk",
    "Citation",
    "Completion",
    "Context",
    "Document",
    "DocumentInfo",
    "Draft",
    "Equals",
    "Explanation",
    "Filter",
    "FloatArray",
    "Found",
    "Fuse",
    "Fusion",
    "FusionMethod",
    "Heading",
    "Hit",
    "IngestProgress",
    "IngestReport",
    "Interval",
    "LEGS",
    "Leg",
    "LegName",
    "LegScore",
    "MODES",
    "Metadata",
    "MetadataValue",
    "Mode",
    "Not",
    "Or",
    "Page",
    "Plan",
    "Problem",
    "Query",
    "RRF_K",
    "Range",
    "Reading",
    "Recency",
    "Scalar",
    "Schema",
    "Search",
    "Share",
    "SourceFile",
    "SparseVector",
    "TermMatch",
    "TokenMatch",
    "Totals",
    "Usage",
    "Vectors",
    "WINDOWS",
    "Window",
    "chunk_id",
    "content_of",
    "document_id",
    "embedded_passage",
    "is_url",
]
