"""Quotes with their place, checked against the text they come from."""

from __future__ import annotations

from tercet.generation.quotes import Place, Quotes
from tercet.types import Chunk, Citation, Context, Hit


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


def cite_all(place: Place, context: Context) -> list[Citation]:
    """The citation of a place, and under the same marker those of its passage's twins that have
    the same words."""
    hit = context.hits[place.marker - 1]
    own = cite(place.marker, hit, place.start, place.end)
    twins = context.twins[place.marker - 1] if context.twins else ()
    found = ((twin, Quotes([twin]).find(own.quote)) for twin in twins)
    return [own, *(cite(place.marker, twin, at.start, at.end) for twin, at in found if at)]


def page_at(chunk: Chunk, position: int) -> int | None:
    """The page that holds a position of the document, among those the chunk touches."""
    for page in chunk.pages:
        if page.start <= position < page.end:
            return page.number
    return chunk.page
