"""A chunk as the payload of a point, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tercet.store.metadata import dates_of, plain
from tercet.types import Chunk, Page

# Fields of the chunk itself. Any other name in a filter means a metadata key.
BUILTIN: Mapping[str, str] = {
    "document": "keyword",
    "source": "keyword",
    "tenant": "keyword",
    "folders": "keyword",
    "folder": "keyword",
    "index": "integer",
    "page": "integer",
    "digest": "keyword",
    "text": "",
    "title": "",
    "headings": "",
    "total": "",
    "start": "",
    "end": "",
}

NUMBERS = ("index", "page", "total", "start", "end")

_PLAIN = re.compile(r"[\w-]+")

INDEXED: Mapping[str, str] = {name: kind for name, kind in BUILTIN.items() if kind}


def payload_key(field: str) -> str:
    """Where a filter field lies in the payload. Metadata is flat: a dot or a space in the name
    of a field is part of it, and has to be quoted for the engine."""
    return field if field in BUILTIN else f"metadata.{element_key(_name(field))}"


def dates_key(field: str) -> str:
    """Where the dates of a filter field lie in the payload: beside the metadata, because the
    engine takes an index of numbers for one of dates, and the other way round."""
    if field in NUMBERS:
        return "nothing"
    return field if field in BUILTIN else f"dates.{element_key(_name(field))}"


def element_key(name: str) -> str:
    """A key of an object as part of the engine's path to it."""
    return name if _PLAIN.fullmatch(name) else f'"{name}"'


def _name(field: str) -> str:
    return field.removeprefix("metadata.")


def to_payload(chunk: Chunk, terms: int) -> dict[str, Any]:
    """The payload of a chunk; `terms` is its BM25 length. Empty fields are left out."""
    payload: dict[str, Any] = {
        "document": chunk.document,
        "tenant": chunk.tenant,
        "index": chunk.index,
        "total": chunk.total,
        "start": chunk.start,
        "end": chunk.end,
        "text": chunk.text,
        "terms": terms,
        "digest": chunk.digest,
    }
    metadata = plain(chunk.metadata)
    optional: dict[str, Any] = {
        "title": chunk.title,
        "headings": list(chunk.headings),
        "lead": chunk.lead,
        "page": chunk.page,
        "pages": [[page.number, page.start, page.end] for page in chunk.pages],
        "metadata": metadata,
        "dates": dates_of(metadata),
    }
    filled = {key: value for key, value in optional.items() if value}
    return payload | filled | places_payload(chunk.sources or (chunk.source,), chunk.folders)


def places_payload(sources: tuple[str, ...], folders: tuple[str, ...]) -> dict[str, Any]:
    """The fields that say where a document lies: by source, by the keys of all that holds it,
    and by the bare names of these."""
    names = dict.fromkeys(key.rstrip("/").rpartition("/")[2] for key in folders)
    return {
        "source": list(sources),
        "folders": list(folders),
        "folder": [name for name in names if name],
    }


def from_payload(payload: Mapping[str, Any]) -> Chunk:
    """The chunk whose payload this is."""
    sources = tuple(payload["source"])
    return Chunk(
        text=payload["text"],
        start=payload["start"],
        end=payload["end"],
        index=payload["index"],
        total=payload["total"],
        headings=tuple(payload.get("headings", ())),
        pages=tuple(Page(*page) for page in payload.get("pages", ())),
        document=payload["document"],
        source=sources[0],
        title=payload.get("title", ""),
        metadata=payload.get("metadata", {}),
        tenant=payload.get("tenant", ""),
        folders=tuple(payload.get("folders", ())),
        sources=sources,
        lead=payload.get("lead", ""),
    )
