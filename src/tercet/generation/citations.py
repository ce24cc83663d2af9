"""Quotes with their place, checked against the text they come from."""

from __future__ import annotations

from tercet.types import Chunk, Citation, Hit


def cite(marker: int, hit: Hit, start: int, end: int) -> Citation:
    """The citation of `hit.text[start:end]`: offsets into the document, the page it begins on.

    It is verified by construction: the quote is cut from the stored text.
    """
    chunk = hit.chunk
    return Citation(
        marker=marker,
        source=chunk.source,
        quote=chunk.text[start:end],
        start=chunk.start + start,
        end=chunk.start + end,
        page=page_at(chunk, chunk.start + start),
        verified=True,
    )


def page_at(chunk: Chunk, position: int) -> int | None:
    """The page that holds a position of the document, among those the chunk touches."""
    for page in chunk.pages:
        if page.start <= position < page.end:
            return page.number
    return chunk.page
