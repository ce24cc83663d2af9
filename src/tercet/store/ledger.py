"""The ledger of an embedded index: one SQLite file beside the vectors."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import sqlite3
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tercet.errors import NoSpace, StoreError
from tercet.types import DocumentInfo, Totals

_TABLES = """
CREATE TABLE IF NOT EXISTS entries (
    tenant TEXT NOT NULL, key TEXT NOT NULL, source TEXT NOT NULL, document TEXT NOT NULL,
    content TEXT NOT NULL, chunks INTEGER NOT NULL, terms INTEGER NOT NULL,
    read_at TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (tenant, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_document ON entries (document);
CREATE INDEX IF NOT EXISTS by_content ON entries (tenant, content);
CREATE INDEX IF NOT EXISTS by_source ON entries (tenant, source);
CREATE TABLE IF NOT EXISTS unfinished (document TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_PUT = "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_REMOVE = "DELETE FROM entries WHERE tenant = ? AND key = ?"
# A document that no entry has any more, as one statement, so that it is atomic.
_ORPHANED = """
INSERT OR IGNORE INTO unfinished SELECT :document
WHERE :document != '' AND NOT EXISTS (SELECT 1 FROM entries WHERE document = :document)
"""
_TOTALS = """
SELECT COUNT(*), COALESCE(SUM(chunks), 0), COALESCE(SUM(terms), 0)
FROM (SELECT MAX(chunks) chunks, MAX(terms) terms FROM entries WHERE document != ''
      GROUP BY document)
"""
_PAGE = 500  # entries fetched at once
_TUPLES = ("page_characters", "folders")


class SqliteLedger:
    """A `Ledger` in a file. The lock on the index keeps other processes out."""

    def __init__(self, path: Path, tenant: str = "") -> None:
        self._path = path
        self._tenant = tenant
        self._lock = threading.RLock()
        with self._errors():
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(_TABLES)

    def get(self, key: str) -> DocumentInfo | None:
        return next(iter(self._found("tenant = ? AND key = ?", self._tenant, key)), None)

    def named(self, name: str) -> list[DocumentInfo]:
        return self._found(
            "tenant = ? AND (source = ? OR key = ? OR document = ?)",
            *(self._tenant, name, name, name),
        )

    def of_document(self, document: str) -> list[DocumentInfo]:
        return self._found("document = ?", document) if document else []

    def of_content(self, content: str) -> list[DocumentInfo]:
        return self._found("tenant = ? AND content = ?", self._tenant, content)

    def below(self, key: str) -> Iterator[DocumentInfo]:
        stem = key.rstrip("/")
        yield from self._found("tenant = ? AND key = ?", self._tenant, key)
        for mark in ("!/", "/"):
            # Everything that begins with stem and mark: "0" is the character after "/".
            yield from self._walk("key", f"{stem}{mark}", f"{stem}{mark[:-1]}0")

    def entries(self, since: str = "") -> Iterator[DocumentInfo]:
        for entry in self._walk("source", "", "\U0010ffff"):
            if entry.read_at >= since:
                yield entry

    def put(self, entry: DocumentInfo) -> None:
        record = json.dumps(dataclasses.asdict(entry), ensure_ascii=False)
        columns = (entry.key, entry.source, entry.id, entry.fingerprint, entry.chunks, entry.terms)
        with self.batch():
            before = self.get(entry.key)
            self._db.execute(_PUT, (self._tenant, *columns, entry.read_at, record))
            self._db.execute("DELETE FROM unfinished WHERE document = ?", (entry.id,))
            if before and before.id != entry.id:
                self._db.execute(_ORPHANED, {"document": before.id})

    def remove(self, key: str) -> None:
        with self.batch():
            before = self.get(key)
            self._db.execute(
                "DELETE FROM entries WHERE tenant = ? AND key = ?", (self._tenant, key)
            )
            if before:
                self._db.execute(_ORPHANED, {"document": before.id})

    def begin(self, documents: Collection[str]) -> None:
        rows = [(document,) for document in documents]
        with self.batch():
            self._db.executemany("INSERT OR IGNORE INTO unfinished VALUES (?)", rows)

    @contextlib.contextmanager
    def batch(self) -> Iterator[None]:
        """A transaction; inside another one, part of that."""
        with self._lock, self._errors():
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._db.in_transaction:  # a full disk has ended it already
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def unfinished(self) -> list[str]:
        return self._column("SELECT document FROM unfinished")

    def forget(self, document: str) -> None:
        with self.batch():
            self._db.execute("DELETE FROM unfinished WHERE document = ?", (document,))

    def totals(self) -> Totals:
        with self._lock, self._errors():
            return Totals(*self._db.execute(_TOTALS).fetchone())

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _found(self, where: str, *values: str) -> list[DocumentInfo]:
        records = self._column(f"SELECT record FROM entries WHERE {where} ORDER BY key", values)
        return [info_of(json.loads(record)) for record in records]

    def _walk(self, column: str, first: str, end: str) -> Iterator[DocumentInfo]:
        """Entries of the tenant with `first` <= column < `end`, in that order, page by page."""
        statement = (
            f"SELECT record FROM entries WHERE tenant = ? AND {column} >= ? AND {column} < ? "
            f"AND ({column}, key) > (?, ?) ORDER BY {column}, key LIMIT {_PAGE}"
        )
        last = ("", "")
        while page := self._column(statement, (self._tenant, first, end, *last)):
            infos = [info_of(json.loads(record)) for record in page]
            yield from infos
            last = (getattr(infos[-1], column), infos[-1].key)

    def _column(self, statement: str, values: Sequence[str] = ()) -> list[str]:
        with self._lock, self._errors():
            return [row[0] for row in self._db.execute(statement, values).fetchall()]

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if "full" in str(error):
                raise NoSpace(
                    f"The disk of {self._path} is full.", "Free some space and run again."
                ) from error
            raise StoreError(f"The ledger {self._path} failed: {error}.") from error
        except sqlite3.DatabaseError as error:
            raise StoreError(
                f"The ledger {self._path} is damaged: {error}.",
                "Restore it from a backup, or ingest into a new index.",
            ) from error


def info_of(record: Mapping[str, Any]) -> DocumentInfo:
    """The entry back from its JSON; fields that another version wrote are left out."""
    names = {field.name for field in dataclasses.fields(DocumentInfo)}
    known = {name: value for name, value in record.items() if name in names}
    return DocumentInfo(**known | {name: tuple(known.get(name, ())) for name in _TUPLES})


def now() -> str:
    """The present time in UTC, in ISO 8601 to the microsecond."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
