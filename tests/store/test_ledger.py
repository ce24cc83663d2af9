"""The ledgers pass their suite; the file one survives what a process can do to it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from tercet.errors import NoSpace, StoreError
from tercet.store.ledger import SqliteLedger
from tercet.store.remote import RemoteStore
from tercet.store.remote_ledger import RemoteLedger
from tercet.testing.ledger import LedgerConformance, entry

SERVER = os.environ.get("TERCET_TEST_QDRANT_URL", "")


class TestSqlite(LedgerConformance):
    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Iterator[SqliteLedger]:
        ledger = SqliteLedger(tmp_path / "ledger.db", "one")
        yield ledger
        ledger.close()

    @pytest.fixture
    def other(self, tmp_path: Path) -> Iterator[SqliteLedger]:
        other = SqliteLedger(tmp_path / "ledger.db", "two")
        yield other
        other.close()


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
class TestInMemory(LedgerConformance):
    @pytest.fixture
    def client(self) -> Iterator[QdrantClient]:
        client = QdrantClient(":memory:")
        yield client
        client.close()

    @pytest.fixture
    def ledger(self, client: QdrantClient) -> RemoteLedger:
        return RemoteLedger(client, "test", "one")

    @pytest.fixture
    def other(self, client: QdrantClient) -> RemoteLedger:
        return RemoteLedger(client, "test", "two")

    def test_what_another_process_is_writing_is_left_alone(self, client: QdrantClient) -> None:
        mine, theirs = RemoteLedger(client, "test", "one"), RemoteLedger(client, "test", "one")
        theirs.begin(["A"])
        assert theirs.unfinished() == ["A"]
        assert mine.unfinished() == []


@pytest.mark.skipif(not SERVER, reason="TERCET_TEST_QDRANT_URL names no server")
class TestServer(LedgerConformance):
    @pytest.fixture
    def client(self) -> Iterator[QdrantClient]:
        client = RemoteStore.connect(SERVER, os.environ.get("TERCET_TEST_QDRANT_API_KEY"))
        yield client
        client.close()

    @pytest.fixture
    def name(self, client: QdrantClient) -> Iterator[str]:
        name = f"tercet-test-{uuid.uuid4()}"
        yield name
        client.delete_collection(f"{name}-ledger")

    @pytest.fixture
    def ledger(self, client: QdrantClient, name: str) -> RemoteLedger:
        return RemoteLedger(client, name, "one")

    @pytest.fixture
    def other(self, client: QdrantClient, name: str) -> RemoteLedger:
        return RemoteLedger(client, name, "two")


def test_entries_are_there_after_opening_again(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "ledger.db")
    ledger.put(entry("a.md", "A"))
    ledger.begin(["B"])
    ledger.close()
    again = SqliteLedger(tmp_path / "ledger.db")
    assert again.get("/docs/a.md") == entry("a.md", "A")
    assert again.unfinished() == ["B"]
    again.close()


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match=r"ledger\.db"):
        SqliteLedger(path)


def test_a_full_disk_stops_cleanly(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "ledger.db")
    ledger.put(entry("a.md", "A"))
    pages = ledger._db.execute("PRAGMA page_count").fetchone()[0]
    ledger._db.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(NoSpace, match=r"ledger\.db"), ledger.batch():
        for number in range(1000):
            ledger.put(entry(f"{number}.md", f"D{number}"))
    assert [info.source for info in ledger.entries()] == ["docs/a.md"]
    ledger.close()
