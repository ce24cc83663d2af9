"""The client's store: on its in-memory engine, on a server if one is named, and its errors
against real HTTP."""

from __future__ import annotations

import http.server
import os
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from qdrant_client import QdrantClient, models

from tercet.errors import IndexMissing, SchemaMismatch, StoreError, StoreUnreachable
from tercet.store.remote import RemoteStore
from tercet.testing.doubles import WordEncoder
from tercet.testing.fusion import FusionConformance
from tercet.testing.store import StoreConformance

SCHEMA = WordEncoder().schema()
SERVER = os.environ.get("TERCET_TEST_QDRANT_URL", "")


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
class TestInMemory(StoreConformance, FusionConformance):
    @pytest.fixture
    def store(self) -> Iterator[RemoteStore]:
        store = RemoteStore.open(QdrantClient(":memory:"), "test", SCHEMA, create=True)
        yield store
        store.close()


@pytest.mark.skipif(not SERVER, reason="TERCET_TEST_QDRANT_URL names no server")
@pytest.mark.parametrize("grpc", [False, True], ids=["rest", "grpc"])
class TestServer(StoreConformance, FusionConformance):
    @pytest.fixture
    def store(self, grpc: bool) -> Iterator[RemoteStore]:
        key = os.environ.get("TERCET_TEST_QDRANT_API_KEY")
        client = RemoteStore.connect(SERVER, key, grpc=grpc)
        name = f"tercet-test-{uuid.uuid4()}"
        yield RemoteStore.open(client, name, SCHEMA, create=True)
        client.delete_collection(name)
        client.close()


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
class TestOpening:
    def test_a_missing_collection_names_the_command(self) -> None:
        with pytest.raises(IndexMissing, match="tercet ingest"):
            RemoteStore.open(QdrantClient(":memory:"), "nothing", SCHEMA, create=False)

    def test_another_model_is_refused(self) -> None:
        client = QdrantClient(":memory:")
        RemoteStore.open(client, "test", SCHEMA, create=True)
        with pytest.raises(SchemaMismatch, match="late_model"):
            RemoteStore.open(client, "test", replace(SCHEMA, late_model="other"), create=True)

    def test_a_collection_of_somebody_else_is_left_alone(self) -> None:
        client = QdrantClient(":memory:")
        vectors = models.VectorParams(size=4, distance=models.Distance.DOT)
        client.create_collection("theirs", vectors_config=vectors)
        with pytest.raises(StoreError, match="not made by Tercet"):
            RemoteStore.open(client, "theirs", SCHEMA, create=True)


def test_no_server_is_one_clear_error() -> None:
    client = RemoteStore.connect("http://127.0.0.1:9", None)
    with pytest.raises(StoreUnreachable, match="QDRANT_URL") as caught:
        RemoteStore.open(client, "test", SCHEMA, create=False)
    assert caught.value.retriable


def test_a_wrong_key_names_the_setting(refusing: str) -> None:
    client = RemoteStore.connect(refusing, "wrong")
    with pytest.raises(StoreUnreachable, match="QDRANT_API_KEY"):
        RemoteStore.open(client, "test", SCHEMA, create=False)


@pytest.fixture
def refusing() -> Iterator[str]:
    """A server that answers every request with 401."""

    class Refuse(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(401)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refuse)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
