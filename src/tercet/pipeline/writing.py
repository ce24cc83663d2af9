"""Windows into the store, one after the other, while the next ones are made."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import NamedTuple

from tercet.pipeline.pieces import Closing, Shared
from tercet.pipeline.tally import Tally
from tercet.ports import Ledger, Store
from tercet.types import Chunk, DocumentInfo, Equals, Vectors


class Embedded(NamedTuple):
    """A chunk with its vectors; a `stored` one is in the store already, exactly so."""

    chunk: Chunk
    vectors: Vectors
    stored: bool = False


class Writer:
    """Writes each window in a thread of its own. Waits when a window comes before the last one
    is written. To be used in a `with`: at its end everything is written, or the error raised.

    The order keeps a crash harmless: documents are noted as unfinished; their chunks are
    written; their entries put in the place of the old ones; what no entry has any more is
    removed, and no longer noted. At any point a search finds the old version or the new.
    """

    def __init__(self, store: Store, ledger: Ledger, shared: Shared, tally: Tally) -> None:
        self._store = store
        self._ledger = ledger
        self._shared = shared
        self._tally = tally
        self._terms: Counter[str] = Counter()
        self._begun: set[str] = set()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tercet-writer")
        self._last: Future[None] | None = None

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.shutdown(wait=True)
        if self._last and kind is None:
            self._last.result()

    def submit(self, window: Sequence[Embedded], closings: Sequence[Closing]) -> None:
        """Have a window written as soon as the last one is. Raises what went wrong with that."""
        if self._last:
            self._last.result()
        self._last = self._thread.submit(self._write, window, closings)

    def _write(self, window: Sequence[Embedded], closings: Sequence[Closing]) -> None:
        fresh = [item for item in window if not item.stored]
        begun = {item.chunk.document for item in fresh} - self._begun
        self._ledger.begin(begun)
        self._begun |= begun
        self._store.upsert([item.chunk for item in fresh], [item.vectors for item in fresh])
        for item in window:
            self._terms[item.chunk.document] += item.vectors.terms
        freed: list[str] = []
        with self._ledger.batch():
            for closing in closings:
                freed += self._close(closing)
        self._let_go(freed)
        self._place(closings)
        self._tally.wrote(len(fresh))

    def _close(self, closing: Closing) -> list[str]:
        """Put the entry; the documents that may have lost a source by that."""
        entry = self._completed(closing)
        self._begun.discard(entry.id)
        before = self._ledger.get(entry.key)
        self._ledger.put(entry)
        freed = [before.id] if before and before.id != entry.id else []
        if closing.moved_from:
            freed += remove(self._ledger, closing.moved_from)
        for key in self._lost_members(closing, before):
            freed += remove(self._ledger, key)
        return freed

    def _completed(self, closing: Closing) -> DocumentInfo:
        """The entry with what only the writing tells."""
        entry = closing.entry
        if closing.is_link:
            # The document may have been written in this very run, after the link was made.
            others = self._ledger.of_document(entry.id)
            return dataclasses.replace(entry, terms=others[0].terms) if others else entry
        if entry.id and entry.id in self._terms:
            return dataclasses.replace(entry, terms=self._terms.pop(entry.id))
        return entry

    def _lost_members(self, closing: Closing, before: DocumentInfo | None) -> list[str]:
        """Keys of what lay in a container before, and does not now."""
        key, kept = closing.entry.key, closing.members or frozenset()
        if not (before and before.members) or closing.entry.state == "failed":
            return []  # a container that cannot be read keeps what it gave before
        inside = [info for info in self._ledger.below(key) if info.container == key]
        return [info.key for info in inside if info.key not in kept]

    def _let_go(self, documents: Sequence[str]) -> None:
        for document in documents:
            release(self._store, self._ledger, document, self._shared.claimed)

    def _place(self, closings: Sequence[Closing]) -> None:
        """Tell the chunks of documents that got another source where they lie now."""
        for document in {closing.entry.id for closing in closings if closing.is_link}:
            place(self._store, self._ledger, document)


def remove(ledger: Ledger, key: str) -> list[str]:
    """Take a source and what lies in it out of the ledger; the documents that lost a source."""
    inside = list(ledger.below(key))
    for info in inside:
        ledger.remove(info.key)
    return [info.id for info in inside if info.id]


def release(
    store: Store, ledger: Ledger, document: str, claimed: set[str] | frozenset[str] = frozenset()
) -> None:
    """Remove the chunks of a document that no source has any more, unless it is claimed; else
    tell them which sources are left."""
    if not document:
        return
    if ledger.of_document(document):
        place(store, ledger, document)
    elif document not in claimed:
        store.delete(Equals("document", (document,)))
        ledger.forget(document)


def place(store: Store, ledger: Ledger, document: str) -> None:
    """Write into the chunks of a document where it lies, by the ledger."""
    entries = ledger.of_document(document)
    if entries:
        folders = dict.fromkeys(key for info in entries for key in (*info.folders, info.key))
        store.set_places(document, [info.source for info in entries], list(folders))
