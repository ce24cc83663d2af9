"""Where the chunker cuts, and what a chunk knows of its place."""

from __future__ import annotations

import itertools
import re
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tercet.chunking import CharacterChunker, TokenChunker
from tercet.embedding.onepass import OnePass
from tercet.loaders import load
from tercet.types import Chunk, Document, Heading, Page


def words(text: str) -> Sequence[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"\S+", text)]


def chunked(text: str, size: int = 20, overlap: int = 0, **parts: object) -> list[Chunk]:
    document = Document(text, source="s", **parts)  # type: ignore[arg-type]
    return TokenChunker(size, overlap, spans=words)(document)


def sentence(name: str, length: int) -> str:
    return " ".join(f"{name}{number}" for number in range(length)) + ". "


def headings_of(text: str) -> tuple[Heading, ...]:
    found = re.finditer(r"^(#+) (.*)$", text, re.MULTILINE)
    return tuple(Heading(len(match[1]), match[2], match.start()) for match in found)


def test_cuts_stand_before_headings() -> None:
    text = f"# One\n\n{sentence('a', 8)}\n\n# Two\n\n{sentence('b', 14)}\n"
    first, second = chunked(text, headings=headings_of(text))
    assert second.text.startswith("# Two")
    assert first.headings == ("One",)
    assert second.headings == ("Two",)


def test_a_paragraph_end_is_taken_before_a_sentence_end() -> None:
    text = f"{sentence('a', 6)}{sentence('b', 6)}\n\n{sentence('c', 5)}{sentence('d', 9)}"
    assert chunked(text)[1].text.startswith("c0")


def test_a_heading_stays_with_what_stands_under_it() -> None:
    text = f"{sentence('a', 15)}\n\n## Last\n\n{sentence('b', 15)}"
    assert chunked(text, headings=headings_of(text))[1].text.startswith("## Last")


def test_a_sentence_end_is_taken_before_a_word() -> None:
    assert chunked(sentence("a", 14) + sentence("b", 14))[1].text.startswith("b0")


def test_small_blocks_are_left_whole() -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n"
    text = f"{sentence('w', 12)}\n\n{table}\n{sentence('x', 12)}"
    assert any(table in chunk.text for chunk in chunked(text, size=24))
    code = "```\nfirst = 1\n\nsecond = 2\n```\n"
    text = f"{sentence('w', 12)}\n\n{code}\n{sentence('x', 12)}"
    assert any(code in chunk.text for chunk in chunked(text, size=24))


def test_a_long_table_is_cut_between_rows() -> None:
    rows = "".join(f"| row {number} | value |\n" for number in range(30))
    assert all(chunk.text.startswith("| row") for chunk in chunked(rows))


def test_the_heading_path_goes_up_by_level() -> None:
    text = "# A\n\nx\n\n## B\n\nx\n\n### C\n\nx\n\n## D\n\nend"
    chunks = chunked(text, size=2, headings=headings_of(text))
    paths = {chunk.text.split()[-1]: chunk.headings for chunk in chunks}
    assert paths["end"] == ("A", "D")
    assert ("A", "B", "C") in {chunk.headings for chunk in chunks}


def test_pages_are_those_the_chunk_touches() -> None:
    text = sentence("a", 30)
    pages = (Page(1, 0, 40), Page(2, 40, 41), Page(3, 41, len(text)))
    first, second = chunked(text, size=15, pages=pages)
    assert [page.number for page in first.pages] == [1, 2, 3]
    assert first.pages[0] == Page(1, 0, 40)
    assert first.pages[-1] == Page(3, 41, first.end)
    assert [page.number for page in second.pages] == [3]


def test_overlap_begins_at_a_sentence_where_one_fits() -> None:
    text = sentence("a", 12) + sentence("b", 5) + sentence("c", 12)
    first, second = chunked(text, overlap=8)
    assert second.text.startswith("b0")
    assert first.text.endswith("b4. ")


def test_overlap_is_near_what_was_asked() -> None:
    text = " ".join(f"w{number}" for number in range(400))
    chunks = chunked(text, size=50, overlap=10)
    shared = [a.end - b.start for a, b in itertools.pairwise(chunks)]
    assert all(len(words(text[b.start : a.end])) == 10 for a, b in itertools.pairwise(chunks))
    assert min(shared) > 0


def test_the_guide_s_windows() -> None:
    chunks = CharacterChunker()(Document("x" * 2500, source="s"))
    assert [(chunk.start, chunk.end) for chunk in chunks] == [(0, 1000), (800, 1800), (1600, 2500)]


def test_a_text_without_spaces_takes_no_longer_than_its_length_asks() -> None:
    begin = time.perf_counter()
    chunks = TokenChunker(spans=words)(Document("x" * 400_000, source="s"))
    assert len(chunks) == 125
    # Not a speed test: quadratic work on this text would take minutes.
    assert time.perf_counter() - begin < 30


@pytest.mark.parametrize("chapter", ["ch04-01-what-is-ownership.md", "ch08-02-strings.md"])
def test_real_chapters_are_cut_into_well_filled_passages(shared: Path, chapter: str) -> None:
    tokenizer = OnePass().tokenizer

    def spans(text: str) -> Sequence[tuple[int, int]]:
        found: Sequence[tuple[int, int]] = tokenizer.encode(text, add_special_tokens=False).offsets
        return found

    document = load(shared / "corpora" / "rust-book" / "src" / chapter, chapter)
    chunks = TokenChunker(spans=spans)(document)
    fill = [len(spans(chunk.text)) for chunk in chunks]
    assert max(fill) <= 200
    assert statistics.median(fill) >= 110
    assert all(chunk.headings for chunk in chunks)
