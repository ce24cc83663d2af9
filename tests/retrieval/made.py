"""Hits made by hand."""

from __future__ import annotations

from tercet.types import Chunk, Hit, Metadata


def made(
    document: str, score: float, *, index: int = 0, text: str = "", metadata: Metadata | None = None
) -> Hit:
    """A hit of a chunk of a document, named by it."""
    body = text or f"{document} {index}"
    chunk = Chunk(
        body,
        0,
        len(body),
        index=index,
        document=document,
        source=document,
        metadata=metadata or {},
    )
    return Hit(chunk, score)


def names(hits: list[Hit]) -> list[str]:
    return [hit.source for hit in hits]
