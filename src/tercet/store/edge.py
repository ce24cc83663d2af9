"""The embedded store: one Qdrant Edge shard in a folder, one process at a time.

INDEX/COLLECTION/schema.json   the schema record, written last
INDEX/COLLECTION/shard/        the engine's files
INDEX/COLLECTION/lock          held while the store is open
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import qdrant_edge as qe

from tercet.errors import IndexMissing, StoreError
from tercet.store.compile import compile_filter, whole_filter
from tercet.store.edge_errors import disk_errors, engine_errors, require_space
from tercet.store.edge_filters import EDGE
from tercet.store.edge_request import (
    SEAL_AFTER,
    edge_config,
    edge_index,
    edge_point,
    edge_request,
    edge_sparse,
)
from tercet.store.field_indexes import FieldIndexes
from tercet.store.heap import give_back
from tercet.store.hits import stored_vectors, to_hit, whole_vectors
from tercet.store.lock import IndexLock
from tercet.store.payload import INDEXED, from_payload, payload_key, places_payload
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

_PAGE = 256  # points read at once when walking through the index
_ALL = 2**31 - 1


class EdgeStore:
    """A `Store` on the local disk. Calls may come from several threads of one process.

    `upsert` returns after the batch is flushed: what it acknowledged survives `kill -9`.
    """

    def __init__(self, shard: qe.EdgeShard, schema: Schema, folder: Path, lock: IndexLock) -> None:
        self._shard: qe.EdgeShard | None = shard
        self._schema = schema
        self._folder = folder
        self._lock = lock
        self._min_free = 0
        self._indexes = FieldIndexes(self._indexed, self._index)
        self._unsealed = 0  # points written since the engine was asked to seal them

    @classmethod
    def open(
        cls,
        folder: Path,
        wanted: Schema,
        *,
        create: bool,
        chosen: Collection[str] = STORAGE,
        lock_timeout: float = 2.0,
        min_free: int = 256 * 2**20,
    ) -> EdgeStore:
        """The store in `folder`, made if it is not there and `create` is true. `chosen` as in
        `check_schema`.

        Writing stops with `NoSpace` when fewer than `min_free` bytes are left on the disk,
        because the engine writes through memory maps, where a full disk kills the process.
        Raises `IndexMissing`, `IndexLocked`, `SchemaMismatch` or `NoSpace`.
        """
        record = folder / "schema.json"
        if not create and not record.is_file():
            raise IndexMissing(
                f"There is no index at {folder}.", "Make one with: tercet ingest PATH"
            )
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        lock = IndexLock(folder, lock_timeout)
        lock.acquire()
        with contextlib.ExitStack() as failed:
            failed.callback(lock.release)
            if not record.is_file():
                require_space(folder, min_free)
                _create(folder, wanted)
            schema = _read_schema(record)
            check_schema(schema, wanted, str(folder), chosen)
            with engine_errors(folder):
                shard = qe.EdgeShard.load(str(folder / "shard"))
            failed.pop_all()  # opened: the lock is held until `close`
        store = cls(shard, schema, folder, lock)
        store._min_free = min_free
        return store

    @property
    def schema(self) -> Schema:
        return self._schema

    def set_avg_terms(self, avg_terms: float) -> None:
        self._schema = dataclasses.replace(self._schema, avg_terms=avg_terms)
        _write_schema(self._folder, self._schema)

    def upsert(self, chunks: Sequence[Chunk], vectors: Sequence[Vectors]) -> None:
        points = [
            edge_point(chunk, vector, self._schema)
            for chunk, vector in zip(chunks, vectors, strict=True)
        ]
        if points:
            self._update(qe.UpdateOperation.upsert_points(points))
            self._seal_after(len(points))

    def update_sparse(self, ids: Sequence[str], vectors: Sequence[SparseVector]) -> None:
        points = [
            qe.PointVectors(id, {"sparse": edge_sparse(vector)})
            for id, vector in zip(ids, vectors, strict=True)
        ]
        if points:
            self._update(qe.UpdateOperation.update_vectors(points))
            self._seal_after(len(points))

    def delete(self, filter: Filter) -> None:
        self._update(qe.UpdateOperation.delete_points_by_filter(whole_filter(filter, EDGE)))

    def count(self, filter: Filter | None = None) -> int:
        with engine_errors(self._folder):
            return self._open.count(qe.CountRequest(filter=self._compiled(filter)))

    def facet(self, field: str, limit: int = 100, filter: Filter | None = None) -> dict[str, int]:
        request = qe.FacetRequest(
            key=payload_key(field), limit=limit, exact=True, filter=self._compiled(filter)
        )
        with engine_errors(self._folder):
            return {_facet_value(hit.value): hit.count for hit in self._open.facet(request)}

    def search(self, searches: Sequence[Search]) -> list[list[Hit]]:
        requests = [edge_request(search, self._schema) for search in searches]
        for search in searches:
            self._indexes.serve(search.filter)
        with engine_errors(self._folder):
            found = self._open.query_batch(qe.QueryBatchRequest(requests))
        return [
            [to_hit(point.payload or {}, point.score, search, self._schema) for point in points]
            for search, points in zip(searches, found, strict=True)
        ]

    def chunks(self, filter: Filter | None = None) -> Iterator[Chunk]:
        for record in self._scroll(filter, with_vectors=False):
            yield from_payload(record.payload or {})

    def _scroll(self, filter: Filter | None, *, with_vectors: bool) -> Iterator[qe.Record]:
        offset: Any = None
        while True:
            request = qe.ScrollRequest(
                offset=offset,
                limit=_PAGE,
                filter=self._compiled(filter),
                with_payload=True,
                with_vector=with_vectors,
            )
            with engine_errors(self._folder):
                records, offset = self._open.scroll(request)
            yield from records
            if offset is None:
                return

    def embedded(self, filter: Filter) -> Iterator[tuple[Chunk, Vectors]]:
        for record in self._scroll(filter, with_vectors=True):
            payload = record.payload or {}
            yield from_payload(payload), stored_vectors(record.vector, payload, self._schema)

    def vectors(self, ids: Sequence[str], legs: Collection[LegName] = LEGS) -> dict[str, Vectors]:
        with engine_errors(self._folder):
            records = self._open.retrieve(list(ids), ["terms"], list(legs))
        return {
            str(record.id): whole_vectors(record.vector, record.payload or {}, self._schema)
            for record in records
        }

    def set_places(self, document: str, sources: Sequence[str], folders: Sequence[str]) -> None:
        places = places_payload(tuple(sources), tuple(folders))
        chosen = whole_filter(Equals("document", (document,)), EDGE)
        self._update(qe.UpdateOperation.set_payload_by_filter(chosen, places))
        self._seal_after(self.count(Equals("document", (document,))))

    def index_fields(self, fields: Mapping[str, str]) -> None:
        self._indexes.make(fields)

    def _indexed(self) -> Collection[str]:
        with engine_errors(self._folder):
            return self._open.info().payload_schema

    def _index(self, path: str, kind: str) -> None:
        self._update(edge_index(path, kind))

    def _compiled(self, filter: Filter | None) -> qe.Filter | None:
        """The engine's filter, with the indexes that it is fast by."""
        compiled = compile_filter(filter, EDGE)
        self._indexes.serve(filter)
        return compiled

    def optimize(self) -> None:
        require_space(self._folder, self._min_free)
        with engine_errors(self._folder):
            self._open.optimize()
            self._open.flush()
        self._unsealed = 0
        give_back()

    def close(self) -> None:
        if self._shard is not None:
            self._shard.close()
            self._shard = None
            self._lock.release()

    @property
    def _open(self) -> qe.EdgeShard:
        if self._shard is None:
            raise StoreError(f"The index {self._folder} is closed.", "Open it again.")
        return self._shard

    def _update(self, operation: qe.UpdateOperation) -> None:
        require_space(self._folder, self._min_free)
        with engine_errors(self._folder):
            self._open.update(operation)
            self._open.flush()

    def _seal_after(self, points: int) -> None:
        """Keep the open segment, whose indexes are on the heap, small. A point that is changed in
        a sealed segment moves to the open one, so changes count like new points."""
        self._unsealed += points
        if self._unsealed >= SEAL_AFTER:
            self.optimize()


def _facet_value(value: Any) -> str:
    return str(getattr(value, "value", value))


def _create(folder: Path, schema: Schema) -> None:
    """Make an empty shard; whatever a crash left of an earlier attempt is removed first."""
    path = folder / "shard"
    shutil.rmtree(path, ignore_errors=True)
    with disk_errors(folder), engine_errors(folder):
        path.mkdir()
        shard = qe.EdgeShard.create(str(path), edge_config(schema))
        for field, kind in INDEXED.items():
            shard.update(edge_index(field, kind))
        shard.flush()
        shard.close()
    _write_schema(folder, schema)


def _read_schema(record: Path) -> Schema:
    try:
        return schema_from_json(json.loads(record.read_text(encoding="utf-8")), str(record.parent))
    except ValueError:
        raise StoreError(
            f"The schema record {record} is damaged.", "Ingest into a new index."
        ) from None


def _write_schema(folder: Path, schema: Schema) -> None:
    """Write the record whole or not at all."""
    draft = folder / "schema.json.new"
    with disk_errors(folder):
        draft.write_text(json.dumps(schema_to_json(schema), indent=2), encoding="utf-8")
        draft.replace(folder / "schema.json")
