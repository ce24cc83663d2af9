"""Follow-ups made self-contained without a model."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tercet
from tercet.pipeline.conversation.followup import Before, follow_up
from tests.conftest import HANDBOOK

FOLLOWUPS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parent / "followups.jsonl").read_text(encoding="utf-8").splitlines()
]
WARRANTY = Before("How long is the warranty on the X200?", "Two years from delivery.")


@pytest.mark.parametrize(
    ("before", "question", "made"),
    [
        ("How long is the warranty on the X200?", "And for the M45?",
         "How long is the warranty on the M45?"),
        ("What is the current limit for a hotel night in London?", "And in Paris?",
         "What is the current limit for a hotel night in Paris?"),
        ("How many X200 meters were sold in 2024?", "What about 2025?",
         "How many X200 meters were sold in 2025?"),
        ("How many days may be carried over?", "And for part-time staff?",
         "How many days may be carried over, for part-time staff?"),
    ],
)  # fmt: skip
def test_what_is_missing_is_taken_from_the_question_before(
    before: str, question: str, made: str
) -> None:
    followup = follow_up(question, Before(before))
    assert followup.how
    assert followup.text == made


def test_a_pronoun_brings_the_topic_in_brackets() -> None:
    made = follow_up("Can it be extended?", WARRANTY)
    assert made.text == "Can it be extended (warranty X200)?"
    assert "it" in made.how


@pytest.mark.parametrize(
    "question",
    [
        "How many days of annual leave does a full-time employee in Porto have?",
        "Is it possible to return an opened box of probes?",
        "I left my notebook on the train. How quickly must I report it?",
        "Who is the second on-call engineer in the week of 17 November 2025?",
        "How do I know that the battery is full after charging?",
        "What is turbidity?",
    ],
)
def test_a_question_that_says_what_it_asks_stays_as_it_is(question: str) -> None:
    assert follow_up(question, WARRANTY) == (question, "")


def test_the_person_in_the_answer_is_carried_for_a_pronoun() -> None:
    before = Before("Who leads the project Amber?", "The leader is Ilse Brandvold. [1]")
    assert "Ilse Brandvold" in follow_up("What is her extension?", before).text
    assert "Ilse" not in follow_up("When did it begin?", before).text


def test_the_first_question_has_nothing_to_carry() -> None:
    assert follow_up("And in Paris?", None) == ("And in Paris?", "")


def test_few_questions_of_their_own_are_taken_for_follow_ups() -> None:
    lines = (HANDBOOK / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    pairs = itertools.pairwise(questions)
    changed = [after for before, after in pairs if follow_up(after, Before(before)).how]
    assert len(changed) <= 2, changed


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_any_text_gives_a_question_that_holds_its_own_words(
    before: str, answer: str, question: str
) -> None:
    made = follow_up(question, Before(before, answer))
    assert made.how or made.text == " ".join(question.split())


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tercet.Rag]:
    place = tmp_path_factory.mktemp("followups")
    with contextlib.chdir(HANDBOOK), tercet.open(place / "index") as opened:
        assert opened.ingest(".").problems == ()
        yield opened


def test_a_follow_up_finds_what_the_full_question_finds(rag: tercet.Rag) -> None:
    found = {"full": 0, "made": 0, "asked": 0}
    for row in FOLLOWUPS:
        made = follow_up(row["question"], Before(row["before"]))
        texts = {"full": row["full"], "made": made.text, "asked": row["question"]}
        for name, text in texts.items():
            found[name] += row["source"] in {hit.source for hit in rag.search(text, 5)}
    assert len(FOLLOWUPS) == 30
    assert found["made"] >= found["full"]
    assert found["made"] >= found["asked"] + 4
