"""The facade: what is found and answered, and what is refused."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import tercet
from tercet.errors import FilterError, UsageError
from tercet.types import Equals
from tests.small_docs import HOURS, write_docs


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tercet.Rag]:
    """The same documents, for tests that only read."""
    place = tmp_path_factory.mktemp("shelf")
    with contextlib.chdir(place):
        rag = tercet.open("index")
        rag.ingest(write_docs(place))
    yield rag
    rag.close()


def sources(hits: list[tercet.Hit]) -> set[str]:
    return {hit.source for hit in hits}


def test_a_filter_is_text_or_a_tree(shelf: tercet.Rag) -> None:
    by_text = shelf.search("days of leave", filter='category = "hr" and year >= 2023')
    by_tree = shelf.search("days of leave", filter=Equals("year", (2024,)))
    assert sources(by_text) == sources(by_tree) == {"docs/people/leave.md"}
    assert len(shelf.search("days of leave", filter="")) == 3
    assert shelf.search("days of leave", filter='category = "it"') == []


def test_wrong_questions_are_errors(shelf: tercet.Rag) -> None:
    with pytest.raises(FilterError) as caught:
        shelf.search("x", filter="year >")
    assert caught.value.position == 6
    with pytest.raises(UsageError, match="no search mode 'best'"):
        shelf.search("x", mode="best")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="at least 1"):
        shelf.search("x", 0)
    with pytest.raises(UsageError, match="empty"):
        shelf.ask(" \n")


def test_hits_say_where_they_stand(shelf: tercet.Rag) -> None:
    hit = shelf.search("When does the workshop open?", 1, explain=True)[0]
    assert hit.source == "docs/hours.md"
    assert HOURS[hit.chunk.start : hit.chunk.end] == hit.text
    assert {leg.rank for leg in hit.legs.values()} == {1}
    assert len(hit.legs) == 3


def test_an_answer_quotes_to_the_letter(shelf: tercet.Rag) -> None:
    answer = shelf.ask("When does the workshop open?")
    [citation] = [c for c in answer.citations if c.source == "docs/hours.md"]
    assert not answer.abstained
    assert citation.verified
    assert HOURS[citation.start : citation.end] == citation.quote
    assert "[1]" in answer.text
    assert set(answer.ms) == {"search", "write"}


def test_docs_confine_the_question(shelf: tercet.Rag, monkeypatch: pytest.MonkeyPatch) -> None:
    docs = Path(shelf.chunks("docs/hours.md")[0].folders[-2])
    monkeypatch.chdir(docs.parent)
    question = "How many days of leave does everyone have?"
    folder = shelf.ask(question, docs=[docs / "people"])
    assert {hit.source for hit in folder.hits} == {"docs/people/leave.md", "docs/people/old.md"}
    file = shelf.ask(question, docs=["docs/people/old.md"])
    assert {hit.source for hit in file.hits} == {"docs/people/old.md"}
    both = shelf.ask(question, docs=[docs / "people"], filter="year < 2023")
    assert {hit.source for hit in both.hits} == {"docs/people/old.md"}
    assert shelf.ask(question, docs=[docs / "peo"]).hits == ()


def test_an_empty_index_abstains() -> None:
    with tercet.open("index") as rag:
        answer = rag.ask("When does the workshop open?")
    assert answer.abstained
    assert (answer.citations, answer.hits) == ((), ())
