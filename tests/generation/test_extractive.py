"""The extractive answerer with the real model: right quotes, exact places, abstention."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tercet.generation.extractive.answerer import ABSTAINED, ExtractiveGenerator
from tercet.generation.extractive.calibration import Calibration
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


def test_an_abstention_says_what_was_searched_and_what_the_nearest_lack(
    encoder: Encoder, context: Context
) -> None:
    draft = ExtractiveGenerator(encoder)("How long is the X900 covered?", context)
    assert draft.abstained
    first, *nearest = draft.text.split("\n")
    assert first.startswith(ABSTAINED)
    assert "2 passages of 2 documents" in first
    assert nearest[0].startswith("- x200.pdf, page 3: “The X200 is covered for two (2) years")
    assert "nothing there about x900" in nearest[0]
    assert len(nearest) == len({line.split(":")[0] for line in nearest}) == 2


def test_a_tenant_is_said_and_no_hits_too(encoder: Encoder) -> None:
    mine = Hit(replace(hit(OTHER, "leave.md").chunk, tenant="acme"), 1.0)
    draft = ExtractiveGenerator(encoder)("Who won the football cup in 1998?", Context((mine,)))
    assert "1 passage of 1 document of tenant acme" in draft.text
    empty = ExtractiveGenerator(encoder)("Anything?", Context(()))
    assert empty.text == f"{ABSTAINED} No passage was found."


def test_the_precision_decides_what_is_enough(encoder: Encoder, context: Context) -> None:
    calibration = Calibration(1.0, 0.0, (-4.0, 0.0, 2.0, 4.0))
    asked = "How long is the X200 covered?"
    strict = ExtractiveGenerator(encoder, Calibration(1.0, -99.0, (0.0,)), 0.9)
    assert strict(asked, context).abstained  # no score reaches it
    assert not ExtractiveGenerator(encoder, calibration, 0.5)(asked, context).abstained


def test_a_heading_is_never_quoted(encoder: Encoder) -> None:
    text = "# Cover\n\n## How long is the X200 covered?\n\nFor two years from delivery."
    asked = "How long is the X200 covered?"
    draft = ExtractiveGenerator(encoder, enough=-99.0)(asked, Context((hit(text, "faq.md"),)))
    assert [citation.quote for citation in draft.citations] == ["For two years from delivery."]


def test_without_hits_there_is_no_answer(encoder: Encoder) -> None:
    assert ExtractiveGenerator(encoder)("Anything?", Context(())).abstained


def test_nothing_is_quoted_twice(encoder: Encoder) -> None:
    twice = Context((hit(TEXT, "a.pdf"), hit(TEXT + " ", "b.pdf")))
    draft = ExtractiveGenerator(encoder)("How long is the X200 covered?", twice)
    quotes = [citation.quote for citation in draft.citations]
    assert len(quotes) == len(set(quotes))


def test_a_question_for_two_things_is_answered_from_two_documents(encoder: Encoder) -> None:
    hits = (
        hit("The hotel limit for a night in Copenhagen is 190 euros.", "hotels.md"),
        hit("The hotel limit for a night in Porto is 120 euros.", "porto.md"),
        hit("The flat rate for meals in Copenhagen is 68 euros a day.", "meals.md"),
    )
    asked = "What are the hotel limit for a night and the flat rate for meals in Copenhagen?"
    draft = ExtractiveGenerator(encoder)(asked, Context(hits))
    assert {citation.source for citation in draft.citations[:2]} == {"hotels.md", "meals.md"}


def test_other_documents_are_quoted_before_more_of_the_same(encoder: Encoder) -> None:
    one = "The X200 is covered for two years. The X200 is covered for two years from delivery."
    other = "The cover of the X200 lasts two years."
    hits = (hit(one, "manual.pdf"), hit(other, "terms.docx"))
    draft = ExtractiveGenerator(encoder)("How long is the X200 covered?", Context(hits))
    assert [citation.source for citation in draft.citations[:2]] == ["manual.pdf", "terms.docx"]


PRICES = (
    "# Prices\n\n| Code | Description | Price, € |\n| --- | --- | --- |\n"
    "| X200-KIT | X200 with three probes | 1,890 |\n| M45-U | M45 meter | 3,150 |"
)
WARRANTY = (
    "# Warranty extensions\n\n| Code | Instrument | Extension | Price |\n|---|---|---|---|\n"
    "| EW-X3 | X200 | 24 months | €255 |\n| EW-M3 | M45 | 24 months | €340 |"
)


def test_two_things_are_quoted_from_two_documents(encoder: Encoder) -> None:
    # The second passage does not have the code of the first, and need not.
    asked = "What do an X200-KIT and the 24-month warranty extension for it cost in euros?"
    context = Context((hit(WARRANTY, "warranty.md"), hit(PRICES, "prices.md")))
    draft = ExtractiveGenerator(encoder)(asked, context)
    quotes = [citation.quote for citation in draft.citations]
    assert "| X200-KIT | X200 with three probes | 1,890 |" in quotes
    assert "| EW-X3 | X200 | 24 months | €255 |" in quotes


def test_titles_that_two_rows_share_are_cited_once(encoder: Encoder) -> None:
    asked = "What do the X200-KIT and the M45-U cost in euros?"
    draft = ExtractiveGenerator(encoder)(asked, Context((hit(PRICES, "prices.md"),)))
    quotes = [citation.quote for citation in draft.citations]
    assert len(quotes) == len(set(quotes))
    assert quotes.count("| Code | Description | Price, € |") == 1
    assert [citation.marker for citation in draft.citations] == list(range(1, len(quotes) + 1))
    assert draft.text.count("[2]") == 2


def test_a_row_is_not_an_answer_because_a_town_is_named(encoder: Encoder) -> None:
    town = "# Opening hours\n\n| Town | Opens | Closes |\n|---|---|---|\n| Porto | 9:00 | 17:00 |"
    context = Context((hit(town, "hours.md"), hit(OTHER, "leave.md")))
    asked = "How many parking spaces are there in Porto?"
    assert ExtractiveGenerator(encoder)(asked, context).abstained


def test_a_price_is_not_a_sentence_without_a_number(encoder: Encoder) -> None:
    text = "The flow cell FC-45 for the M45 is in preparation."
    context = Context((hit(text, "cell.md"), hit(OTHER, "leave.md")))
    asked = "What does the flow cell FC-45 for the M45 cost?"
    assert ExtractiveGenerator(encoder)(asked, context).abstained
