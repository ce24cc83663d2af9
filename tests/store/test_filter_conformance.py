"""Every store answers every filter as the oracle does."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from tercet.store.edge import EdgeStore
from tercet.store.remote import RemoteStore
from tercet.testing.doubles import WordEncoder
from tercet.testing.filter_suite import FilterConformance

SCHEMA = WordEncoder().schema()
SERVER = os.environ.get("TERCET_TEST_QDRANT_URL", "")


class TestEdge(FilterConformance):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[EdgeStore]:
        store = EdgeStore.open(tmp_path / "index", SCHEMA, create=True)
        yield store
        store.close()


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
class TestInMemory(FilterConformance):
    """The client's own engine, in Python. It has no indexes, so that one kind is enough."""

    @pytest.mark.parametrize("kind", [""])
    def test_every_condition_on_every_value(self, store: RemoteStore, kind: str) -> None:
        super().test_every_condition_on_every_value(store, kind)

    @pytest.fixture
    def store(self) -> Iterator[RemoteStore]:
        store = RemoteStore.open(QdrantClient(":memory:"), "test", SCHEMA, create=True)
        yield store
        store.close()


@pytest.mark.skipif(not SERVER, reason="TERCET_TEST_QDRANT_URL names no server")
class TestServer(FilterConformance):
    @pytest.fixture
    def store(self) -> Iterator[RemoteStore]:
        key = os.environ.get("TERCET_TEST_QDRANT_API_KEY")
        client = RemoteStore.connect(SERVER, key)
        name = f"tercet-test-{uuid.uuid4()}"
        yield RemoteStore.open(client, name, SCHEMA, create=True)
        client.delete_collection(name)
        client.close()
