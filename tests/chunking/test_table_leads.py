"""Chunks that begin inside a table carry its header."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from tercet.chunking import CharacterChunker, TokenChunker
from tercet.types import Chunk, Document, Heading

WORDS = st.text("abc", min_size=1, max_size=6)
CELLS = st.lists(WORDS, min_size=1, max_size=4)
SEPARATORS = st.sampled_from(["---", ":---", ":-:", "-"])


def words(text: str) -> Sequence[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"\S+", text)]


def row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


@st.composite
def blocks(draw: st.DrawFn) -> tuple[str, str]:
    """Prose or a table, as text and what leads the passages among its rows."""
    if draw(st.booleans()):
        return " ".join(draw(st.lists(WORDS, min_size=1, max_size=30))) + "\n", ""
    header = draw(CELLS)
    dashes = row([draw(SEPARATORS)] * len(header))
    rows = draw(st.lists(CELLS.map(row), max_size=12))
    return row(header) + dashes + "".join(rows), (row(header) + dashes).strip()


def expected(parts: Sequence[tuple[str, str]], place: int) -> str:
    """The lead of a chunk whose first letter stands at `place`, by counting from the start."""
    start = 0
    for text, lead in parts:
        if place < start + len(text):
            return lead if place - start > len(lead) else ""
        start += len(text) + 1
    return ""


@settings(max_examples=200, deadline=None)
@given(st.lists(blocks(), max_size=5), st.integers(1, 30), st.data())
def test_a_chunk_has_the_lead_of_the_table_it_begins_in(
    parts: list[tuple[str, str]], size: int, data: st.DataObject
) -> None:
    text = "\n".join(text for text, _ in parts)
    overlap = data.draw(st.integers(0, size - 1))
    document = Document(text, source="s")
    by_words = TokenChunker(size, overlap, spans=words)(document)
    for chunk in [*by_words, *CharacterChunker(size, overlap)(document)]:
        blank = len(chunk.text) - len(chunk.text.lstrip())
        assert chunk.lead == expected(parts, chunk.start + blank)


def chunked(text: str, size: int = 12) -> list[Chunk]:
    return TokenChunker(size, 0, spans=words)(Document(text, source="s"))


def test_the_header_leads_every_part_of_a_long_table() -> None:
    header = "| Item | Price |\n| --- | --- |"
    text = header + "\n" + "".join(f"| item{n} | {n} |\n" for n in range(9)) + "\nThe end is here."
    first, *others = chunked(text)
    assert first.text.startswith(header)
    assert first.lead == ""
    assert [chunk.lead for chunk in others] == [header] * len(others)
    assert len(others) > 2


def test_a_header_over_400_characters_leads_nothing() -> None:
    def leads(width: int) -> set[str]:
        header = f"| {'h' * width} |\n| --- |"
        return {chunk.lead for chunk in chunked(header + "\n" + "| a |\n" * 60, size=40)[1:]}

    fitting = 400 - len("|  |\n| --- |")
    assert leads(fitting) == {f"| {'h' * fitting} |\n| --- |"}
    assert leads(fitting + 1) == {""}


def test_lines_with_pipes_but_without_dashes_have_no_header() -> None:
    assert {chunk.lead for chunk in chunked("| a | b |\n" * 20)} == {""}


def test_the_passage_is_title_and_path_then_lead_then_text() -> None:
    header = "| Item | Price |\n| --- | --- |"
    body = "# Prices\n\n" + header + "\n" + "".join(f"| item{n} | {n} |\n" for n in range(9))
    document = Document(body, source="s", title="Shop", headings=(Heading(1, "Prices", 0),))
    last = TokenChunker(20, 0, spans=words)(document)[-1]
    assert last.passage == f"Shop > Prices\n{header}\n{last.text}"
    assert Chunk("x", 0, 1, lead="l").passage == "l\nx"
    assert Chunk("x", 0, 1, lead="l").digest != Chunk("x", 0, 1).digest


def test_many_tables_take_time_in_proportion() -> None:
    text = "".join(f"| a{n} |\n| --- |\n| b |\n\n" for n in range(20_000))
    begun = time.perf_counter()
    chunks = CharacterChunker(1000, 0)(Document(text, source="s"))
    assert time.perf_counter() - begun < 5  # about 0.1 s; seconds would mean squares
    assert all(len(chunk.text) <= 1000 for chunk in chunks)
