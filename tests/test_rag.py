"""The facade: an index opened, fed, asked and closed as a program does it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import tercet
from tercet.errors import IndexMissing, StoreError, UsageError
from tests.small_docs import write_docs

LONG = "# Log\n\n" + "\n\n".join(f"On day {n} lathe number {n} was oiled." for n in range(90))


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return write_docs(tmp_path)


@pytest.fixture
def rag(docs: Path) -> Iterator[tercet.Rag]:
    with tercet.open("index") as rag:
        rag.ingest(docs)
        yield rag


def in_another_process(code: str, *arguments: str) -> str:
    """What a new interpreter prints that runs `code`."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_what_was_ingested_is_there_after_opening_again(docs: Path) -> None:
    with tercet.open("index") as rag:
        report = rag.ingest(docs)
        assert (report.added, report.documents, report.problems) == (3, 3, ())
        assert report.chunks == rag.store.count()
    with tercet.open(Path("index"), create=False) as rag:
        assert [info.source for info in rag.documents()] == [
            "docs/hours.md",
            "docs/people/leave.md",
            "docs/people/old.md",
        ]


def test_without_create_a_missing_index_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        tercet.open("index", create=False)
    assert not (tmp_path / "index").exists()


def test_a_second_ingest_writes_nothing(rag: tercet.Rag, docs: Path) -> None:
    before = {chunk.id: chunk for chunk in rag.store.chunks()}
    report = rag.ingest(docs, docs / "hours.md")
    assert (report.unchanged, report.documents, report.chunks) == (3, 3, 0)
    assert {chunk.id: chunk for chunk in rag.store.chunks()} == before


def test_a_second_ingest_does_not_even_load_the_model(rag: tercet.Rag, docs: Path) -> None:
    rag.close()
    code = (
        "import sys, tercet\n"
        "with tercet.open('index') as rag:\n"
        "    print(rag.ingest('docs').unchanged, 'onnxruntime' in sys.modules)\n"
        "    (rag.search('hours'), print('onnxruntime' in sys.modules))"
    )
    assert in_another_process(code).split() == ["3", "False", "True"]


