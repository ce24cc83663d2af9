"""How much text a hit brings: its chunk, its neighbours too, or its section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from tercet.ports import Store
from tercet.types import And, Chunk, Equals, Filter, Hit, Interval, Or, Page, Range, Window

# Characters of a section, about 1,000 tokens: three of them fit `context_tokens`.
SECTION = 4000
# Chunks on each side of a hit that are looked at for its section.
REACH = 12

Chunks = Mapping[int, Chunk]  # the chunks of a document that are at hand, by index


class Span(NamedTuple):
    """Chunks of a document, from the index `first` to `last`, and the place in the list of the
    best hit among them."""

    document: str
    first: int
    last: int
    place: int


def widened(hits: Sequence[Hit], window: Window, store: Store) -> list[Hit]:
    """The hits with the text of their window; one walk through the store for all of them.

    - `chunk`: as they are.
    - `neighbours`: the chunks before and after too.
    - `section`: the chunks around whose heading path begins with the hit's own, without a gap, up
      to `SECTION` characters and `REACH` chunks to either side; of a longer section, the part
      around the hit.

    `text` remains the document's text at [start, end), and `pages` the pages it touches; id, index,
    heading path and score are the hit's. Hits whose windows share a chunk become one, that of the
    best, unless it were longer than two sections; so fewer may come back. A window is context: the
    query's filter does not hold for it.
    """
    if window == "chunk" or not hits:
        return list(hits)
    known = _around(hits, 1 if window == "neighbours" else REACH, store)
    spans = [_span(place, hit, known[hit.chunk.document], window) for place, hit in enumerate(hits)]
    shown = sorted(_merged(spans, known), key=lambda span: span.place)
    return [_hit(hits[span.place], span, known[span.document]) for span in shown]


def _around(hits: Sequence[Hit], reach: int, store: Store) -> dict[str, dict[int, Chunk]]:
    """The chunks up to `reach` before and after each hit, by document and index."""
    known: dict[str, dict[int, Chunk]] = {}
    for hit in hits:
        known.setdefault(hit.chunk.document, {})[hit.chunk.index] = hit.chunk
    for chunk in store.chunks(Or(tuple(_near(hit.chunk, reach) for hit in hits))):
        known[chunk.document].setdefault(chunk.index, chunk)
    return known


def _near(chunk: Chunk, reach: int) -> Filter:
    interval = Interval(gte=max(0, chunk.index - reach), lte=chunk.index + reach)
    return And((Equals("document", (chunk.document,)), Range("index", interval)))


def _span(place: int, hit: Hit, chunks: Chunks, window: Window) -> Span:
    first, last = (_neighbours if window == "neighbours" else _section)(hit.chunk, chunks)
    return Span(hit.chunk.document, first, last, place)


def _neighbours(chunk: Chunk, chunks: Chunks) -> tuple[int, int]:
    first, last = chunk.index - 1, chunk.index + 1
    return (
        first if _joins(chunks.get(first), chunk) else chunk.index,
        last if _joins(chunk, chunks.get(last)) else chunk.index,
    )


def _section(hit: Chunk, chunks: Chunks) -> tuple[int, int]:
    """Grown on the side that has less so far, until the section or the budget ends."""
    first = last = hit
    before, after = _up_to(hit, chunks, -1), _up_to(hit, chunks, 1)
    while before or after:
        back = bool(before) and (not after or hit.start - first.start <= last.end - hit.end)
        new = before.pop() if back else after.pop()
        start, end = min(first.start, new.start), max(last.end, new.end)
        if end - start > SECTION:
            (before if back else after).clear()
        elif back:
            first = new
        else:
            last = new
    return first.index, last.index


def _up_to(hit: Chunk, chunks: Chunks, step: int) -> list[Chunk]:
    """The chunks of the hit's section in one direction, the nearest last."""
    found: list[Chunk] = []
    at = hit
    while (new := chunks.get(at.index + step)) is not None:
        ends = (at, new) if step > 0 else (new, at)
        if not _joins(*ends) or new.headings[: len(hit.headings)] != hit.headings:
            break
        found.append(new)
        at = new
    return found[::-1]


def _joins(left: Chunk | None, right: Chunk | None) -> bool:
    """Whether both are there, and no text is missing between them."""
    return left is not None and right is not None and right.start <= left.end


def _merged(spans: Sequence[Span], known: Mapping[str, Chunks]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and (both := _both(merged[-1], span, known)):
            merged[-1] = both
        else:
            merged.append(span)
    return merged


def _both(left: Span, right: Span, known: Mapping[str, Chunks]) -> Span | None:
    """One span for two that share a chunk, if it is not too long."""
    if left.document != right.document or right.first > left.last:
        return None
    chunks, last = known[left.document], max(left.last, right.last)
    if last > left.last and chunks[last].end - chunks[left.first].start > 2 * SECTION:
        return None
    return Span(left.document, left.first, last, min(left.place, right.place))


def _hit(hit: Hit, span: Span, chunks: Chunks) -> Hit:
    parts = [chunks[index] for index in range(span.first, span.last + 1)]
    text, end = "", parts[0].start
    for part in parts:
        text += part.text[end - part.start :]
        end = max(end, part.end)
    chunk = replace(
        hit.chunk,
        text=text,
        start=parts[0].start,
        end=end,
        pages=_pages(parts),
        lead=parts[0].lead,
    )
    return replace(hit, chunk=chunk)


def _pages(parts: Sequence[Chunk]) -> tuple[Page, ...]:
    """The pages of all parts; what a page has of each is joined."""
    found: dict[int, Page] = {}
    for page in (page for part in parts for page in part.pages):
        start = found.get(page.number, page).start
        found[page.number] = Page(page.number, start, page.end)
    return tuple(found.values())
