"""What a chunk knows of its document beside its text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from tercet.chunking.leads import Leads
from tercet.types import Chunk, Document, Heading, Page


def make_chunks(document: Document, spans: Iterable[tuple[int, int]]) -> list[Chunk]:
    """The chunks at the spans [start, end), with index, total, heading path, pages and lead.

    Path and lead are those of the first character that is no white space.
    """
    cuts = list(spans)
    letters = [_first_letter(document.text, start, end) for start, end in cuts]
    leads = Leads(document.text)
    starts = [heading.start for heading in document.headings]
    return [
        Chunk(
            text=document.text[start:end],
            start=start,
            end=end,
            index=index,
            total=len(cuts),
            headings=_path(document.headings, starts, letters[index]),
            pages=clipped_pages(document.pages, start, end),
            source=document.source,
            title=document.title,
            metadata=document.metadata,
            folders=document.folders,
            sources=(document.source,),
            lead=leads.at(letters[index]),
        )
        for index, (start, end) in enumerate(cuts)
    ]


def clipped_pages(pages: Sequence[Page], start: int, end: int) -> tuple[Page, ...]:
    """The parts of the pages that lie in [start, end); pages are in order."""
    begin = max(0, bisect_right(pages, start, key=lambda page: page.start) - 1)
    found: list[Page] = []
    for page in pages[begin:]:
        if page.start >= end:
            break
        first, last = max(page.start, start), min(page.end, end)
        if first < last:
            found.append(Page(page.number, first, last))
    return tuple(found)


def _path(headings: Sequence[Heading], starts: Sequence[int], position: int) -> tuple[str, ...]:
    """The headings above a position, outermost first: each of a lower level than the next."""
    path: list[Heading] = []
    for heading in reversed(headings[: bisect_right(starts, position)]):
        if not path or heading.level < path[-1].level:
            path.append(heading)
        if path[-1].level == 1:
            break
    return tuple(heading.text for heading in reversed(path))


def _first_letter(text: str, start: int, end: int) -> int:
    body = text[start:end]
    return start + len(body) - len(body.lstrip())
