"""Questions that need two documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import tercet
from tercet.config import Settings
from tercet.errors import UsageError
from tests.pipeline.two_hops import documents, questions
from tests.retrieval.played import played_endpoint

QUESTIONS = questions()


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tercet.Rag]:
    with tercet.open(tmp_path_factory.mktemp("hops") / "index") as opened:
        opened.add(documents())
        yield opened


def found(answer: tercet.Answer, source: str) -> bool:
    return source in {hit.source for hit in answer.hits[:5]}


def test_a_second_hop_finds_what_one_does_not(rag: tercet.Rag) -> None:
    one = [rag.find(rag.query(q.question, 5)).hits for q in QUESTIONS]
    two = [rag.ask(q.question, hops=2) for q in QUESTIONS]
    alone = sum(
        q.second in {hit.source for hit in hits} for q, hits in zip(QUESTIONS, one, strict=True)
    )
    together = [found(answer, q.second) for q, answer in zip(QUESTIONS, two, strict=True)]
    assert len(QUESTIONS) == 15
    assert alone <= 5
    assert sum(together) >= 14
    said = [q.answer in answer.text for q, answer in zip(QUESTIONS, two, strict=True)]
    assert sum(said) >= 12


def test_the_chain_is_shown_and_its_quotes_stand_in_their_documents(rag: tercet.Rag) -> None:
    texts = {document.source: document.text for document in documents()}
    answer = rag.ask(QUESTIONS[0].question, hops=2)
    assert answer.question == QUESTIONS[0].question
    [step] = answer.steps
    [citation] = step.citations
    assert citation.source == QUESTIONS[0].first
    assert texts[citation.source][citation.start : citation.end] == citation.quote
    assert "Voltarra GmbH" in step.how
    assert "Voltarra GmbH" in answer.asked


def test_a_question_that_one_passage_answers_stays_one_hop(rag: tercet.Rag) -> None:
    question = "What is the telephone extension of Nadia Rousseau?"
    plain, hopped = rag.ask(question), rag.ask(question, hops=2)
    assert hopped.steps == ()
    assert hopped.text == plain.text
    assert "4962" in hopped.text


@pytest.mark.parametrize("hops", [0, 7])
def test_numbers_of_hops_that_make_no_sense_are_refused(rag: tercet.Rag, hops: int) -> None:
    with pytest.raises(UsageError, match="hops"):
        rag.ask("Who?", hops=hops)


def opened_with(url: str, place: Path) -> tercet.Rag:
    settings = Settings(index=str(place / "index"), openai_base_url=url, retries=0)
    opened = tercet.open(settings=settings)
    opened.add(d for d in documents() if d.source.startswith(("projects/", "people/")))
    return opened


def test_a_model_takes_the_question_apart(tmp_path: Path) -> None:
    asked = "What is the telephone extension of the leader of project Amber?"

    def reply(message: str) -> str:
        if message == asked:
            return "1. Who is the leader of project Amber?\n2. What is the extension of #1?"
        if "Who is the leader" in message:
            return "Ilse Brandvold [1]"
        return "The telephone extension of Ilse Brandvold is 4417. [1]"

    with played_endpoint() as endpoint, opened_with(endpoint.url, tmp_path) as rag:
        endpoint.reply = reply
        answer = rag.ask(asked, hops=2)
    assert answer.steps[0].question == "Who is the leader of project Amber?"
    assert "Ilse Brandvold" in answer.steps[1].question
    assert "4417" in answer.text
    assert found(answer, "people/Ilse Brandvold")


def test_a_model_that_cannot_leaves_it_to_the_names(tmp_path: Path) -> None:
    asked = QUESTIONS[5].question
    with played_endpoint() as endpoint, opened_with(endpoint.url, tmp_path) as rag:
        endpoint.reply = lambda message: 400 if message == asked else "It is 4417. [1]"
        answer = rag.ask(asked, hops=2)
    assert any("not taken apart" in words for words in answer.warnings)
    assert found(answer, QUESTIONS[5].second)
