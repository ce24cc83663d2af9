"""A chunk as the payload of a point, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tercet.types import Chunk, DocumentInfo, Page

# Fields of the chunk itself. Any other name in a filter means a metadata key.
BUILTIN: Mapping[str, str] = {
    "document": "keyword",
    "source": "keyword",
    "tenant": "keyword",
    "folders": "keyword",
    "fingerprint": "keyword",
    "index": "integer",
    "page": "integer",
    "title": "",
    "headings": "",
    "total": "",
    "start": "",
    "end": "",
}

INDEXED: Mapping[str, str] = {name: kind for name, kind in BUILTIN.items() if kind}

DOCUMENT_FIELDS = ["document", "source", "title", "total", "fingerprint", "metadata"]


def payload_key(field: str) -> str:
    """Where a filter field lies in the payload."""
    if field in BUILTIN or field.startswith("metadata."):
        return field
    return f"metadata.{field}"


def to_payload(chunk: Chunk, terms: int) -> dict[str, Any]:
    """The payload of a chunk; `terms` is its BM25 length. Empty fields are left out."""
    payload: dict[str, Any] = {
        "document": chunk.document,
        "source": chunk.source,
        "tenant": chunk.tenant,
        "index": chunk.index,
        "total": chunk.total,
        "start": chunk.start,
        "end": chunk.end,
        "text": chunk.text,
        "terms": terms,
    }
    optional: dict[str, Any] = {
        "title": chunk.title,
        "headings": list(chunk.headings),
        "page": chunk.page,
        "pages": [[page.number, page.start, page.end] for page in chunk.pages],
        "folders": list(chunk.folders),
        "fingerprint": chunk.fingerprint,
        "metadata": dict(chunk.metadata),
    }
    return payload | {key: value for key, value in optional.items() if value}


def from_payload(payload: Mapping[str, Any]) -> Chunk:
    """The chunk whose payload this is."""
    return Chunk(
        text=payload["text"],
        start=payload["start"],
        end=payload["end"],
        index=payload["index"],
        total=payload["total"],
        headings=tuple(payload.get("headings", ())),
        pages=tuple(Page(*page) for page in payload.get("pages", ())),
        document=payload["document"],
        source=payload["source"],
        title=payload.get("title", ""),
        metadata=payload.get("metadata", {}),
        tenant=payload.get("tenant", ""),
        folders=tuple(payload.get("folders", ())),
        fingerprint=payload.get("fingerprint", ""),
    )


def document_info(payload: Mapping[str, Any], chunks: int) -> DocumentInfo:
    """The document that one of its chunks belongs to; `chunks` of them are in the index."""
    return DocumentInfo(
        id=payload["document"],
        source=payload["source"],
        title=payload.get("title", ""),
        chunks=chunks,
        total=payload["total"],
        fingerprint=payload.get("fingerprint", ""),
        metadata=payload.get("metadata", {}),
    )
