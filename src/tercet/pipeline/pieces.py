"""Readings to pieces: the chunks of a document, and the ledger's entry to close it with."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tercet.pipeline.known import Known
from tercet.pipeline.tally import Tally, now
from tercet.ports import Chunker, Ledger
from tercet.types import (
    Chunk,
    Document,
    DocumentInfo,
    Reading,
    SourceFile,
    document_id,
)

_REMEMBERED = 4096  # documents made last: more than can be on their way to the ledger


class Closing(NamedTuple):
    """What is to be done when the chunks of a source are written: its entry goes into the
    ledger, the source `moved_from` and all members but `members` go out of it."""

    entry: DocumentInfo
    moved_from: str = ""
    members: frozenset[str] | None = None
    is_link: bool = False


class Piece(NamedTuple):
    """The chunks of one source, and its closing."""

    chunks: list[Chunk]
    closing: Closing


@dataclass
class Shared:
    """What the maker of pieces, the embedder and the writer know of one another's documents.

    `claimed` are documents that links rely on: they are not removed. `ancestors` are, for each
    document, those that may hold chunks of the same text. Both are only added to, before the
    ledger is asked, so that the writer, who asks it later, sees them.
    """

    claimed: set[str] = field(default_factory=set)
    ancestors: dict[str, tuple[str, ...]] = field(default_factory=dict)


class PieceMaker:
    """Makes the pieces of one run."""

    def __init__(
        self, ledger: Ledger, chunker: Chunker, tenant: str, known: Known, shared: Shared
    ) -> None:
        self._ledger = ledger
        self._chunker = chunker
        self._tenant = tenant
        self._known = known
        self._shared = shared
        self._unfinished = frozenset(ledger.unfinished())
        self._made: dict[str, DocumentInfo] = {}

    def __call__(self, readings: Iterable[Reading], tally: Tally) -> Iterator[Piece]:
        """The pieces of all readings that change anything."""
        for reading in readings:
            tally.see(reading.file)
            if reading.known or not reading.file.key:
                tally.keep(reading.problem)
                continue
            before = self._ledger.get(reading.file.key)
            piece = self._piece(reading, before)
            tally.count(piece.closing, before)
            if reading.problem and not reading.file.content:
                continue  # nothing is known of its bytes: the entry, if any, stays as it is
            yield piece

    def _piece(self, reading: Reading, before: DocumentInfo | None) -> Piece:
        if reading.problem:
            return Piece([], Closing(_failed(reading, before, self._chunker.name)))
        if reading.same_as:
            return self._link(reading, reading.same_as)
        if reading.document is None or not reading.document.text.strip():
            return Piece([], self._closing(reading, _entry(reading, "", self._chunker.name)))
        return self._document(reading, reading.document, before)

    def _document(self, reading: Reading, document: Document, before: DocumentInfo | None) -> Piece:
        file = reading.file
        made_by = f"{reading.reader} {self._chunker.name}"
        id = document_id(file.content, made_by, file.given, self._tenant)
        self._shared.claimed.add(id)
        there = self._ledger.of_document(id)
        twin = self._made.get(id) or self._known.twin(there, file)
        if twin and not reading.members:
            return self._link(reading, twin)
        if not there and id not in self._unfinished:
            self._shared.claimed.discard(id)  # new: nobody can be about to remove it
        moved = next((info.key for info in there if self._known.is_gone(info.key)), "")
        self._shared.ancestors[id] = self._relatives(id, before, there)
        chunks = [
            dataclasses.replace(
                chunk, document=id, tenant=self._tenant, folders=(*file.folders, file.key)
            )
            for chunk in self._chunker(document)
        ]
        entry = dataclasses.replace(_entry(reading, id, self._chunker.name), chunks=len(chunks))
        self._made[id] = entry
        if len(self._made) > _REMEMBERED:
            del self._made[next(iter(self._made))]
        return Piece(chunks, self._closing(reading, entry)._replace(moved_from=moved))

    def _relatives(
        self, id: str, before: DocumentInfo | None, there: list[DocumentInfo]
    ) -> tuple[str, ...]:
        """Documents in the store that may hold some of the same text."""
        own = (id,) if id in self._unfinished or there else ()
        return (*own, before.id) if before and before.id not in ("", id) else own

    def _link(self, reading: Reading, twin: DocumentInfo) -> Piece:
        """The source as one more place of a document, or its new place."""
        self._shared.claimed.add(twin.id)
        file = reading.file
        entry = dataclasses.replace(
            twin,
            source=file.source,
            key=file.key,
            folders=file.folders,
            container=file.container,
            seconds=reading.seconds,
            read_at=now(),
        )
        gone = twin.key != file.key and self._known.is_gone(twin.key)
        return Piece([], Closing(entry, twin.key if gone else "", is_link=True))

    def _closing(self, reading: Reading, entry: DocumentInfo) -> Closing:
        return Closing(entry, members=frozenset(reading.members) if reading.members else None)


def _failed(reading: Reading, before: DocumentInfo | None, chunker: str) -> DocumentInfo:
    """The entry of a source that could not be read; chunks of an older version stay."""
    problem = reading.problem
    assert problem is not None
    entry = _entry(reading, "", chunker)
    kept = before or entry
    return dataclasses.replace(
        entry,
        state="failed",
        reason=problem.reason,
        help=problem.help,
        id=kept.id,
        title=kept.title,
        chunks=kept.chunks,
        terms=kept.terms,
        metadata=kept.metadata,
    )


def _entry(reading: Reading, id: str, chunker: str) -> DocumentInfo:
    file, document = reading.file, reading.document
    lengths = tuple(page.end - page.start for page in document.pages) if document else ()
    return DocumentInfo(
        source=file.source,
        key=file.key,
        id=id,
        title=document.title if document else "",
        characters=len(document.text) if document else 0,
        page_characters=lengths,
        fingerprint=file.content,
        reader=reading.reader,
        chunker=chunker,
        folders=file.folders,
        container=file.container,
        members=len(reading.members),
        metadata=dict(document.metadata) if document else {},
        given=dict(file.given),
        seconds=round(reading.seconds, 3),
        read_at=now(),
    )


def file_of(document: Document, content: str) -> SourceFile:
    """The file that a document made by the caller would have come from."""
    key = document.key or document.source
    return SourceFile(
        Path(document.source), document.source, key, document.folders, content=content
    )
