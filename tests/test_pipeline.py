"""The ingest flow: what is written, what is left alone, what a crash leaves behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tercet.chunking import CharacterChunker
from tercet.errors import NoSpace
from tercet.pipeline import Ingest
from tercet.store.edge import EdgeStore
from tercet.testing.doubles import WordEncoder
from tercet.testing.store import documents
from tercet.types import And, Document, Equals, IngestProgress, IngestReport, Problem, Vectors

LONG = " ".join(f"word{number}" for number in range(200))


class CountingEncoder(WordEncoder):
    """Counts the passages it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0

    def passages(self, texts: Sequence[str]) -> Iterator[Vectors]:
        self.seen += len(texts)
        return super().passages(texts)


@pytest.fixture
def encoder() -> CountingEncoder:
    return CountingEncoder()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EdgeStore]:
    store = EdgeStore.open(tmp_path / "index", WordEncoder().schema(), create=True)
    yield store
    store.close()


def ingest(
    store: EdgeStore, encoder: WordEncoder, given: Sequence[Document | Problem], **kwargs: object
) -> IngestReport:
    flow = Ingest(store, encoder, CharacterChunker(100, 20))
    return flow(given, **kwargs)[0]  # type: ignore[arg-type]


def test_everything_is_written_once(store: EdgeStore, encoder: CountingEncoder) -> None:
    given = documents({"a.md": LONG, "b.md": "short"})
    report = ingest(store, encoder, given)
    assert (report.added, report.chunks) == (2, store.count())
    again = ingest(store, encoder, given)
    assert (again.unchanged, again.added, again.chunks) == (2, 0, 0)
    assert encoder.seen == report.chunks


def test_chunks_say_where_they_stand(store: EdgeStore, encoder: CountingEncoder) -> None:
    ingest(store, encoder, documents({"a.md": LONG}))
    chunks = sorted(store.chunks(), key=lambda chunk: chunk.index)
    assert [chunk.index for chunk in chunks] == list(range(chunks[0].total))
    assert all(LONG[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    assert {chunk.source for chunk in chunks} == {"a.md"}


def test_a_changed_document_leaves_nothing_of_the_old(
    store: EdgeStore, encoder: CountingEncoder
) -> None:
    ingest(store, encoder, documents({"a.md": LONG, "b.md": "stays"}))
    report = ingest(store, encoder, documents({"a.md": "now short", "b.md": "stays"}))
    assert (report.updated, report.unchanged) == (1, 1)
    assert {chunk.text for chunk in store.chunks()} == {"now short", "stays"}


def test_new_metadata_reaches_the_index(store: EdgeStore, encoder: CountingEncoder) -> None:
    [document] = documents({"a.md": "text"})
    ingest(store, encoder, [document])
    ingest(store, encoder, [replace(document, metadata={"year": 2024})])
    assert [chunk.metadata for chunk in store.chunks()] == [{"year": 2024}]


def test_an_interrupted_ingest_is_completed(store: EdgeStore, encoder: CountingEncoder) -> None:
    given = documents({"a.md": LONG})
    ingest(store, encoder, given)
    whole = {chunk.id: chunk for chunk in store.chunks()}
    half = [chunk for chunk in whole.values() if chunk.index % 2]
    for chunk in half:
        store.delete(And((Equals("document", (chunk.document,)), Equals("index", (chunk.index,)))))
    assert store.count() < len(whole)
    ingest(store, encoder, given)
    assert {chunk.id: chunk for chunk in store.chunks()} == whole


def test_a_half_written_update_is_completed(store: EdgeStore, encoder: CountingEncoder) -> None:
    ingest(store, encoder, documents({"a.md": LONG}))
    old = list(store.chunks())
    new = documents({"a.md": LONG.upper()})
    ingest(store, encoder, new)
    expected = {chunk.id: chunk for chunk in store.chunks()}
    stale = [chunk for chunk in old if chunk.index == 3]  # as if it had not been overwritten
    store.upsert(stale, list(encoder.passages([chunk.text for chunk in stale])))
    ingest(store, encoder, new)
    assert {chunk.id: chunk for chunk in store.chunks()} == expected


def test_problems_are_reported_and_stop_nothing(store: EdgeStore, encoder: CountingEncoder) -> None:
    problem = Problem("bad.pdf", "It is damaged.", "Repair it.")
    report = ingest(store, encoder, [problem, *documents({"a.md": "text"})])
    assert report.problems == (problem,)
    assert report.added == 1


def test_a_dry_run_writes_nothing(store: EdgeStore, encoder: CountingEncoder) -> None:
    report = ingest(store, encoder, documents({"a.md": LONG}), dry_run=True)
    assert report.dry_run
    assert report.added == 1
    assert report.chunks > 1
    assert (store.count(), encoder.seen) == (0, 0)


def test_progress_tells_documents_and_chunks(store: EdgeStore, encoder: CountingEncoder) -> None:
    told: list[IngestProgress] = []
    ingest(store, encoder, documents({"a.md": LONG, "b.md": "b"}), total=2, progress=told.append)
    assert [step.documents for step in told[:2]] == [1, 2]
    assert told[-1].chunks == store.count()
    assert {step.total for step in told} == {2}


def test_the_mean_length_follows_the_corpus(store: EdgeStore, encoder: CountingEncoder) -> None:
    ingest(store, encoder, documents({"a.md": "two words"}))
    assert store.schema.avg_terms == encoder.avg_terms == 4  # with the title
    ingest(store, encoder, documents({"b.md": "this one has six words altogether"}))
    assert store.schema.avg_terms == encoder.avg_terms == 6


def test_tenants_keep_their_own_documents(store: EdgeStore) -> None:
    given = documents({"a.md": "text"})
    for tenant in ("one", "two"):
        report, _ = Ingest(store, WordEncoder(), CharacterChunker(), tenant)(given)
        assert report.added == 1
    assert {chunk.tenant for chunk in store.chunks()} == {"one", "two"}
    assert store.count() == 2


def test_an_error_of_the_store_is_not_swallowed(tmp_path: Path) -> None:
    EdgeStore.open(tmp_path, WordEncoder().schema(), create=True).close()
    store = EdgeStore.open(tmp_path, WordEncoder().schema(), create=False, min_free=2**62)
    store.set_avg_terms(5)
    with pytest.raises(NoSpace):
        ingest(store, WordEncoder(), documents({"a.md": "text"}))
    store.close()
