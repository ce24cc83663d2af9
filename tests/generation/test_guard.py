"""Support and guard: what agrees, what contradicts, what happens to it, and the judge's word."""

from __future__ import annotations

import pytest

from tercet.errors import GenerationError
from tercet.generation.chat import ChatGenerator
from tercet.generation.entailment import ENOUGH, Evidence, score
from tercet.generation.guard import BLOCKED, guarded
from tercet.generation.judge import Judge
from tercet.ports import Encoder
from tercet.types import Chunk, Citation, Completion, Context, Draft, Hit, Usage
from tercet.types.answers import Statement
from tests.generation.played import Played

NEAR = "The X200 is covered for two (2) years from delivery, but its lamp is not covered."
AROUND = f"X200 manual > Warranty\n{NEAR} Claims go to Anna Berg in Zürich by 12 June 2025."


@pytest.mark.parametrize(
    ("statement", "supported"),
    [
        ("The X200 is covered for two years from delivery.", True),
        ("The X200 is covered for 2 years.", True),
        ("The lamp of the X200 is not covered.", True),
        ("Coverage of the X200 is for two years after delivery.", True),
        ("The X200 is covered for three years from delivery.", False),
        ("The X300 is covered for two years from delivery.", False),
        ("The X200 is not covered for two years from delivery.", False),
        ("The X200 is covered for two years from delivery until July 2025.", False),
        ("The X200 is covered for two years by Anna Borg.", False),
        ("Batteries must be recycled by the customer at a depot.", False),
    ],
)
def test_support_tells_what_the_evidence_says(
    statement: str, supported: bool, encoder: Encoder
) -> None:
    [scored] = score([statement], [Evidence(NEAR, AROUND)], encoder)
    assert 0 <= scored.support <= 1
    assert (scored.support >= ENOUGH) is supported


@pytest.mark.parametrize(
    ("statement", "near"),
    [
        ("It starts on 12 June 2025.", "Start: 2025-06-12"),
        ("It starts on 2025-06-12.", "It starts on 12 June 2025."),
        ("It cost 1,234,567 euros.", "It cost 1234567 euros."),
        ("It weighs 3.5 kg.", "Es wiegt 3,5 kg. It weighs that."),
        ("It lasts twelve months.", "It lasts 12 months."),
    ],
)
def test_other_ways_to_write_a_fact_are_no_contradiction(
    statement: str, near: str, encoder: Encoder
) -> None:
    [scored] = score([statement], [Evidence(near, near)], encoder)
    assert scored.against == ()


def test_without_evidence_there_is_no_support(encoder: Encoder) -> None:
    assert score(["The X200 is covered."], [Evidence("", "")], encoder)[0].support == 0


GOOD = Statement("Two years. [2]", 0.9, True, (2,))
BAD = Statement("Leave is 30 days. [1]", 0.2, False, (1,))
CITATIONS = (Citation(1, "leave.md", "25 days", 0, 7), Citation(2, "x.md", "two years", 0, 9))


def draft(*statements: Statement) -> Draft:
    text = " ".join(statement.text for statement in statements)
    return Draft(text, False, CITATIONS, Usage(9, 9), statements, ("before",))


def test_off_and_supported_drafts_stay_as_they_are() -> None:
    assert guarded(draft(GOOD, BAD), "off") == draft(GOOD, BAD)
    assert guarded(draft(GOOD), "flag") == guarded(draft(GOOD), "block") == draft(GOOD)


def test_flag_marks_and_block_takes_out() -> None:
    flagged = guarded(draft(BAD, GOOD), "flag")
    assert flagged.text == "Leave is 30 days. [1] [unsupported] Two years. [2]"
    assert flagged.citations == CITATIONS
    blocked = guarded(draft(BAD, GOOD), "block")
    assert (blocked.text, blocked.abstained) == ("Two years. [2]", False)
    assert [citation.marker for citation in blocked.citations] == [2]
    assert blocked.statements == (BAD, GOOD)
    assert blocked.warnings[0] == "before"
    assert "1 of the model's statements" in blocked.warnings[1]


def test_when_nothing_is_left_it_abstains_and_says_why() -> None:
    blocked = guarded(draft(BAD, BAD), "block")
    assert (blocked.text, blocked.abstained, blocked.citations) == (BLOCKED, True, ())
    assert blocked.usage == Usage(9, 9)


TEXT = "The X200 is covered for two (2) years from delivery. The lamp is not covered."
CONTEXT = Context((Hit(Chunk(TEXT, 0, len(TEXT), document="d", source="x200.md"), 1.0),))
WRITTEN = (
    "CLAIM: The X200 has a warranty of two years.\nQUOTE [1]: covered for two (2) years\n"
    "CLAIM: The lamp is covered.\nQUOTE [1]: The lamp is not covered."
)


def judged(encoder: Encoder, verdict: Completion | GenerationError) -> Draft:
    judge = Judge(Played(verdict))
    return ChatGenerator(Played(Completion(WRITTEN, Usage(10, 5))), encoder, judge)("?", CONTEXT)


def test_the_judge_decides_and_its_tokens_count(encoder: Encoder) -> None:
    found = judged(encoder, Completion("1: no\n2: Yes, it does.", Usage(7, 2)))
    assert [statement.supported for statement in found.statements] == [False, True]
    assert (found.usage.input_tokens, found.usage.output_tokens) == (17, 7)
    assert not any("judge" in words for words in found.warnings)


@pytest.mark.parametrize(
    "verdict", [GenerationError("The model is gone."), Completion("I cannot say.")]
)
def test_a_judge_that_fails_leaves_the_scores_and_a_warning(
    encoder: Encoder, verdict: Completion | GenerationError
) -> None:
    found = judged(encoder, verdict)
    assert [statement.supported for statement in found.statements] == [True, False]
    assert sum("judge" in words for words in found.warnings) == 1
