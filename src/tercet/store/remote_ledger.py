"""The ledger of an index on a server: a second collection, of points without vectors."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from qdrant_client import QdrantClient
from qdrant_client import models as qm

from tercet.store.ledger import info_of, now
from tercet.store.remote import server_errors
from tercet.types import DocumentInfo, Totals

_PAGE = 500  # entries fetched at once
_INDEXED = ("tenant", "key", "source", "id", "fingerprint", "above", "unfinished")
_STALE = dt.timedelta(days=1)  # nobody writes one document that long: its writer is gone


class RemoteLedger:
    """A `Ledger` beside a collection. Other processes may write at the same time."""

    def __init__(self, client: QdrantClient, collection: str, tenant: str = "") -> None:
        self._client = client
        self._collection = f"{collection}-ledger"
        self._tenant = tenant
        self._mine: set[str] = set()
        with server_errors(self._collection):
            if not client.collection_exists(self._collection):
                self._create()

    def get(self, key: str) -> DocumentInfo | None:
        with server_errors(self._collection):
            records = self._client.retrieve(self._collection, [self._point(key)])
        return next((_info(record.payload) for record in records), None)

    def named(self, name: str) -> list[DocumentInfo]:
        found = {
            info.key: info
            for field in ("source", "key", "id")
            for info in self._found(self._own(), _is(field, name))
        }
        return sorted(found.values(), key=lambda info: info.key)

    def of_document(self, document: str) -> list[DocumentInfo]:
        return self._by_key(_is("id", document)) if document else []

    def of_content(self, content: str) -> list[DocumentInfo]:
        return self._by_key(self._own(), _is("fingerprint", content))

    def below(self, key: str) -> Iterator[DocumentInfo]:
        yield from self._by_key(self._own(), _is("above", key.rstrip("/") or key))

    def entries(self, since: str = "") -> Iterator[DocumentInfo]:
        found = (info for info in self._found(self._own()) if info.read_at >= since)
        yield from sorted(found, key=lambda info: (info.source, info.key))

    def put(self, entry: DocumentInfo) -> None:
        before = self.get(entry.key)
        above = [*entry.folders, entry.key]
        if before and before.id != entry.id:
            self._orphan(before)  # first: a crash leaves a note too many, never one too few
        payload = {**dataclasses.asdict(entry), "tenant": self._tenant, "above": above}
        self._upsert(self._point(entry.key), payload)
        self.forget(entry.id)

    def remove(self, key: str) -> None:
        if before := self.get(key):
            self._orphan(before)
            with server_errors(self._collection):
                self._client.delete(self._collection, qm.PointIdsList(points=[self._point(key)]))

    def begin(self, documents: Collection[str]) -> None:
        for document in documents:
            self._mine.add(document)
            self._upsert(_note(document), {"unfinished": document, "since": now()})

    @contextlib.contextmanager
    def batch(self) -> Iterator[None]:
        """A server has no transactions: each change is written at once, in the safe order."""
        yield

    def unfinished(self) -> list[str]:
        """Those of this process, and those of others that are too old to be alive."""
        old = (dt.datetime.now(dt.UTC) - _STALE).isoformat()
        notes = self._scroll([qm.IsEmptyCondition(is_empty=qm.PayloadField(key="key"))])
        payloads = [record.payload or {} for record in notes]
        return [
            str(payload["unfinished"])
            for payload in payloads
            if payload["since"] < old or payload["unfinished"] in self._mine
        ]

    def forget(self, document: str) -> None:
        if document:
            self._mine.discard(document)
            with server_errors(self._collection):
                self._client.delete(self._collection, qm.PointIdsList(points=[_note(document)]))

    def totals(self) -> Totals:
        sums = {
            payload["id"]: (payload["chunks"], payload["terms"])
            for payload in (record.payload or {} for record in self._scroll([]))
            if payload.get("id")
        }
        chunks, terms = (
            (sum(values) for values in zip(*sums.values(), strict=True)) if sums else (0, 0)
        )
        return Totals(len(sums), chunks, terms)

    def close(self) -> None:
        """The client belongs to the store, which closes it."""

    def _create(self) -> None:
        self._client.create_collection(self._collection, vectors_config={})
        for field in _INDEXED:
            self._client.create_payload_index(self._collection, field, qm.PayloadSchemaType.KEYWORD)

    def _orphan(self, entry: DocumentInfo) -> None:
        others = [info for info in self.of_document(entry.id) if info.key != entry.key]
        if entry.id and not others:
            self.begin([entry.id])

    def _upsert(self, id: str, payload: Mapping[str, Any]) -> None:
        with server_errors(self._collection):
            point = qm.PointStruct(id=id, vector={}, payload=dict(payload))
            self._client.upsert(self._collection, [point], wait=True)

    def _point(self, key: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self._tenant}\x00{key}"))

    def _own(self) -> qm.FieldCondition:
        return _is("tenant", self._tenant)

    def _by_key(self, *conditions: qm.FieldCondition) -> list[DocumentInfo]:
        return sorted(self._found(*conditions), key=lambda info: info.key)

    def _found(self, *conditions: qm.FieldCondition) -> list[DocumentInfo]:
        return [_info(record.payload) for record in self._scroll(conditions)]

    def _scroll(self, conditions: Sequence[Any]) -> Iterator[qm.Record]:
        offset: Any = None
        while True:
            with server_errors(self._collection):
                records, offset = self._client.scroll(
                    self._collection, qm.Filter(must=list(conditions)), limit=_PAGE, offset=offset
                )
            yield from records
            if offset is None:
                return


def _is(field: str, value: str) -> qm.FieldCondition:
    return qm.FieldCondition(key=field, match=qm.MatchValue(value=value))


def _note(document: str) -> str:
    """The point that says that a document is unfinished."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"unfinished\x00{document}"))


def _info(payload: Mapping[str, Any] | None) -> DocumentInfo:
    return info_of(payload or {})
