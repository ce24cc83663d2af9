"""Conversations on a real index."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import tercet
from tercet.config import Settings
from tercet.errors import UsageError
from tercet.pipeline.conversation.history import Turn, within
from tercet.pipeline.conversation.marking import resolve
from tests.retrieval.played import Endpoint, played_endpoint

TEXTS = {
    "hotel.md": "# Hotels\n\nA hotel night in London costs at most 180 pounds. "
    "A hotel night in Paris costs at most 210 euros.\n",
    "leave.md": "# Leave\n\nEveryone has 25 days of annual leave. Unused days expire in March.\n",
    "lathe.md": "# Lathe\n\nThe lathe in hall two needs oil each Monday morning before work.\n",
}
FIRST = "What does a hotel night in London cost at most?"


def add(rag: tercet.Rag) -> None:
    rag.add(tercet.Document(text, source=name) for name, text in TEXTS.items())


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tercet.Rag]:
    with tercet.open(tmp_path_factory.mktemp("session") / "index") as opened:
        add(opened)
        yield opened


def test_a_fragment_is_answered_as_the_whole_question(rag: tercet.Rag) -> None:
    with rag.chat() as session:
        first = session.ask(FIRST)
        second = session.ask("And in Paris?")
    assert "180" in first.text
    assert first.asked == ""
    assert second.question == "And in Paris?"
    assert second.asked == "What does a hotel night in Paris cost at most?"
    assert "210" in second.text
    assert [turn.question for turn in session.turns] == [FIRST, "And in Paris?"]


def test_a_closed_session_asks_no_more(rag: tercet.Rag) -> None:
    with rag.chat() as session:
        pass
    with pytest.raises(UsageError, match="closed"):
        session.ask(FIRST)


def test_sources_of_earlier_turns_can_be_named_and_asked_about(rag: tercet.Rag) -> None:
    session = rag.chat()
    session.ask(FIRST)
    session.ask("How many days of annual leave does everyone have?")
    assert session.citation(1).source == "leave.md"
    assert session.citation(1, turn=1).source == "hotel.md"
    with pytest.raises(UsageError, match=r"\[7\]"):
        session.citation(7)
    answer = session.ask("What does [1:1] say about Paris?")
    assert answer.hits[0].source == "hotel.md"
    assert "[1:1]" not in answer.asked


def test_what_was_cited_before_stays_among_the_candidates(rag: tercet.Rag) -> None:
    session = rag.chat(limit=1)
    session.ask(FIRST)
    route = session._route(resolve("x", session.turns), follows=True)
    query = rag.query("When is the lathe oiled?", 1)
    seen = [hit.source for hit in route(lambda q: rag.find(q).hits, query)]
    assert seen[0] == "lathe.md"
    assert "hotel.md" in seen


def test_a_session_goes_on_from_its_json(rag: tercet.Rag) -> None:
    session = rag.chat()
    session.ask(FIRST)
    record = json.loads(json.dumps(session.to_json()))
    again = rag.chat(record=record)
    assert again.turns == session.turns
    assert "210" in again.ask("And in Paris?").text


@pytest.mark.parametrize("record", [{}, {"format": 9, "turns": []}, {"format": 1, "turns": [{}]}])
def test_what_is_no_session_is_refused(rag: tercet.Rag, record: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="session"):
        rag.chat(record=record)


def test_passages_that_a_record_makes_up_are_not_found(rag: tercet.Rag) -> None:
    session = rag.chat()
    session.ask(FIRST)
    record = json.loads(json.dumps(session.to_json()))
    record["turns"][0]["passages"] = [["no-such-document", 0]] * len(record["turns"][0]["passages"])
    again = rag.chat(record=record)
    assert again.ask("What does [1] say about the lathe in hall two?").hits[0].source == "lathe.md"


def test_the_history_is_cut_by_its_budget_whole_turns_newest_first() -> None:
    turns = [Turn(f"question {n}", "", "word " * n, abstained=False) for n in range(6)]

    def count(texts: object) -> list[int]:
        return [len(text.split()) for text in texts]  # type: ignore[attr-defined]

    sizes = [len(f"User: question {n} Answer: {'word ' * n}".split()) for n in range(6)]
    assert within(turns, sizes[5] + sizes[4], count) == turns[4:]
    assert within(turns, sizes[5] + sizes[4] - 1, count) == turns[5:]
    assert within(turns, 0, count) == []


@pytest.fixture
def played() -> Iterator[Endpoint]:
    with played_endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def modelled(tmp_path: Path, played: Endpoint) -> Iterator[Callable[[], tercet.Rag]]:
    settings = Settings(index=str(tmp_path / "index"), openai_base_url=played.url, retries=0)
    with tercet.open(settings=settings) as opened:
        add(opened)
        yield lambda: opened


def test_a_model_writes_the_question(modelled: Callable[[], tercet.Rag], played: Endpoint) -> None:
    def reply(message: str) -> str:
        if "Next question:" in message:
            return "Question: What does a hotel night in Paris cost?"
        return "It costs at most 180 pounds. [1]"

    played.reply = reply
    session = modelled().chat()
    session.ask(FIRST)
    answer = session.ask("And there?")
    assert answer.asked == "What does a hotel night in Paris cost?"
    shown = [r["messages"][1]["content"] for r in played.requests]
    rewriting = [text for text in shown if "Next question:" in text]
    assert len(rewriting) == 1  # the first question has no history
    assert FIRST in rewriting[0]


def test_a_model_that_fails_leaves_it_to_the_words(
    modelled: Callable[[], tercet.Rag], played: Endpoint
) -> None:
    played.reply = lambda message: 400 if "Next question:" in message else "180 pounds. [1]"
    session = modelled().chat()
    session.ask(FIRST)
    answer = session.ask("And in Paris?")
    assert answer.asked == "What does a hotel night in Paris cost at most?"
    assert any("without the model" in words for words in answer.warnings)
