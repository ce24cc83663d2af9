"""The store on a Qdrant server or Qdrant Cloud, over REST or gRPC."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import grpc
import httpx
from qdrant_client import QdrantClient
from qdrant_client import models as qm
from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

from tercet.errors import IndexMissing, StoreError, StoreUnreachable
from tercet.store.compile import compile_filter, whole_filter
from tercet.store.field_indexes import FieldIndexes
from tercet.store.hits import stored_vectors, to_hit, whole_vectors
from tercet.store.payload import INDEXED, from_payload, payload_key, places_payload
from tercet.store.remote_filters import REMOTE
from tercet.store.remote_request import (
    field_schema,
    remote_point,
    remote_request,
    remote_sparse,
    sparse_params,
    vector_params,
)
from tercet.store.schema import STORAGE, check_schema, schema_from_json, schema_to_json
from tercet.types import (
    LEGS,
    Chunk,
    Equals,
    Filter,
    Hit,
    LegName,
    Schema,
    Search,
    SparseVector,
    Vectors,
)

_PAGE = 256  # points read at once when walking through the collection
_BATCH = 64  # points sent at once: about 2 MB of JSON
_RECORD = "tercet"  # the key of the schema record in the collection's metadata


class RemoteStore:
    """A `Store` in one collection of a Qdrant server. Safe for use from several threads."""

    def __init__(self, client: QdrantClient, collection: str, schema: Schema) -> None:
        self._client = client
        self._collection = collection
        self._schema = schema
        self._indexes = FieldIndexes(self._indexed, self._index)

    @classmethod
    def connect(
        cls, url: str, api_key: str | None, *, grpc: bool = False, timeout: float = 60.0
    ) -> QdrantClient:
        """A client for `url`; nothing is sent yet."""
        return QdrantClient(
            url=url,
            api_key=api_key,
            prefer_grpc=grpc,
            timeout=int(timeout),
            check_compatibility=False,
        )

    @classmethod
    def open(
        cls,
        client: QdrantClient,
        collection: str,
        wanted: Schema,
        *,
        create: bool,
        chosen: Collection[str] = STORAGE,
    ) -> RemoteStore:
        """The store in `collection`, made if it is not there and `create` is true. `chosen` as
        in `check_schema`.

        Raises `IndexMissing`, `SchemaMismatch` or `StoreUnreachable`.
        """
        with server_errors(collection):
            exists = client.collection_exists(collection)
        if not exists and not create:
            raise IndexMissing(
                f"The server has no collection {collection!r}.",
                "Make one with: tercet ingest PATH --index URL",
            )
        if not exists:
            with server_errors(collection):
                _create(client, collection, wanted)
        with server_errors(collection):
            metadata = client.get_collection(collection).config.metadata or {}
        if _RECORD not in metadata:
            raise StoreError(
                f"The collection {collection!r} was not made by Tercet.",
                "Choose another name with --collection.",
            )
        schema = schema_from_json(metadata[_RECORD], collection)
        check_schema(schema, wanted, collection, chosen)
        return cls(client, collection, schema)

    @property
    def schema(self) -> Schema:
        return self._schema

    @property
    def client(self) -> QdrantClient:
        """The open client, for what lies beside the collection."""
        return self._client

    def set_avg_terms(self, avg_terms: float) -> None:
        self._schema = dataclasses.replace(self._schema, avg_terms=avg_terms)
        with server_errors(self._collection):
            self._client.update_collection(
                self._collection, metadata={_RECORD: schema_to_json(self._schema)}
            )

    def upsert(self, chunks: Sequence[Chunk], vectors: Sequence[Vectors]) -> None:
        for start in range(0, len(chunks), _BATCH):
            part = slice(start, start + _BATCH)
            points = [
                remote_point(chunk, vector, self._schema)
                for chunk, vector in zip(chunks[part], vectors[part], strict=True)
            ]
            with server_errors(self._collection):
                self._client.upsert(self._collection, points, wait=True)

    def update_sparse(self, ids: Sequence[str], vectors: Sequence[SparseVector]) -> None:
        points = [
            qm.PointVectors(id=id, vector={"sparse": remote_sparse(vector)})
            for id, vector in zip(ids, vectors, strict=True)
        ]
        if points:
            with server_errors(self._collection):
                self._client.update_vectors(self._collection, points)

    def delete(self, filter: Filter) -> None:
        selector = qm.FilterSelector(filter=whole_filter(filter, REMOTE))
        with server_errors(self._collection):
            self._client.delete(self._collection, selector)

    def count(self, filter: Filter | None = None) -> int:
        with server_errors(self._collection):
            return self._client.count(self._collection, count_filter=self._compiled(filter)).count

    def facet(self, field: str, limit: int = 100, filter: Filter | None = None) -> dict[str, int]:
        with server_errors(self._collection):
            response = self._client.facet(
                self._collection,
                payload_key(field),
                facet_filter=self._compiled(filter),
                limit=limit,
                exact=True,
            )
        return {str(hit.value): hit.count for hit in response.hits}

    def search(self, searches: Sequence[Search]) -> list[list[Hit]]:
        requests = [remote_request(search, self._schema) for search in searches]
        for search in searches:
            self._indexes.serve(search.filter)
        with server_errors(self._collection):
            found = self._client.query_batch_points(self._collection, requests)
        return [
            [
                to_hit(point.payload or {}, point.score, search, self._schema)
                for point in response.points
            ]
            for search, response in zip(searches, found, strict=True)
        ]

    def chunks(self, filter: Filter | None = None) -> Iterator[Chunk]:
        for record in self._scroll(filter, with_vectors=False):
            yield from_payload(record.payload or {})

    def embedded(self, filter: Filter) -> Iterator[tuple[Chunk, Vectors]]:
        for record in self._scroll(filter, with_vectors=True):
            payload = record.payload or {}
            vectors: Any = record.vector
            yield from_payload(payload), stored_vectors(vectors, payload, self._schema)

    def vectors(self, ids: Sequence[str], legs: Collection[LegName] = LEGS) -> dict[str, Vectors]:
        with server_errors(self._collection):
            records = self._client.retrieve(
                self._collection, list(ids), with_payload=["terms"], with_vectors=list(legs)
            )
        return {
            str(record.id): whole_vectors(record.vector, record.payload or {}, self._schema)
            for record in records
        }

    def set_places(self, document: str, sources: Sequence[str], folders: Sequence[str]) -> None:
        places = places_payload(tuple(sources), tuple(folders))
        chosen = whole_filter(Equals("document", (document,)), REMOTE)
        with server_errors(self._collection):
            self._client.set_payload(self._collection, places, chosen)

    def _scroll(self, filter: Filter | None, *, with_vectors: bool) -> Iterator[qm.Record]:
        offset: Any = None
        while True:
            with server_errors(self._collection):
                records, offset = self._client.scroll(
                    self._collection,
                    scroll_filter=self._compiled(filter),
                    limit=_PAGE,
                    offset=offset,
                    with_vectors=["dense", "late_interaction"] if with_vectors else False,
                )
            yield from records
            if offset is None:
                return

    def index_fields(self, fields: Mapping[str, str]) -> None:
        self._indexes.make(fields)

    def _indexed(self) -> Collection[str]:
        with server_errors(self._collection):
            return self._client.get_collection(self._collection).payload_schema

    def _index(self, path: str, kind: str) -> None:
        with server_errors(self._collection):
            self._client.create_payload_index(self._collection, path, field_schema(path, kind))

    def _compiled(self, filter: Filter | None) -> qm.Filter | None:
        """The client's filter, with the indexes that it is fast by."""
        compiled = compile_filter(filter, REMOTE)
        self._indexes.serve(filter)
        return compiled

    def optimize(self) -> None:
        """The server optimises by itself."""

    def close(self) -> None:
        self._client.close()


