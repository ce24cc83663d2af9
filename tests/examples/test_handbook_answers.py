"""The 60 questions on the handbook, asked of the answerer that needs no model that writes.

The laws hold for every question. The floors lie a little below what was measured: they notice
a fall. No weight was fitted on these questions; what signs there are was thought of by looking at
the failures on them (docs/decisions/extractive-answers.md).
"""

from __future__ import annotations

import contextlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import pytest

import tercet
from tercet.loaders import load
from tests.conftest import HANDBOOK

Question = dict[str, Any]

LINES = (HANDBOOK / "questions.jsonl").read_text(encoding="utf-8").splitlines()
QUESTIONS: list[Question] = [json.loads(line) for line in LINES]
ANSWERABLE = [question for question in QUESTIONS if question["answerable"]]
# What is said, its markers, and the date where sources contradict each other.
PART = re.compile(r"(.*?) ((?:\[\d+\])+)(?: \(\d{4}(?:-\d\d-\d\d)?\))?")
UNANSWERABLE = [question for question in QUESTIONS if not question["answerable"]]


@cache
def text_of(source: str) -> str:
    return load(HANDBOOK / source, source).text


def words(text: str) -> str:
    """The words alone, so that Markdown's marks and white space do not count."""
    return " ".join(["", *re.findall(r"[^\W_]+", text.lower()), ""])


def quoted(span: dict[str, Any], answer: tercet.Answer) -> bool:
    """Whether a citation of that source quotes the span or lies within it."""
    gold = words(span["quote"])
    quotes = [words(c.quote) for c in answer.citations if c.source == span["source"]]
    return any(gold in quote or quote in gold for quote in quotes)


def cited(span: dict[str, Any], answer: tercet.Answer) -> bool:
    return span["source"] in {citation.source for citation in answer.citations}


def enough(question: Question, holds: Iterable[bool]) -> bool:
    """The spans of a `multi` question are all needed; of any other, one is."""
    return all(holds) if question["kind"] == "multi" else any(holds)


def share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return sum(found) / len(found)


@pytest.fixture(scope="session")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tercet.Answer]:
    """The answer to each question, by its id."""
    place = tmp_path_factory.mktemp("handbook")
    with contextlib.chdir(HANDBOOK), tercet.open(place / "index") as rag:
        report = rag.ingest(".")
        assert report.problems == ()
        return {question["id"]: rag.ask(question["question"]) for question in QUESTIONS}


@pytest.mark.parametrize("name", [question["id"] for question in QUESTIONS])
def test_every_quote_stands_in_its_document(answers: dict[str, tercet.Answer], name: str) -> None:
    answer = answers[name]
    assert answer.abstained is not bool(answer.citations)
    for number, citation in enumerate(answer.citations, start=1):
        assert text_of(citation.source)[citation.start : citation.end] == citation.quote
        assert citation.verified
        assert citation.quote.strip()
        assert citation.marker == number
        assert f"[{number}]" in answer.text
        assert (citation.page is not None) == citation.source.endswith(".pdf")


@pytest.mark.parametrize("name", [question["id"] for question in QUESTIONS])
def test_an_answer_says_nothing_but_its_quotes(
    answers: dict[str, tercet.Answer], name: str
) -> None:
    answer = answers[name]
    said = iter(() if answer.abstained else PART.findall(answer.text))
    quotes = {citation.marker: words(citation.quote).split() for citation in answer.citations}
    for text, markers in said:
        own, *titles = (Counter(quotes[int(n)]) for n in re.findall(r"\d+", markers))
        # A row stands with the titles of its columns, which are quoted too.
        assert own <= Counter(words(text).split()) <= sum(titles, own)
    if not answer.abstained:
        assert not words(PART.sub("", answer.text)).strip()


@pytest.mark.parametrize(("holds", "floor"), [(quoted, 0.8), (cited, 0.8)])
def test_enough_questions_are_answered_from_the_right_place(
    answers: dict[str, tercet.Answer],
    holds: Callable[[dict[str, Any], tercet.Answer], bool],
    floor: float,
) -> None:
    right = share(
        enough(question, (holds(span, answers[question["id"]]) for span in question["spans"]))
        for question in ANSWERABLE
    )
    assert right >= floor


def test_few_questions_with_an_answer_get_none(answers: dict[str, tercet.Answer]) -> None:
    assert share(answers[question["id"]].abstained for question in ANSWERABLE) <= 0.14


def test_most_questions_without_an_answer_get_none(answers: dict[str, tercet.Answer]) -> None:
    assert share(answers[question["id"]].abstained for question in UNANSWERABLE) >= 0.53
