"""What an explanation says is what the engine did: its parts add up to the engine's scores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

import tercet
from tercet.embedding.encoder import ThreeVectorEncoder
from tercet.retrieval.arithmetic import Arithmetic, standing
from tercet.retrieval.explain import explained
from tercet.retrieval.plans import plan
from tercet.retrieval.retriever import tenant_filter
from tercet.retrieval.tokens import token_matches
from tercet.testing.doubles import WordEncoder
from tercet.types import MODES, Chunk, Document, Fuse, Fusion, Heading, Hit, Leg, Query, Search

TEXTS = {
    "warranty.md": "# Warranties\n\nThe meter is under warranty for two years from delivery.",
    "leave.md": "Everyone has 25 days of leave a year, and five more after ten years of service.",
    "hours.md": "The workshop opens at seven in the morning. Deliveries are taken until noon.",
    "hotel.md": "A night in a hotel in London may cost 180 pounds, elsewhere 120.",
    "oil.md": "Lathes are oiled each morning before the workshop opens.",
    "password.md": "A password is reset by the help desk; the reset takes an hour.",
    "travel.md": "Trips of more than two days need the consent of the head of department.",
    "meter.md": "The X200 meter measures flow. A meter is calibrated after two years.",
}
QUESTIONS = ("How long are warranties on the meter?", "days of leave", "zebra")

FUSIONS = (
    None,
    Fusion("dbsf"),
    Fusion("rrf"),
    Fusion("rrf", {"dense": 3.0, "sparse": 0.5}, k=10),
    Fusion("vote", {"dense": 1.0, "sparse": 0.25, "late_interaction": 2.0}),
    Fusion("vote", {"sparse": 0.0}),
)


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tercet.Rag]:
    with tercet.open(tmp_path_factory.mktemp("explain")) as rag:
        rag.add(
            Document(text, source, headings=headings_of(text)) for source, text in TEXTS.items()
        )
        yield rag


def headings_of(text: str) -> tuple[Heading, ...]:
    return (Heading(1, "Warranties", 0),) if text.startswith("#") else ()


def found(rag: tercet.Rag, encoder: ThreeVectorEncoder, query: Query) -> list[Hit]:
    """The engine's own hits of a query, explained."""
    encoder.avg_terms = rag.schema.avg_terms
    search = Search(plan(query), encoder.query(query.text), tenant_filter("", query.filter))
    [hits] = rag.store.search([search])
    return explained(query, search, hits, rag.store, encoder)


@pytest.mark.parametrize("fusion", FUSIONS, ids=str)
@pytest.mark.parametrize("mode", MODES)
def test_the_shares_add_up_to_the_engines_score(
    rag: tercet.Rag, encoder: ThreeVectorEncoder, mode: str, fusion: Fusion | None
) -> None:
    for question in QUESTIONS:
        query = Query(question, mode=mode, limit=8, prefetch_limit=4, fusion=fusion)  # type: ignore[arg-type]
        hits = found(rag, encoder, query)
        assert hits or (mode, question) == ("sparse", "zebra")
        for hit in hits:
            assert hit.explanation
            assert hit.explanation.total == pytest.approx(hit.score, abs=1e-3)
            assert sum(share.added for share in hit.explanation.shares) == pytest.approx(
                hit.score, abs=1e-3
            )
            assert hit.explanation.changed_by == ()


def test_a_leg_that_did_not_find_a_hit_adds_nothing(
    rag: tercet.Rag, encoder: ThreeVectorEncoder
) -> None:
    hits = found(rag, encoder, Query("days of leave", mode="hybrid", limit=8))
    without = [hit for hit in hits if "sparse" not in hit.legs]
    assert without
    for hit in without:
        assert hit.explanation
        [dense, sparse] = hit.explanation.shares
        assert (sparse.added, sparse.rank, sparse.score) == (0.0, None, None)
        assert dense.rank == hit.legs["dense"].rank
        assert dense.added == hit.explanation.total


def test_the_terms_add_up_to_the_sparse_score(rag: tercet.Rag, encoder: ThreeVectorEncoder) -> None:
    for question in QUESTIONS:
        for hit in found(rag, encoder, Query(question, limit=8)):
            assert hit.explanation and hit.explanation.terms is not None
            score = hit.legs["sparse"].score if "sparse" in hit.legs else 0.0
            assert sum(term.added for term in hit.explanation.terms) == pytest.approx(
                score, abs=1e-3
            )


def test_a_term_is_told_by_the_words_of_either_side(
    rag: tercet.Rag, encoder: ThreeVectorEncoder
) -> None:
    [hit] = found(rag, encoder, Query("How long are warranties on the meter?", limit=1))
    assert hit.source == "warranty.md"
    assert hit.explanation and hit.explanation.terms
    terms = {term.query_words: term for term in hit.explanation.terms}
    assert set(terms) == {("warranties",), ("meter",)}
    assert terms[("warranties",)].words == ("Warranties", "warranty")
    text = TEXTS["warranty.md"]
    assert [text[start:end] for start, end in terms[("meter",)].spans] == ["meter"]
    # One passage has the word, two have "meter": the rarer one counts more.
    assert terms[("warranties",)].idf > terms[("meter",)].idf > 0