def test_the_working_directory_makes_no_second_document(
    rag: tercet.Rag, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(docs)
    rag.ingest(".")
    assert [info.source for info in rag.documents()] == [
        "hours.md",
        "people/leave.md",
        "people/old.md",
    ]


def test_a_changed_file_leaves_nothing_of_the_old(rag: tercet.Rag, docs: Path) -> None:
    (docs / "hours.md").write_text(LONG, encoding="utf-8")
    assert rag.ingest(docs).updated == 1
    assert len(rag.chunks("docs/hours.md")) > 2
    (docs / "hours.md").write_text("The workshop is closed.", encoding="utf-8")
    report = rag.ingest(docs)
    assert (report.updated, report.unchanged) == (1, 2)
    assert [chunk.text for chunk in rag.chunks("docs/hours.md")] == ["The workshop is closed."]
    assert not any("lathe" in hit.text for hit in rag.search("lathe number 7", 10))


def test_prune_removes_what_is_gone_and_only_in_these_folders(rag: tercet.Rag, docs: Path) -> None:
    (docs / "hours.md").unlink()
    (docs / "people" / "old.md").unlink()
    assert rag.ingest(docs / "people", prune=True, dry_run=True).removed == 1
    assert len(rag.documents()) == 3
    assert rag.ingest(docs / "people").removed == 0
    assert rag.ingest(docs / "people", prune=True).removed == 1
    assert [info.source for info in rag.documents()] == ["docs/hours.md", "docs/people/leave.md"]


def test_prune_keeps_what_is_there_but_cannot_be_read(rag: tercet.Rag, docs: Path) -> None:
    (docs / "people" / "old.md").write_bytes(bytes(range(256)) * 20)
    (docs / "people" / "leave.md").unlink()
    (docs / "hours.md").write_text("")
    report = rag.ingest(docs, prune=True)
    damaged = ["docs/hours.md", "docs/people/old.md"]
    assert [problem.source for problem in report.problems] == damaged
    assert report.removed == 1
    assert [info.source for info in rag.documents()] == damaged


def test_prune_leaves_other_tenants_alone(rag: tercet.Rag, docs: Path) -> None:
    rag.close()
    with tercet.open("index", tenant="two") as two:
        two.ingest(docs)
        (docs / "hours.md").unlink()
        assert two.ingest(docs, prune=True).removed == 1
    with tercet.open("index") as one:
        assert len(one.documents()) == 3


def test_a_path_that_is_missing_is_named(rag: tercet.Rag) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        rag.ingest("nowhere")


def test_documents_can_be_added_without_files(rag: tercet.Rag) -> None:
    note = tercet.Document(
        "The key hangs behind the door.",
        source="https://wiki/key",
        title="Keys",
        metadata={"year": 2025, "tags": ["door", "key"], "draft": False},
    )
    assert rag.add([note]).added == 1
    assert rag.add([note]).unchanged == 1
    [hit] = rag.search("Where is the key?", filter='tags = "door" and draft = false')
    assert (hit.source, hit.text, hit.page) == (note.source, note.text, None)
    assert hit.chunk.metadata == note.metadata


def test_tenants_do_not_see_each_other(docs: Path) -> None:
    with tercet.open("index", tenant="one") as one:
        one.ingest(docs)
    with tercet.open("index", tenant="two") as two:
        assert two.documents() == []
        assert two.search("days of leave") == []
        assert two.search("days of leave", filter='tenant = "one" or tenant = "two"') == []
        assert two.ask("How many days of leave?", docs=[docs]).hits == ()
        with pytest.raises(tercet.TercetError, match=r"docs/hours\.md"):
            two.chunks("docs/hours.md")
        two.ingest(docs / "hours.md")
        deleted = two.delete("docs/hours.md")
        assert deleted.chunks == 1
    with tercet.open("index", tenant="one") as one:
        assert len(one.documents()) == 3
        with pytest.raises(tercet.TercetError):
            one.delete(deleted.id)


def test_a_document_is_deleted_by_source_or_id(rag: tercet.Rag) -> None:
    by_source = rag.delete("docs/hours.md")
    assert (by_source.source, by_source.title, by_source.chunks) == ("docs/hours.md", "Hours", 1)
    [leave, _] = rag.documents()
    assert rag.delete(leave.id) == leave
    assert [info.source for info in rag.documents()] == ["docs/people/old.md"]
    with pytest.raises(tercet.TercetError, match=r"docs/hours\.md.*tercet documents list"):
        rag.delete("docs/hours.md")


def test_a_deleted_document_comes_back_with_the_next_ingest(rag: tercet.Rag, docs: Path) -> None:
    rag.delete("docs/hours.md")
    report = rag.ingest(docs)
    assert (report.added, report.unchanged) == (1, 2)
    assert rag.search("workshop", 1)[0].source == "docs/hours.md"


def test_chunks_are_the_document_in_order(rag: tercet.Rag, docs: Path) -> None:
    (docs / "log.md").write_text(LONG, encoding="utf-8")
    rag.ingest(docs)
    chunks = rag.chunks("docs/log.md")
    assert [chunk.index for chunk in chunks] == list(range(chunks[0].total))
    assert (chunks[0].start, chunks[-1].end) == (0, len(LONG))
    assert all(LONG[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    assert rag.chunks(chunks[0].document) == chunks


def test_closing_twice_is_no_error_and_use_after_it_is(rag: tercet.Rag) -> None:
    rag.close()
    rag.close()
    with pytest.raises(StoreError, match="closed"):
        rag.search("workshop")


def test_an_error_inside_gives_the_index_back(docs: Path) -> None:
    with pytest.raises(KeyError), tercet.open("index"):
        raise KeyError
    with tercet.open("index") as rag:
        assert rag.documents() == []


def test_a_second_process_is_told_who_holds_the_index(
    rag: tercet.Rag, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERCET_LOCK_TIMEOUT", "0.1")
    code = (
        "import tercet\n"
        "from tercet.errors import IndexLocked\n"
        "try:\n"
        "    tercet.open('index')\n"
        "except IndexLocked as error:\n"
        "    print(error.code, error.retriable, error)"
    )
    told = in_another_process(code)
    assert told.startswith("INDEX_LOCKED True ")
    assert f"process {os.getpid()}" in told
    rag.close()
    assert in_another_process(code) == ""
