"""Windows: the document's own text around a hit, to the letter."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tercet
from tercet.chunking import CharacterChunker
from tercet.chunking.context import clipped_pages
from tercet.ports import Store
from tercet.retrieval.windows import REACH, SECTION, widened
from tercet.types import Chunk, Document, Filter, Heading, Hit, Page, Window


class Shelf:
    """The chunks of one document; counts the walks through them."""

    def __init__(self, chunks: list[Chunk]) -> None:
        self._chunks = chunks
        self.walks = 0

    def chunks(self, filter: Filter | None = None) -> Iterator[Chunk]:
        self.walks += 1
        return iter(self._chunks)


def widen(hits: list[Hit], window: Window, shelf: Shelf) -> list[Hit]:
    store: Store = shelf  # type: ignore[assignment] - no more of a store is asked for
    return widened(hits, window, store)


def cut(text: str, size: int, overlap: int, *headings: Heading, pages: int = 0) -> list[Chunk]:
    """The chunks of a document named `d`, by number of characters."""
    bounds = [len(text) * n // pages for n in range(pages + 1)] if pages else []
    spans = itertools.pairwise(bounds)
    document = Document(
        text=text,
        source="d",
        headings=headings,
        pages=tuple(Page(n, start, end) for n, (start, end) in enumerate(spans, start=1)),
    )
    return [replace(chunk, document="d") for chunk in CharacterChunker(size, overlap)(document)]


def hits_at(chunks: list[Chunk], places: list[int]) -> list[Hit]:
    return [Hit(chunks[place], 1.0 - 0.01 * rank) for rank, place in enumerate(places)]


LONG = " ".join(f"word{number}" for number in range(2000))

cuts = st.tuples(st.integers(20, 900), st.integers(0, 19))


@settings(max_examples=60, deadline=None)
@given(st.data(), cuts, st.sampled_from(["neighbours", "section"]))
def test_a_window_is_the_document_s_text(
    data: st.DataObject, size: tuple[int, int], window: Window
) -> None:
    text = LONG[: data.draw(st.integers(200, len(LONG)))]
    chunks = cut(text, *size, pages=7)
    place = st.integers(0, len(chunks) - 1)
    places = data.draw(st.lists(place, min_size=1, max_size=6, unique=True))
    document = Document(text=text, source="d", pages=clipped_pages(_pages(text), 0, len(text)))
    shown = widen(hits_at(chunks, places), window, Shelf(chunks))
    for hit in shown:
        assert text[hit.chunk.start : hit.chunk.end] == hit.text
        assert hit.chunk.pages == clipped_pages(document.pages, hit.chunk.start, hit.chunk.end)
    # What was found is all there, best first, each with its own id and score.
    found = [chunks[place] for place in places]
    assert all(
        any(hit.chunk.start <= chunk.start and chunk.end <= hit.chunk.end for hit in shown)
        for chunk in found
    )
    assert [hit.score for hit in shown] == sorted((hit.score for hit in shown), reverse=True)
    assert {(hit.id, hit.score) for hit in shown} <= {
        (hit.id, hit.score) for hit in hits_at(chunks, places)
    }


def _pages(text: str) -> list[Page]:
    bounds = [len(text) * n // 7 for n in range(8)]
    return [Page(n, bounds[n - 1], bounds[n]) for n in range(1, 8)]


def test_chunk_is_the_hit_as_it_is_without_a_walk() -> None:
    chunks = cut(LONG, 500, 50)
    shelf = Shelf(chunks)
    hits = hits_at(chunks, [3, 9])
    assert widen(hits, "chunk", shelf) == hits
    assert shelf.walks == 0


def test_neighbours_are_one_on_each_side_and_one_walk() -> None:
    chunks = cut(LONG, 500, 50)
    shelf = Shelf(chunks)
    first, middle, last = widen(hits_at(chunks, [0, 9, len(chunks) - 1]), "neighbours", shelf)
    assert (first.chunk.start, first.chunk.end) == (0, chunks[1].end)
    assert (middle.chunk.start, middle.chunk.end) == (chunks[8].start, chunks[10].end)
    assert (last.chunk.start, last.chunk.end) == (chunks[-2].start, len(LONG))
    assert middle.id == chunks[9].id
    assert shelf.walks == 1


def test_windows_that_share_a_chunk_become_one_with_the_best_score() -> None:
    chunks = cut(LONG, 300, 50)
    shown = widen(hits_at(chunks, [9, 20, 7, 10]), "neighbours", Shelf(chunks))
    assert [hit.id for hit in shown] == [chunks[9].id, chunks[20].id]
    assert (shown[0].chunk.start, shown[0].chunk.end) == (chunks[6].start, chunks[11].end)
    assert [hit.score for hit in shown] == [1.0, 0.99]


def test_windows_are_not_joined_to_more_than_two_sections() -> None:
    chunks = cut(LONG, 900, 100)
    everything = list(range(len(chunks)))
    shown = widen(hits_at(chunks, everything), "section", Shelf(chunks))
    assert len(shown) > 1
    assert all(len(hit.text) <= 2 * SECTION for hit in shown)


def test_a_long_section_is_cut_to_the_part_around_the_hit() -> None:
    chunks = cut(LONG, 500, 50)
    place = len(chunks) // 2
    [hit] = widen(hits_at(chunks, [place]), "section", Shelf(chunks))
    assert SECTION - 500 < len(hit.text) <= SECTION
    before = chunks[place].start - hit.chunk.start
    after = hit.chunk.end - chunks[place].end
    assert abs(before - after) <= 500


def test_a_section_reaches_only_so_many_small_chunks() -> None:
    chunks = cut(LONG, 30, 0)
    [hit] = widen(hits_at(chunks, [50]), "section", Shelf(chunks[50 - REACH : 51 + REACH]))
    assert hit.chunk.start == chunks[50 - REACH].start
    assert hit.chunk.end == chunks[50 + REACH].end


def test_a_hit_longer_than_the_budget_stays_as_it_is() -> None:
    chunks = cut(LONG, SECTION + 500, 50)
    [hit] = widen(hits_at(chunks, [1]), "section", Shelf(chunks))
    assert hit.chunk == chunks[1]


def test_a_chunk_that_is_gone_ends_the_window() -> None:
    chunks = cut(LONG, 500, 50)
    shelf = Shelf([chunk for chunk in chunks if chunk.index not in (8, 9)])
    for window in ("neighbours", "section"):
        [hit] = widen(hits_at(chunks, [9]), window, shelf)  # type: ignore[arg-type]
        assert hit.chunk.start == chunks[9].start
        assert LONG[hit.chunk.start : hit.chunk.end] == hit.text


BODY = "The lamp is part of the meter, and it is not covered by the warranty of the meter. "
MANUAL = f"""# X200

