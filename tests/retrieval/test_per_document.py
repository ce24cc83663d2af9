"""Hits of many documents, though one fills all candidates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tercet
from tercet.retrieval.grouping import within_quota
from tercet.retrieval.rounds import PerDocument
from tercet.types import MODES, Document, Hit, Mode, Query
from tests.retrieval.made import made

SMALL = 12
LINE = "The pump of hall {} is serviced in spring, and its valve is changed then. "


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from("abc"), max_size=20), st.integers(0, 4))
def test_the_quota_keeps_the_first_of_each_document(documents: list[str], most: int) -> None:
    hits = [made(name, -place, index=place) for place, name in enumerate(documents)]
    kept = within_quota(hits, most)
    assert kept == [hit for hit in hits if hit in kept]
    for name in "abc":
        own = [hit for hit in hits if hit.source == name]
        expected = own[:most] if most else own
        assert [hit for hit in kept if hit.source == name] == expected


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tercet.Rag]:
    """A long document on one thing, and twelve small ones on nearly the same."""
    ends = (f"Round {number} was signed by guard {number * number}." for number in range(24))
    huge = "\n\n".join(f"{LINE.format('seven') * 8}{end}" for end in ends)
    with tercet.open(tmp_path_factory.mktemp("quota")) as opened:
        opened.add([Document(text=huge, source="huge")])
        opened.add(
            Document(text=f"Note {n}: the pump of the yard was seen in {2000 + n}.", source=f"n{n}")
            for n in range(SMALL)
        )
        yield opened


QUESTION = "When is the pump of hall seven serviced and its valve changed?"


def asked(
    rag: tercet.Rag,
    limit: int,
    mode: Mode | None = None,
    *,
    most: int = 0,
    where: str | None = None,
) -> Query:
    """The question with ten candidates a leg, which the long document fills."""
    query = rag.query(QUESTION, limit, mode=mode, filter=where)
    return replace(query, prefetch_limit=10, per_document=most)


def test_the_huge_document_fills_all_candidates(rag: tercet.Rag) -> None:
    found = rag.find(asked(rag, 10)).hits
    assert {hit.source for hit in found} == {"huge"}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("most", [1, 3])
def test_as_many_hits_as_asked_for_come_back(rag: tercet.Rag, mode: Mode, most: int) -> None:
    found = rag.find(asked(rag, 10, mode, most=most))
    assert len(found.hits) == 10
    counts = Counter(hit.source for hit in found.hits)
    assert counts["huge"] == most
    assert max(counts.values()) <= most
    assert len({hit.id for hit in found.hits}) == 10
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    # Which of equal passages is first is the engine's choice; the score is not.
    [best] = rag.find(asked(rag, 1, mode)).hits
    assert found.hits[0].score == pytest.approx(best.score)
    assert set(found.ms) == {"embed", "engine", "order"}


def test_the_filter_still_holds(rag: tercet.Rag) -> None:
    found = rag.find(asked(rag, 10, most=1, where='not (source in ["n1", "n2"])')).hits
    assert len(found) == 10
    assert not {"n1", "n2"} & {hit.source for hit in found}


def test_the_search_ends_when_there_is_no_more(rag: tercet.Rag) -> None:
    rounds: list[int] = []
    inner = rag._tools.retrieve
    assert isinstance(inner, PerDocument)
    retrieve = inner._retrieve

    def counted(query: tercet.Query) -> object:
        rounds.append(query.per_document)
        return retrieve(query)

    search = PerDocument(counted, rag.store)  # type: ignore[arg-type]
    found: list[Hit] = search(asked(rag, 40, most=2)).hits
    assert Counter(hit.source for hit in found) == {"huge": 2} | {f"n{n}": 1 for n in range(SMALL)}
    assert len(rounds) <= 3


def test_windows_are_made_after_the_quota(rag: tercet.Rag) -> None:
    found = rag.find(replace(asked(rag, 5, most=1), window="neighbours")).hits
    assert len({hit.source for hit in found}) == 5
    [huge] = [hit for hit in found if hit.source == "huge"]
    [plain] = rag.find(asked(rag, 1)).hits
    assert huge.id == plain.id
    assert len(huge.text) > len(plain.text)


def test_an_explanation_is_about_the_chunk_that_was_found(rag: tercet.Rag) -> None:
    query = replace(asked(rag, 2), explain=True)
    plain, wide = rag.find(query), rag.find(replace(query, window="section"))
    narrow = {hit.id: hit for hit in plain.hits}
    for hit in wide.hits:
        assert hit.explanation == narrow[hit.id].explanation is not None
        assert len(hit.text) > len(narrow[hit.id].text)
    assert "window" in wide.ms
    assert "window" not in plain.ms
