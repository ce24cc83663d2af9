"""The laws of chunking, over any text and any setting."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tercet.chunking import CharacterChunker, TokenChunker, TokenSpans, WholeChunker
from tercet.embedding.onepass import OnePass
from tercet.errors import SettingsError
from tercet.types import Chunk, Document, Heading, Page

LAWS = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def real_spans(text: str) -> Sequence[tuple[int, int]]:
    spans: Sequence[tuple[int, int]] = TOKENIZER.encode(text, add_special_tokens=False).offsets
    return spans


def word_spans(text: str) -> Sequence[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"\S+", text)]


TOKENIZER = OnePass().tokenizer
PIECES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "A sentence that ends. ",
            "\n\n",
            "\n",
            "# Heading\n\n",
            "```\ncode = 1\n\nmore = 2\n```\n",
            "| a | b |\n|---|---|\n| 1 | 2 |\n",
            "x" * 300,
            " " * 200,
            "한국어 텍스트. ",
            "日本語の文。",
            "שלום עולם ",
            "e\u0301a\u0308 ",
            "🧪👩‍🔬 ",
        ]
    ),
)
TEXTS = st.lists(PIECES, max_size=25).map("".join)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A text with headings at line starts and pages that tile it."""
    text = draw(TEXTS)
    places = [match.start() for match in re.finditer(r"^# Heading", text, re.MULTILINE)]
    headings = tuple(Heading(draw(st.integers(1, 3)), f"H{place}", place) for place in places)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=4)) | {0, len(text)})
    pages = tuple(Page(i, a, b) for i, (a, b) in enumerate(pairwise(cuts), start=1))
    return Document(text, source="s", pages=pages, headings=headings)


def check(document: Document, chunks: list[Chunk]) -> None:
    """What holds for every chunker."""
    text = document.text
    assert all(text[chunk.start : chunk.end] == chunk.text != "" for chunk in chunks)
    assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
    assert {chunk.total for chunk in chunks} <= {len(chunks)}
    if text:
        assert chunks[0].start == 0
        assert chunks[-1].end == len(text)
    else:
        assert chunks == []
    for left, right in pairwise(chunks):
        assert left.start < right.start <= left.end < right.end
    for chunk in chunks:
        covered = "".join(text[page.start : page.end] for page in chunk.pages)
        assert covered == (chunk.text if document.pages else "")


@LAWS
@given(documents(), st.integers(1, 60), st.data())
@pytest.mark.parametrize("spans", [real_spans, word_spans], ids=["model", "words"])
def test_token_chunks(
    spans: TokenSpans, document: Document, size: int, data: st.DataObject
) -> None:
    overlap = data.draw(st.integers(0, size - 1))
    chunks = TokenChunker(size, overlap, spans=spans)(document)
    check(document, chunks)
    for chunk in chunks:
        assert len(spans(chunk.text)) <= size or len(chunk.text) == 1
    starts = {heading.start for heading in document.headings}
    whole = spans(document.text)
    for left, right in pairwise(chunks):
        shared = [s for s, _ in whole if right.start <= s < left.end]
        assert len(shared) <= overlap
        if left.end in starts:
            assert not shared


@LAWS
@given(documents(), st.integers(1, 60))
def test_without_overlap_the_chunks_are_the_text(document: Document, size: int) -> None:
    chunks = TokenChunker(size, 0, spans=real_spans)(document)
    assert "".join(chunk.text for chunk in chunks) == document.text


@LAWS
@given(documents(), st.integers(1, 300), st.data())
def test_character_chunks(document: Document, size: int, data: st.DataObject) -> None:
    overlap = data.draw(st.integers(0, size - 1))
    chunks = CharacterChunker(size, overlap)(document)
    check(document, chunks)
    assert all(len(chunk.text) <= size for chunk in chunks)
    assert all(left.end - right.start == overlap for left, right in pairwise(chunks))
    assert all(len(chunk.text) == size for chunk in chunks[:-1])


@given(documents())
def test_whole_documents(document: Document) -> None:
    chunks = WholeChunker()(document)
    check(document, chunks)
    assert len(chunks) == (1 if document.text else 0)


@pytest.mark.parametrize(("size", "overlap"), [(0, 0), (-1, 0), (10, -1), (10, 10), (5, 9)])
def test_settings_that_make_no_progress_are_errors(size: int, overlap: int) -> None:
    with pytest.raises(SettingsError):
        TokenChunker(size, overlap, spans=word_spans)
    with pytest.raises(SettingsError):
        CharacterChunker(size, overlap)
