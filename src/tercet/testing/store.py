"""The suite that every `Store` passes. Derive from it in a test module and give it a fixture
named `store`: an empty store opened with `WordEncoder().schema()`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tercet.ports import Store
from tercet.testing import reference
from tercet.testing.doubles import WordEncoder
from tercet.types import (
    And,
    Chunk,
    Document,
    Equals,
    Filter,
    Fuse,
    Interval,
    Leg,
    Metadata,
    Not,
    Or,
    Page,
    Plan,
    Range,
    Search,
    Vectors,
    document_id,
)

TEXTS = (
    "The lathe in hall two needs oil every forty hours of work",
    "Holiday requests go to the head of the department",
    "The milling machine in hall two needs no oil at all",
    "Invoices above five thousand euros need two signatures",
    "Requests for new tools go to the head of hall two",
    "Oil and grease are kept in the red cabinet",
    "Two signatures are needed for new machines",
    "The red lamp on the lathe means stop",
)
# Chosen so that no two texts have the same score where a list is cut.
QUERIES = ("oil for the lathe", "two signatures", "red grease cabinet and head of hall")
ENCODER = WordEncoder()


def chunk_of(number: int, text: str, metadata: Metadata | None = None, tenant: str = "") -> Chunk:
    """The only chunk of document number `number`."""
    source = f"doc{number}.md"
    return Chunk(
        text=text,
        start=0,
        end=len(text),
        document=document_id(source, "", {}, tenant),
        source=source,
        title=f"Document {number}",
        headings=("Top", "Sub"),
        pages=(Page(number + 1, 0, len(text)),),
        metadata=metadata or {"number": number, "even": number % 2 == 0},
        tenant=tenant,
        folders=("/docs", f"/docs/{'a' if number < 4 else 'b'}"),
        sources=(source,),
    )


def fill(store: Store) -> tuple[dict[str, Chunk], dict[str, Vectors]]:
    """Put the texts into the store; chunks and vectors by id."""
    chunks = [chunk_of(number, text) for number, text in enumerate(TEXTS)]
    vectors = list(ENCODER.passages([chunk.text for chunk in chunks]))
    store.upsert(chunks, vectors)
    ids = [chunk.id for chunk in chunks]
    return dict(zip(ids, chunks, strict=True)), dict(zip(ids, vectors, strict=True))


class StoreConformance:
    """Every test is a promise of the `Store` port."""

    def test_gives_back_what_was_put_in(self, store: Store) -> None:
        chunks, _ = fill(store)
        assert {chunk.id: chunk for chunk in store.chunks()} == chunks

    def test_writing_twice_changes_nothing(self, store: Store) -> None:
        fill(store)
        fill(store)
        assert store.count() == len(TEXTS)

    @pytest.mark.parametrize("text", QUERIES)
    @pytest.mark.parametrize("leg", ["dense", "sparse", "late_interaction"])
    def test_each_leg_scores_as_the_reference(self, store: Store, leg: str, text: str) -> None:
        _, passages = fill(store)
        query = ENCODER.query(text)
        expected = {
            "dense": reference.dense_scores,
            "sparse": reference.sparse_scores,
            "late_interaction": reference.late_scores,
        }[leg](query, passages)
        assert_scores(store, Leg(leg, 5), query, reference.top(expected, 5))  # type: ignore[arg-type]

    def test_several_searches_are_answered_in_order(self, store: Store) -> None:
        fill(store)
        searches = [Search(Leg("sparse", 1), ENCODER.query(text)) for text in TEXTS]
        found = store.search(searches)
        assert [hits[0].text for hits in found] == list(TEXTS)

    @pytest.mark.parametrize(
        ("filter", "numbers"),
        [
            (Equals("number", (3,)), {3}),
            (Equals("number", (3.0, 5)), {3, 5}),
            (Equals("number", ()), set()),
            (Equals("even", (True,)), {0, 2, 4, 6}),
            (Equals("source", ("doc1.md", "doc2.md")), {1, 2}),
            (Equals("page", (2,)), {1}),
            (Equals("folders", ("/docs/b",)), {4, 5, 6, 7}),
            (Range("number", Interval(gte=2, lt=5)), {2, 3, 4}),
            (Not(Equals("number", (3,))), {0, 1, 2, 4, 5, 6, 7}),
            (Not(Equals("missing", ("x",))), set(range(8))),
            (And((Equals("even", (False,)), Range("number", Interval(gt=3)))), {5, 7}),
            (Or((Equals("number", (0,)), Equals("number", (7,)))), {0, 7}),
            (Not(Or((Equals("even", (True,)), Range("number", Interval(lte=3))))), {5, 7}),
        ],
    )
    def test_filters_choose(self, store: Store, filter: Filter, numbers: set[int]) -> None:
        fill(store)
        found = {chunk.metadata["number"] for chunk in store.chunks(filter)}
        assert found == numbers
        assert store.count(filter) == len(numbers)

    def test_a_filter_holds_in_every_leg(self, store: Store) -> None:
        fill(store)
        proposals = (Leg("dense", 8), Leg("sparse", 8))
        plan = Fuse("dbsf", 8, (*proposals, Leg("late_interaction", 8, proposals)))
        even = Equals("even", (True,))
        [hits] = store.search([Search(plan, ENCODER.query("oil in hall two"), even)])
        assert {hit.chunk.metadata["number"] for hit in hits} == {0, 2, 4, 6}

    def test_dates_are_compared_as_dates(self, store: Store) -> None:
        days = ("2023-12-31", "2024-01-01", "2024-06-30T12:00:00")
        chunks = [chunk_of(i, f"day {i}", {"day": day}) for i, day in enumerate(days)]
        store.upsert(chunks, list(ENCODER.passages([chunk.text for chunk in chunks])))
        found = store.chunks(Range("day", Interval(gte="2024-01-01")))
        assert {chunk.source for chunk in found} == {"doc1.md", "doc2.md"}

    def test_dates_with_an_index_are_found_in_every_way(self, store: Store) -> None:
        days = ("2023", "2024-01-01", "2024-06-30T12:00:00")
        chunks = [chunk_of(i, f"day {i}", {"day": day}) for i, day in enumerate(days)]
        store.upsert(chunks, list(ENCODER.passages([chunk.text for chunk in chunks])))
        store.index_fields({"day": "datetime"})
        for number, day in enumerate(days):
            assert [c.source for c in store.chunks(Equals("day", (day,)))] == [f"doc{number}.md"]
        later = store.chunks(Range("day", Interval(gte="2024-01-02")))
        assert [chunk.source for chunk in later] == ["doc2.md"]

    def test_list_fields_match_by_element(self, store: Store) -> None:
        chunks = [chunk_of(0, "one", {"tags": ["a", "b"]}), chunk_of(1, "two", {"tags": ["c"]})]
        store.upsert(chunks, list(ENCODER.passages(["one", "two"])))
        assert [chunk.text for chunk in store.chunks(Equals("tags", ("b",)))] == ["one"]

    def test_field_names_are_free(self, store: Store) -> None:
        names = ("Due date", "dc.title", "größe", "a-b", "1st")
        chunks = [chunk_of(n, name, {name: n + 1}) for n, name in enumerate(names)]
        store.upsert(chunks, list(ENCODER.passages(list(names))))
        for _ in range(2):
            for n, name in enumerate(names):
                assert [c.text for c in store.chunks(Equals(name, (n + 1,)))] == [name]
            store.index_fields(dict.fromkeys(names, "float"))

    def test_filters_are_the_same_with_and_without_payload_indexes(self, store: Store) -> None:
        fill(store)
        filter = And((Range("number", Interval(gte=2)), Equals("even", (True,))))
        before = {chunk.id for chunk in store.chunks(filter)}
        store.index_fields({"number": "float", "even": "bool"})
        store.index_fields({"number": "float", "even": "bool"})
        assert {chunk.id for chunk in store.chunks(filter)} == before != set()

    def test_deletes_what_matches_and_nothing_else(self, store: Store) -> None:
        chunks, _ = fill(store)
        gone = next(iter(chunks.values()))
        store.delete(Equals("document", (gone.document,)))
        assert store.count(Equals("document", (gone.document,))) == 0
        assert store.count() == len(TEXTS) - 1

    def test_facets_count_chunks(self, store: Store) -> None:
        fill(store)
        store.upsert([chunk_of(0, "again", tenant="other")], list(ENCODER.passages(["again"])))
        assert store.facet("source", limit=1) == {"doc0.md": 2}
        assert len(store.facet("source")) == len(TEXTS)
        assert store.facet("folders", filter=Equals("tenant", ("",)))["/docs/a"] == 4

    def test_vectors_come_back_as_they_were(self, store: Store) -> None:
        chunks, _ = fill(store)
        chosen = Equals("source", ("doc1.md", "doc2.md"))
        before = [(chunk, vectors) for chunk, vectors in store.embedded(chosen)]
        assert {chunk.id: chunk for chunk, _ in before} == {
            id: chunk for id, chunk in chunks.items() if chunk.source in ("doc1.md", "doc2.md")
        }
        for chunk, vectors in before:
            expected = next(ENCODER.passages([chunk.text]))
            assert vectors.dense == pytest.approx(expected.dense, abs=1e-3)
            assert vectors.late == pytest.approx(expected.late, abs=0.02)
            assert (len(vectors.sparse.indices), vectors.terms) == (0, expected.terms)
        store.upsert([chunk for chunk, _ in before], [vectors for _, vectors in before])
        for (_, first), (_, second) in zip(before, store.embedded(chosen), strict=True):
            assert second.dense == pytest.approx(first.dense, abs=1e-3)
            assert (second.late == first.late).all()

    def test_a_chunk_is_found_by_what_was_embedded(self, store: Store) -> None:
        chunks, _ = fill(store)
        chunk = next(iter(chunks.values()))
        assert [found.id for found in store.chunks(Equals("digest", (chunk.digest,)))] == [chunk.id]

    def test_places_can_be_changed_alone(self, store: Store) -> None:
        chunks, _ = fill(store)
        chunk = next(iter(chunks.values()))
        store.set_places(chunk.document, ["x/new.md", "y/new.md"], ["/x", "/y"])
        assert list(store.chunks(Equals("source", ("doc0.md",)))) == []
        [moved] = store.chunks(Equals("source", ("y/new.md",)))
        assert moved == replace(
            chunk, source="x/new.md", sources=("x/new.md", "y/new.md"), folders=("/x", "/y")
        )
        assert [found.id for found in store.chunks(Equals("folder", ("y",)))] == [chunk.id]
        assert store.count(Equals("folders", ("/docs/a",))) == 3

    def test_sparse_vectors_can_be_replaced_alone(self, store: Store) -> None:
        chunks, _ = fill(store)
        id = next(iter(chunks))
        store.update_sparse([id], list(ENCODER.sparse_passages(["zebra"])))
        [hits] = store.search([Search(Leg("sparse", 3), ENCODER.query("zebra"))])
        assert [hit.id for hit in hits] == [id]
        [hits] = store.search([Search(Leg("dense", 1), ENCODER.query(TEXTS[0]))])
        assert hits[0].score == pytest.approx(1, abs=0.01)

    def test_a_text_without_tokens_can_be_stored(self, store: Store) -> None:
        chunk = chunk_of(0, "…")
        store.upsert([chunk], list(ENCODER.passages(["…"])))
        assert [found.text for found in store.chunks()] == ["…"]

    def test_searching_an_empty_store_finds_nothing(self, store: Store) -> None:
        proposals = (Leg("dense", 8), Leg("sparse", 8))
        plan = Fuse("dbsf", 8, (*proposals, Leg("late_interaction", 8, proposals)))
        assert store.search([Search(plan, ENCODER.query("oil"))]) == [[]]
        assert store.count() == 0

    def test_vectors_are_given_back_by_id(self, store: Store) -> None:
        _, vectors = fill(store)
        wanted = list(vectors)[2:5]
        found = store.vectors([*wanted, "00000000-0000-0000-0000-000000000000"])
        assert set(found) == set(wanted)
        for id in wanted:
            assert found[id].dense == pytest.approx(vectors[id].dense, abs=2e-3)
            assert found[id].late == pytest.approx(vectors[id].late, abs=2e-2)
            terms = dict(zip(vectors[id].sparse.indices, vectors[id].sparse.values, strict=True))
            kept = dict(zip(found[id].sparse.indices, found[id].sparse.values, strict=True))
            assert kept == pytest.approx(terms)

    def test_optimising_loses_nothing(self, store: Store) -> None:
        chunks, _ = fill(store)
        store.optimize()
        assert {chunk.id for chunk in store.chunks()} == set(chunks)

    def test_the_mean_length_is_kept_in_the_record(self, store: Store) -> None:
        store.set_avg_terms(12.5)
        assert store.schema.avg_terms == 12.5


def assert_scores(
    store: Store, plan: Plan, query: Vectors, expected: reference.Scores, within: float = 0.02
) -> None:
    """The store finds what the reference finds, with the same scores, best first."""
    [hits] = store.search([Search(plan, query)])
    assert {hit.id: hit.score for hit in hits} == pytest.approx(expected, abs=within)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)


def documents(texts: dict[str, str]) -> list[Document]:
    """Documents by source, for tests of the flows."""
    return [Document(text, source=source, title=source) for source, text in texts.items()]
