"""Feedback: what the plain query finds changes its vectors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import tercet
from tercet.errors import UsageError
from tercet.retrieval.expansion.rm3 import Rm3, interpolated, relevance_model
from tercet.retrieval.expansion.rocchio import Rocchio, moved
from tercet.types import Chunk, Document, Hit, Leg, LegName, Query, Search, SparseVector, Vectors

TEXTS = {
    "car.md": "A car is an automobile with a petrol engine.",
    "automobile.md": "Each automobile is washed on Fridays.",
    "bread.md": "Bread is baked before dawn.",
    "engine.md": "The engine of a lathe is oiled daily.",
    "leave.md": "Everyone has 25 days of leave.",
    "hotel.md": "A night in a hotel may cost 180 pounds.",
}


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tercet.Rag]:
    with tercet.open(tmp_path_factory.mktemp("feedback")) as rag:
        rag.add(Document(text, source) for source, text in TEXTS.items())
        yield rag


def sources(rag: tercet.Rag, query: Query) -> list[str]:
    return [hit.source for hit in rag.find(query).hits]


def test_rm3_finds_a_passage_that_has_none_of_the_words(rag: tercet.Rag) -> None:
    asked = rag.query("cars", mode="sparse")
    assert sources(rag, asked) == ["car.md"]
    found = sources(rag, replace(asked, expand=("rm3",)))
    assert found[0] == "car.md"
    assert "automobile.md" in found
    assert "bread.md" not in found


def test_feedback_sees_only_what_passes_the_filter(rag: tercet.Rag) -> None:
    asked = rag.query("cars", mode="sparse", filter="source != 'car.md'", expand=["rm3"])
    assert sources(rag, asked) == []


def test_feedback_of_nothing_found_is_the_plain_query(rag: tercet.Rag) -> None:
    asked = rag.query("cars", filter="source = 'none'", expand=["rm3", "rocchio"])
    found = rag.find(asked)
    assert (found.hits, found.warnings) == ([], ())


@pytest.mark.parametrize(("mode", "name"), [("dense", "rm3"), ("sparse", "rocchio")])
def test_feedback_on_a_leg_that_the_mode_does_not_use_changes_nothing(
    rag: tercet.Rag, mode: str, name: str
) -> None:
    plain = rag.query("an automobile engine", mode=mode)  # type: ignore[arg-type]
    assert rag.find(replace(plain, expand=(name,))).hits == rag.find(plain).hits


def test_rocchio_moves_the_scores_towards_what_was_found(rag: tercet.Rag) -> None:
    plain = rag.query("washing a car", mode="dense")
    before = rag.find(plain).hits
    after = rag.find(replace(plain, expand=("rocchio",))).hits
    assert after[0].source == before[0].source
    assert after[0].score > before[0].score + 0.01


def test_an_expanded_query_can_be_explained(rag: tercet.Rag) -> None:
    found = rag.find(rag.query("cars", expand=["rm3", "rocchio"], explain=True))
    for hit in found.hits:
        assert hit.explanation is not None
        assert hit.explanation.total == pytest.approx(hit.score, abs=1e-3)
        assert hit.explanation.changed_by == ()


def test_an_unknown_expansion_is_refused_with_the_names_there_are(rag: tercet.Rag) -> None:
    with pytest.raises(UsageError, match="'rm4'") as caught:
        rag.find(rag.query("cars", expand=["rm3", "rm4"]))
    for name in ("rm3", "rocchio", "multi", "hyde", "step-back", "decompose"):
        assert name in caught.value.help


def test_the_engine_counts_an_expanded_query_term_by_term(rag: tercet.Rag) -> None:
    """Weights in the query are linear, and the engine multiplies each by the term's IDF."""
    terms = next(iter(rag.store.vectors([rag.search("car")[0].id]).values())).sparse.indices[:3]
    alone = [scores(rag, SparseVector(terms[n : n + 1], np.ones(1, np.float32))) for n in range(3)]
    mixed = scores(rag, SparseVector(terms, np.array([1, 0.5, 0.25], np.float32)))
    for source, score in mixed.items():
        parts = [one.get(source, 0.0) for one in alone]
        assert score == pytest.approx(np.dot(parts, [1, 0.5, 0.25]), rel=1e-4)


def scores(rag: tercet.Rag, sparse: SparseVector) -> Mapping[str, float]:
    none = np.empty(0, np.float32)
    [hits] = rag.store.search([Search(Leg("sparse", 10), Vectors(none, sparse, none[None]))])
    return {hit.source: hit.score for hit in hits}