def _create(client: QdrantClient, collection: str, schema: Schema) -> None:
    client.create_collection(
        collection,
        vectors_config=vector_params(schema),
        sparse_vectors_config=sparse_params(schema),
        metadata={_RECORD: schema_to_json(schema)},
    )
    for field, kind in INDEXED.items():
        client.create_payload_index(collection, field, field_schema(field, kind))


@contextlib.contextmanager
def server_errors(collection: str) -> Iterator[None]:
    """The client's errors as ours."""
    try:
        yield
    except UnexpectedResponse as error:
        raise _refused(collection, error.status_code or 0, error.reason_phrase) from error
    except (ApiException, httpx.HTTPError, grpc.RpcError) as error:
        raise StoreUnreachable(
            f"The Qdrant server does not answer: {error}.",
            "Is it running, and is the URL right? See QDRANT_URL or --index.",
        ) from error
    except ValueError as error:
        raise StoreError(f"Qdrant refused a call on {collection!r}: {error}.") from error


def _refused(collection: str, status: int, reason: str) -> StoreError:
    if status in (401, 403):
        return StoreUnreachable(
            f"The Qdrant server refuses this key ({status}).", "Set QDRANT_API_KEY."
        )
    return StoreError(f"Qdrant refused a call on {collection!r}: {status} {reason}.")
