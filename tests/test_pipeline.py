"""The ingest flow: what is written, what is left alone, what a crash leaves behind."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tercet.chunking import CharacterChunker
from tercet.errors import NoSpace
from tercet.loaders.reading import Reader
from tercet.pipeline import Ingest
from tercet.store.edge import EdgeStore
from tercet.store.ledger import SqliteLedger
from tercet.testing.doubles import WordEncoder
from tercet.testing.store import documents
from tercet.types import (
    And,
    Equals,
    IngestProgress,
    IngestReport,
    Leg,
    LegName,
    Problem,
    Search,
    SourceFile,
    Vectors,
)

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


@pytest.fixture
def ledger(tmp_path: Path, store: EdgeStore) -> Iterator[SqliteLedger]:
    ledger = SqliteLedger(tmp_path / "index" / "ledger.db")
    yield ledger
    ledger.close()


@pytest.fixture
def flow(store: EdgeStore, ledger: SqliteLedger, encoder: CountingEncoder) -> Ingest:
    return Ingest(store, ledger, encoder, CharacterChunker(100, 20))


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    return folder


Run = Callable[..., IngestReport]


@pytest.fixture
def run(flow: Ingest, docs: Path) -> Run:
    """Ingests all files of the folder as they are now."""

    def ingest(*problems: Problem, **options: object) -> IngestReport:
        files = [file_at(path) for path in sorted(docs.rglob("*")) if path.is_file()]
        return flow([*problems, *files], Reader(0), is_gone=is_gone, **options)[0]  # type: ignore[arg-type]

    def is_gone(key: str) -> bool:
        return not Path(key.partition("!/")[0]).exists()

    return ingest


def file_at(path: Path, **given: str) -> SourceFile:
    folders = tuple(parent.as_posix() for parent in reversed(path.parents))
    return SourceFile(path, path.name, path.as_posix(), folders, given=given)


def texts(store: EdgeStore) -> list[str]:
    return sorted(chunk.text for chunk in store.chunks())


def test_everything_is_written_once(
    flow: Ingest, store: EdgeStore, encoder: CountingEncoder
) -> None:
    given = documents({"a.md": LONG, "b.md": "short"})
    report = flow.add(given)
    assert (report.added, report.chunks) == (2, store.count())
    again = flow.add(given)
    assert (again.unchanged, again.added, again.chunks) == (2, 0, 0)
    assert encoder.seen == report.chunks


def test_chunks_say_where_they_stand(flow: Ingest, store: EdgeStore) -> None:
    flow.add(documents({"a.md": LONG}))
    chunks = sorted(store.chunks(), key=lambda chunk: chunk.index)
    assert [chunk.index for chunk in chunks] == list(range(chunks[0].total))
    assert all(LONG[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    assert {chunk.source for chunk in chunks} == {"a.md"}


def test_a_changed_document_leaves_nothing_of_the_old(flow: Ingest, store: EdgeStore) -> None:
    flow.add(documents({"a.md": LONG, "b.md": "stays"}))
    report = flow.add(documents({"a.md": "now short", "b.md": "stays"}))
    assert (report.updated, report.unchanged) == (1, 1)
    assert texts(store) == ["now short", "stays"]


def test_only_changed_chunks_are_embedded(
    flow: Ingest, store: EdgeStore, encoder: CountingEncoder
) -> None:
    flow.add(documents({"a.md": LONG}))
    first = encoder.seen
    before = {chunk.text for chunk in store.chunks()}
    report = flow.add(documents({"a.md": LONG + " and three more words at the end"}))
    after = {chunk.text for chunk in store.chunks()}
    assert encoder.seen - first == len(after - before) <= 2
    assert report.reused == len(after & before) == report.chunks - (encoder.seen - first)
    fresh = dict(zip(after, WordEncoder().passages(sorted(after)), strict=True))
    assert len(fresh) == store.count()


def test_reused_vectors_find_what_fresh_ones_find(flow: Ingest, store: EdgeStore) -> None:
    new = documents({"a.md": f"{LONG} more"})
    flow.add(new)
    fresh = scores(store)
    flow.remove("a.md")
    flow.add(documents({"a.md": LONG}))
    assert flow.add(new).reused > 10
    assert scores(store) == pytest.approx(fresh, abs=1e-3)


def scores(store: EdgeStore) -> dict[tuple[str, str], float]:
    """What the legs find for one query, by leg and text. The sparse one weighs by how many
    points there are, and the engine counts removed ones until it has tidied up."""
    legs: tuple[LegName, ...] = ("dense", "late_interaction")
    query = WordEncoder().query("word7 word8 word150")
    found = store.search([Search(Leg(leg, 100), query) for leg in legs])
    return {
        (leg, hit.text): hit.score for leg, hits in zip(legs, found, strict=True) for hit in hits
    }


def test_new_metadata_reaches_the_index(
    flow: Ingest, store: EdgeStore, encoder: CountingEncoder
) -> None:
    [document] = documents({"a.md": "text"})
    flow.add([document])
    flow.add([replace(document, metadata={"year": 2024})])
    assert [chunk.metadata for chunk in store.chunks()] == [{"year": 2024}]
    assert encoder.seen == 1


def test_what_the_store_lost_is_written_again(
    flow: Ingest, store: EdgeStore, encoder: CountingEncoder
) -> None:
    given = documents({"a.md": LONG, "b.md": "short"})
    flow.add(given)
    whole = {chunk.id: chunk for chunk in store.chunks()}
    seen = encoder.seen
    half = [chunk for chunk in whole.values() if chunk.index % 2]
    for chunk in half:
        store.delete(And((Equals("document", (chunk.document,)), Equals("index", (chunk.index,)))))
    report = flow.add(given)
    assert {chunk.id: chunk for chunk in store.chunks()} == whole
    assert (report.updated, report.unchanged, encoder.seen - seen) == (1, 1, len(half))


def test_what_a_crash_left_unfinished_is_completed_or_removed(
    flow: Ingest, store: EdgeStore, ledger: SqliteLedger, encoder: CountingEncoder
) -> None:
    flow.add(documents({"a.md": LONG}))
    whole = {chunk.id: chunk for chunk in store.chunks()}
    [entry] = ledger.entries()
    ledger.remove(entry.key)  # as if it had been killed before the entry was put
    ledger.begin(["stray"])
    stray = replace(next(iter(whole.values())), document="stray")
    store.upsert([stray], list(encoder.passages(["stray"])))
    seen = encoder.seen
    report = flow.add(documents({"a.md": LONG}))
    assert (report.added, report.reused, encoder.seen) == (1, len(whole), seen)
    assert {chunk.id: chunk for chunk in store.chunks()} == whole
    assert ledger.unfinished() == []


def test_problems_are_reported_and_stop_nothing(run: Run, docs: Path) -> None:
    (docs / "a.md").write_text("text")
    problem = Problem("bad.pdf", "It is damaged.", "Repair it.")
    report = run(problem)
    assert report.problems == (problem,)
    assert report.added == 1


def test_a_file_that_fails_is_not_read_again_until_it_changes(
    run: Run, docs: Path, ledger: SqliteLedger, store: EdgeStore
) -> None:
    (docs / "a.pdf").write_bytes(b"%PDF-1.7 no pages at all")
    first, second = run(), run()
    assert len(first.problems) == 1
    assert first.problems == second.problems
    [entry] = ledger.entries()
    assert (entry.state, entry.read_at < second.began) == ("failed", True)
    (docs / "a.pdf").write_text("plain text after all")
    third = run()
    assert (third.problems, third.updated) == ((), 1)


def test_a_file_that_cannot_be_read_any_more_keeps_its_last_version(
    run: Run, docs: Path, ledger: SqliteLedger, store: EdgeStore
) -> None:
    (docs / "a.md").write_text("the old text")
    run()
    (docs / "a.md").write_bytes(bytes(range(256)) * 9)
    report = run()
    assert len(report.problems) == 1
    assert texts(store) == ["the old text"]
    [entry] = ledger.entries()
    assert (entry.state, entry.chunks, entry.title) == ("failed", 1, "a")
    (docs / "a.md").write_text("the new text")
    assert (run().updated, texts(store)) == (1, ["the new text"])


def test_equal_files_are_stored_once_with_two_sources(
    run: Run, docs: Path, store: EdgeStore, encoder: CountingEncoder, ledger: SqliteLedger
) -> None:
    for name in ("a.md", "b.md", "sub/c.md"):
        path = docs / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"# Title\n\n{LONG}")
    report = run()
    assert (report.added, encoder.seen) == (3, store.count())
    for chunk in store.chunks():
        assert chunk.sources == ("a.md", "b.md", "c.md")
        assert (docs / "sub").as_posix() in chunk.folders
    assert len({entry.id for entry in ledger.entries()}) == 1
    assert {entry.terms for entry in ledger.entries()} == {ledger.totals().terms}
    assert run().unchanged == 3
    (docs / "a.md").write_text("# Title\n\nsomething else")
    assert (run().updated, encoder.seen) == (1, report.chunks + 1)
    assert {chunk.sources for chunk in store.chunks()} == {("a.md",), ("b.md", "c.md")}


def test_a_moved_file_is_not_read_again(
    run: Run, docs: Path, store: EdgeStore, encoder: CountingEncoder, ledger: SqliteLedger
) -> None:
    (docs / "a.md").write_text(f"# Title\n\n{LONG}")
    run()
    seen = encoder.seen
    (docs / "a.md").rename(docs / "z.md")
    report = run()
    assert (report.moved, report.added, report.chunks, encoder.seen) == (1, 0, 0, seen)
    assert {chunk.source for chunk in store.chunks()} == {"z.md"}
    assert [entry.source for entry in ledger.entries()] == ["z.md"]


def test_a_new_name_that_is_the_title_is_embedded(
    run: Run, docs: Path, store: EdgeStore, ledger: SqliteLedger
) -> None:
    (docs / "a.txt").write_text("the text")
    run()
    (docs / "a.txt").rename(docs / "z.txt")
    assert run().moved == 1
    assert [(chunk.source, chunk.title) for chunk in store.chunks()] == [("z.txt", "z")]
    assert [entry.source for entry in ledger.entries()] == ["z.txt"]


def test_two_files_that_change_places(run: Run, docs: Path, store: EdgeStore) -> None:
    (docs / "a.md").write_text("# A\n\nthe first text")
    (docs / "b.md").write_text("# B\n\nthe second text")
    run()
    whole = {(chunk.source, chunk.text) for chunk in store.chunks()}
    (docs / "a.md").rename(docs / "c.md")
    shutil.move(docs / "b.md", docs / "a.md")
    shutil.move(docs / "c.md", docs / "b.md")
    run()
    swapped = {({"a.md": "b.md", "b.md": "a.md"}[source], text) for source, text in whole}
    assert {(chunk.source, chunk.text) for chunk in store.chunks()} == swapped


def test_a_text_that_wanders_to_the_next_file_is_not_lost(
    run: Run, docs: Path, store: EdgeStore
) -> None:
    (docs / "a.md").write_text("# One\n\ntext one")
    run()
    for step in range(2, 9):
        (docs / "b.md").write_text((docs / "a.md").read_text())
        (docs / "a.md").write_text(f"# {step}\n\ntext number {step}")
        run()
        assert texts(store) == sorted(path.read_text() for path in docs.iterdir())


def test_what_the_user_says_makes_two_documents_of_equal_files(
    flow: Ingest, docs: Path, store: EdgeStore, encoder: CountingEncoder
) -> None:
    for name in ("a.md", "b.md"):
        (docs / name).write_text("# Title\n\ntext")
    files = [file_at(docs / "a.md", area="hr"), file_at(docs / "b.md", area="law")]
    flow(files, Reader(0))
    areas = {(chunk.source, chunk.metadata["area"]) for chunk in store.chunks()}
    assert areas == {("a.md", "hr"), ("b.md", "law")}
    seen = encoder.seen
    report, _ = flow([file_at(docs / "a.md", area="sales")], Reader(0))
    assert (report.updated, report.reused, encoder.seen) == (1, 1, seen)
    assert {chunk.metadata["area"] for chunk in store.chunks()} == {"sales", "law"}


def test_a_dry_run_writes_nothing(
    run: Run, docs: Path, store: EdgeStore, ledger: SqliteLedger
) -> None:
    (docs / "a.txt").write_text(LONG)
    report = run(dry_run=True)
    assert report.dry_run
    assert (report.added, report.cost) == (1, 0)
    assert report.chunks > 1
    assert report.estimate > 0
    assert (store.count(), list(ledger.entries())) == (0, [])


def test_progress_tells_documents_and_chunks(
    flow: Ingest, store: EdgeStore, docs: Path, run: Run
) -> None:
    told: list[IngestProgress] = []
    for name in ("a.txt", "b.txt"):
        (docs / name).write_text(name)
    run(total=2, progress=told.append)
    assert [step.documents for step in told[:2]] == [1, 2]
    assert told[-1].chunks == store.count() == 2
    assert {step.total for step in told} == {2}


def test_the_mean_length_follows_the_corpus(
    flow: Ingest, store: EdgeStore, encoder: CountingEncoder
) -> None:
    flow.add(documents({"a.md": "two words"}))
    assert store.schema.avg_terms == encoder.avg_terms == 4  # with the title
    flow.add(documents({"b.md": "this one has six words altogether"}))
    assert store.schema.avg_terms == encoder.avg_terms == 6


def test_tenants_keep_their_own_documents(store: EdgeStore, tmp_path: Path) -> None:
    given = documents({"a.md": "text"})
    for tenant in ("one", "two"):
        ledger = SqliteLedger(tmp_path / "ledger.db", tenant)
        report = Ingest(store, ledger, WordEncoder(), CharacterChunker(), tenant).add(given)
        assert report.added == 1
        ledger.close()
    assert {chunk.tenant for chunk in store.chunks()} == {"one", "two"}
    assert store.count() == 2


def test_an_error_of_the_store_is_not_swallowed(tmp_path: Path) -> None:
    EdgeStore.open(tmp_path, WordEncoder().schema(), create=True).close()
    store = EdgeStore.open(tmp_path, WordEncoder().schema(), create=False, min_free=2**62)
    store.set_avg_terms(5)
    ledger = SqliteLedger(tmp_path / "ledger.db")
    with pytest.raises(NoSpace):
        Ingest(store, ledger, WordEncoder(), CharacterChunker()).add(documents({"a.md": "text"}))
    ledger.close()
    store.close()