{BODY * 9}

## Warranty

{BODY * 14}

### Claims

Claims are sent to the desk in Lund. {BODY * 14}

## Storage

{BODY * 9}
"""


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tercet.Rag]:
    """A manual with sections, and a text of three pages, in the real engine."""
    folder = tmp_path_factory.mktemp("windows")
    (folder / "manual.md").write_text(MANUAL, encoding="utf-8")
    pages = [f"Page {number} of the report. {BODY * 9}" for number in (1, 2)]
    pages.append("The depth of the basin is 12 metres. The basin was dug in 1907.")
    text = "".join(pages)
    bounds = [0, len(pages[0]), len(pages[0]) + len(pages[1]), len(text)]
    numbered = tuple(Page(n, bounds[n - 1], bounds[n]) for n in (1, 2, 3))
    with tercet.open(folder / "index") as opened:
        opened.ingest(folder / "manual.md")
        opened.add([Document(text=text, source="report", pages=numbered)])
        yield opened


def test_a_section_holds_its_own_heading_path_and_what_is_below_it(rag: tercet.Rag) -> None:
    chunks = rag.chunks(rag.documents()[0].source)
    warranty = [chunk for chunk in chunks if chunk.headings[:2] == ("X200", "Warranty")]
    claims = [chunk for chunk in chunks if chunk.headings[-1:] == ("Claims",)]
    assert len(warranty) > len(claims) >= 1
    [hit] = widened([Hit(warranty[0], 1.0)], "section", rag.store)
    assert (hit.chunk.start, hit.chunk.end) == (warranty[0].start, warranty[-1].end)
    [below] = widened([Hit(claims[0], 1.0)], "section", rag.store)
    assert (below.chunk.start, below.chunk.end) == (claims[0].start, claims[-1].end)
    assert below.id == claims[0].id


def test_a_section_is_the_document_s_text_in_the_real_engine(rag: tercet.Rag) -> None:
    found = rag.find(rag.query("Where are claims sent?", 3, window="section")).hits
    for hit in found:
        if hit.source.endswith("manual.md"):
            assert MANUAL[hit.chunk.start : hit.chunk.end] == hit.text
    assert len({hit.id for hit in found}) == len(found)


@pytest.mark.parametrize("window", ["neighbours", "section"])
def test_citations_from_a_window_stand_where_they_say(rag: tercet.Rag, window: Window) -> None:
    answer = rag.ask(rag.query("How deep is the basin?", 3, window=window))
    [citation] = [found for found in answer.citations if "12 metres" in found.quote]
    chunks = rag.chunks("report")
    holder = next(chunk for chunk in chunks if citation.quote in chunk.text)
    assert citation.start == holder.start + holder.text.index(citation.quote)
    assert citation.end - citation.start == len(citation.quote)
    assert (citation.page, citation.verified) == (3, True)
    [hit] = [hit for hit in answer.hits if hit.source == "report"]
    assert hit.chunk.start < holder.start  # the window is more than the chunk
    assert [page.number for page in hit.chunk.pages][-1] == 3