weights = st.floats(0.125, 4, width=32)
sparse_vectors = st.dictionaries(st.integers(0, 30), weights, min_size=1, max_size=12).map(
    lambda found: SparseVector(
        np.array(list(found), np.uint32), np.array(list(found.values()), np.float32)
    )
)
found_ones = st.lists(st.tuples(st.floats(-1, 9), sparse_vectors), min_size=1, max_size=6)


def passes(found: list[tuple[float, SparseVector]]) -> list[tuple[Hit, Vectors]]:
    none = np.empty(0, np.float32)
    return [
        (Hit(Chunk("text", 0, 4), score), Vectors(none, sparse, none[None]))
        for score, sparse in found
    ]


def as_row(vector: SparseVector) -> np.ndarray:
    row = np.zeros(31)
    row[vector.indices] = vector.values
    return row


@settings(deadline=None)
@given(sparse_vectors, found_ones, st.integers(1, 31), st.floats(0, 1))
def test_rm3_is_the_formula(
    query: SparseVector, found: list[tuple[float, SparseVector]], terms: int, own: float
) -> None:
    """Against the matrix form: rows are p(term | passage), their mixture is cut to its heaviest
    terms, made a distribution again, and mixed with p(term | query)."""
    got = as_row(interpolated(query, relevance_model(passes(found), terms), own))
    matrix = np.array([as_row(vector) for _, vector in found])
    matrix /= matrix.sum(axis=1, keepdims=True)
    prior = np.array([max(score, 0) for score, _ in found])
    prior = prior / prior.sum() if prior.sum() > 0 else np.full(len(prior), 1 / len(prior))
    mixture = prior @ matrix
    cut = np.sort(mixture)[::-1]
    assume(terms == 31 or cut[terms - 1] - cut[terms] > 1e-9 or cut[terms - 1] == 0)
    order = np.lexsort((np.arange(31), -mixture))
    kept = np.zeros(31)
    kept[order[:terms]] = mixture[order[:terms]]
    asked = as_row(query)
    expected = own * asked / asked.sum() + (1 - own) * kept / kept.sum()
    assert got == pytest.approx(expected * asked.sum(), rel=1e-4, abs=1e-6)


def test_a_query_of_no_terms_stays_as_it_is() -> None:
    empty = SparseVector(np.empty(0, np.uint32), np.empty(0, np.float32))
    assert interpolated(empty, {3: 1.0}, 0.5) is empty


rows = st.lists(st.floats(-1, 1, width=32), min_size=4, max_size=4).map(
    lambda values: np.array([*values, 1.0], np.float32)
)


@settings(deadline=None)
@given(rows, st.lists(st.tuples(st.floats(0.5, 2), rows), min_size=1, max_size=4), st.floats(0, 1))
def test_rocchio_is_the_formula(
    query: np.ndarray, found: list[tuple[float, np.ndarray]], weight: float
) -> None:
    none = SparseVector(np.empty(0, np.uint32), np.empty(0, np.float32))
    hits = [
        (Hit(Chunk("text", 0, 4), score), Vectors(row, none, row[None, :0])) for score, row in found
    ]
    got = moved(query, hits, weight)
    assert np.linalg.norm(got) == pytest.approx(1, abs=1e-5)
    centre = np.average([row for _, row in found], axis=0, weights=[score for score, _ in found])
    expected = query / np.linalg.norm(query) + weight * centre / np.linalg.norm(centre)
    assert got == pytest.approx(expected / np.linalg.norm(expected), abs=1e-4)


def test_several_feedbacks_look_once(rag: tercet.Rag, encoder: object) -> None:
    from tercet.retrieval.retriever import Retriever

    class Counting:
        calls = 0

        def search(self, searches: list[Search]) -> list[list[Hit]]:
            self.calls += 1
            return rag.store.search(searches)

        def vectors(self, ids: list[str], legs: Collection[LegName]) -> dict[str, Vectors]:
            return rag.store.vectors(ids, legs)

    store = Counting()
    retrieve = Retriever(
        encoder,  # type: ignore[arg-type]
        store,  # type: ignore[arg-type]
        expanders={"rm3": Rm3(passages=3), "rocchio": Rocchio(passages=2)},
    )
    retrieve(Query("cars", expand=("rm3", "rocchio")))
    assert store.calls == 2  # the first pass, and the search