def test_the_tokens_add_up_to_the_late_score(rag: tercet.Rag, encoder: ThreeVectorEncoder) -> None:
    for question in QUESTIONS:
        for hit in found(rag, encoder, Query(question, limit=8)):
            assert hit.explanation and hit.explanation.tokens
            tokens = hit.explanation.tokens
            assert all(t.added == pytest.approx(t.weight * t.similarity, abs=0.02) for t in tokens)
            # The engine holds both sides in bytes.
            late = hit.legs["late_interaction"].score
            assert sum(token.added for token in tokens) == pytest.approx(late, abs=0.05)


def test_each_token_of_the_query_has_its_nearest_in_the_document(
    rag: tercet.Rag, encoder: ThreeVectorEncoder
) -> None:
    [hit] = found(rag, encoder, Query("days of leave", limit=1))
    assert hit.explanation and hit.explanation.tokens
    assert [token.token for token in hit.explanation.tokens] == ["days", "of", "leave"]
    for token in hit.explanation.tokens:
        assert token.part == "text"
        assert TEXTS["leave.md"][token.start : token.end] == token.match
    days, of, leave = hit.explanation.tokens
    assert (days.match, leave.match) == ("days", "leave")
    assert leave.weight > days.weight > of.weight


def test_tokens_of_the_heading_have_no_place_in_the_text(
    rag: tercet.Rag, encoder: ThreeVectorEncoder
) -> None:
    chunk = Chunk("two years", 40, 49, headings=("Warranties",), lead="| a |", title="Terms")
    [passage] = encoder.passages([chunk.passage])
    asked = encoder.query("warranties years").late
    matches = token_matches("warranties years", asked, chunk, passage.late, encoder)
    assert matches
    by_word = {match.match: match for match in matches}
    assert by_word["years"].part == "text"
    assert (by_word["years"].start, by_word["years"].end) == (44, 49)
    heading = next(match for match in matches if match.part == "labels")
    assert (heading.start, heading.end) == (None, None)


def test_texts_that_are_not_those_of_the_vectors_are_not_guessed_at(
    rag: tercet.Rag, encoder: ThreeVectorEncoder
) -> None:
    query = Query("days of leave", limit=1)
    search = Search(plan(query), encoder.query(query.text), tenant_filter("", None))
    [[hit]] = rag.store.search([search])
    wider = replace(hit, chunk=replace(hit.chunk, text=hit.text + " And more."))
    [told] = explained(query, search, [wider], rag.store, encoder)
    assert told.explanation and told.explanation.tokens is None


def test_models_that_do_not_tell_their_words_leave_them_out(
    rag: tercet.Rag, encoder: ThreeVectorEncoder
) -> None:
    query = Query("days of leave", limit=1)
    search = Search(plan(query), encoder.query(query.text), tenant_filter("", None))
    [hits] = rag.store.search([search])
    [told] = explained(query, search, hits, rag.store, WordEncoder())
    assert told.explanation
    assert (told.explanation.terms, told.explanation.tokens) == (None, None)


def test_a_score_of_a_later_stage_is_said_to_be_one(
    rag: tercet.Rag, encoder: ThreeVectorEncoder
) -> None:
    query = Query("days of leave", limit=2)
    search = Search(plan(query), encoder.query(query.text), tenant_filter("", None))
    [hits] = rag.store.search([search])
    ordered = [replace(hit, score=hit.score + 7) for hit in hits]
    for hit in explained(query, search, ordered, rag.store, encoder):
        assert hit.explanation and hit.explanation.changed_by == ("reranker",)


def test_an_explanation_takes_two_engine_calls(
    rag: tercet.Rag, encoder: ThreeVectorEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = Query("How long are warranties on the meter?", limit=8)
    search = Search(plan(query), encoder.query(query.text), tenant_filter("", None))
    [hits] = rag.store.search([search])
    calls: list[str] = []
    for name in ("search", "vectors", "count", "chunks", "facet", "embedded"):
        method = getattr(rag.store, name)
        monkeypatch.setattr(
            rag.store, name, lambda *a, m=method, n=name: (calls.append(n), m(*a))[1]
        )
    explained(query, search, hits, rag.store, encoder)
    assert sorted(calls) == ["search", "vectors"]


def test_lists_without_spread_give_one_half() -> None:
    hits = [Hit(Chunk("a", 0, 1, document="a"), 0.7)]
    fused = Fuse("dbsf", 5, (Leg("dense", 5), Leg("sparse", 5)))
    told = Arithmetic(fused, {"dense": standing(hits), "sparse": {}})(hits[0].id)
    assert [share.added for share in told.shares] == [0.5, 0.0]
    assert told.shares[1].mean is None
