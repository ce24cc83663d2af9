"""The extractive answerer with the real model: right quotes, exact places, abstention."""

from __future__ import annotations

import pytest

from tercet.generation.extractive import ExtractiveGenerator
from tercet.ports import Encoder
from tercet.types import Chunk, Context, Hit, Page

TEXT = (
    "The X200 is a bench microscope.\n\nThe X200 is covered for two (2) years from delivery. "
    "The lamp is not covered. Repairs take ten working days."
)
OTHER = "Holiday requests go to the head of the department. Answers come within a week."


def hit(text: str, source: str, start: int = 0) -> Hit:
    half = len(text) // 2
    pages = (Page(3, start, start + half), Page(4, start + half, start + len(text)))
    chunk = Chunk(text, start, start + len(text), document=source, source=source, pages=pages)
    return Hit(chunk, 1.0)


@pytest.fixture
def context() -> Context:
    return Context((hit(OTHER, "leave.md"), hit(TEXT, "x200.pdf", start=1000)))


def test_the_sentence_that_answers_is_quoted_with_its_place(
    encoder: Encoder, context: Context
) -> None:
    draft = ExtractiveGenerator(encoder)("How long is the X200 covered?", context)
    citation = draft.citations[0]
    assert not draft.abstained
    assert citation.quote == "The X200 is covered for two (2) years from delivery."
    assert TEXT[citation.start - 1000 : citation.end - 1000] == citation.quote
    assert (citation.source, citation.page, citation.marker) == ("x200.pdf", 3, 1)
    assert citation.verified
    assert draft.text.startswith(f"{citation.quote} [1]")


def test_what_the_documents_do_not_hold_is_not_answered(encoder: Encoder, context: Context) -> None:
    draft = ExtractiveGenerator(encoder)("Who won the football cup in 1998?", context)
    assert draft.abstained
    assert draft.citations == ()


def test_without_hits_there_is_no_answer(encoder: Encoder) -> None:
    assert ExtractiveGenerator(encoder)("Anything?", Context(())).abstained


def test_nothing_is_quoted_twice(encoder: Encoder) -> None:
    twice = Context((hit(TEXT, "a.pdf"), hit(TEXT + " ", "b.pdf")))
    draft = ExtractiveGenerator(encoder)("How long is the X200 covered?", twice)
    quotes = [citation.quote for citation in draft.citations]
    assert len(quotes) == len(set(quotes))
