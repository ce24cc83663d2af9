"""The embedded engine keeps the port's promises, and its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tercet.errors import IndexLocked, IndexMissing, NoSpace, SchemaMismatch, StoreError
from tercet.store.edge import EdgeStore
from tercet.testing.doubles import WordEncoder
from tercet.testing.fusion import FusionConformance
from tercet.testing.store import ENCODER, StoreConformance, chunk_of, fill

SCHEMA = WordEncoder().schema()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EdgeStore]:
    store = EdgeStore.open(tmp_path / "index", SCHEMA, create=True)
    yield store
    store.close()


class TestEdge(StoreConformance, FusionConformance):
    pass


def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    first = EdgeStore.open(tmp_path, SCHEMA, create=True)
    chunks, _ = fill(first)
    first.set_avg_terms(7.5)
    first.close()
    first.close()
    second = EdgeStore.open(tmp_path, SCHEMA, create=False)
    assert {chunk.id for chunk in second.chunks()} == set(chunks)
    assert second.schema.avg_terms == 7.5
    second.close()


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    child = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from tercet.store.edge import EdgeStore\n"
        "from tercet.testing.store import ENCODER, fill\n"
        "store = EdgeStore.open(Path(sys.argv[1]), ENCODER.schema(), create=True)\n"
        "fill(store)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", child, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    store = EdgeStore.open(tmp_path, SCHEMA, create=False)
    assert store.count() == 8
    store.close()


def test_a_second_process_is_told_who_holds_the_index(store: EdgeStore, tmp_path: Path) -> None:
    with pytest.raises(IndexLocked) as caught:
        EdgeStore.open(tmp_path / "index", SCHEMA, create=False, lock_timeout=0.1)
    message = str(caught.value)
    assert f"process {os.getpid()}" in message
    assert "Qdrant server" in message
    assert "\n" not in message
    assert caught.value.retriable


def test_a_missing_index_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="tercet ingest"):
        EdgeStore.open(tmp_path / "nothing", SCHEMA, create=False)
    assert not (tmp_path / "nothing").exists()


def test_another_model_is_refused_and_named(store: EdgeStore, tmp_path: Path) -> None:
    store.close()
    other = replace(SCHEMA, dense_model="another", dense_dim=768)
    with pytest.raises(SchemaMismatch, match=r"dense_model is 'words', now 'another'.*--index"):
        EdgeStore.open(tmp_path / "index", other, create=True)
    EdgeStore.open(tmp_path / "index", SCHEMA, create=False).close()


def test_a_damaged_record_is_an_error_and_not_a_new_index(tmp_path: Path) -> None:
    EdgeStore.open(tmp_path, SCHEMA, create=True).close()
    (tmp_path / "schema.json").write_text("{")
    with pytest.raises(StoreError, match="damaged"):
        EdgeStore.open(tmp_path, SCHEMA, create=True)


def test_a_half_made_index_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "shard" / "segments").mkdir(parents=True)
    (tmp_path / "shard" / "segments" / "rest").write_text("of a crash")
    store = EdgeStore.open(tmp_path, SCHEMA, create=True)
    assert store.count() == 0
    store.close()


def test_writing_stops_before_the_disk_is_full(tmp_path: Path) -> None:
    EdgeStore.open(tmp_path, SCHEMA, create=True).close()
    store = EdgeStore.open(tmp_path, SCHEMA, create=False, min_free=2**62)
    with pytest.raises(NoSpace, match="goes on where it stopped"):
        store.upsert([chunk_of(0, "text")], list(ENCODER.passages(["text"])))
    assert store.count() == 0
    store.close()


def test_an_index_folder_that_is_a_file_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="--index"):
        EdgeStore.open(tmp_path / "file" / "index", SCHEMA, create=True)


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = EdgeStore.open(tmp_path, SCHEMA, create=True)
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.count()


def test_the_engine_s_own_errors_are_translated(store: EdgeStore) -> None:
    wrong = next(iter(ENCODER.passages(["text"])))
    wrong = replace(wrong, dense=wrong.dense[:3])
    with pytest.raises(StoreError, match="embedded engine"):
        store.upsert([chunk_of(0, "text")], [wrong])
