"""From files to an index: only what changed, each text once, nothing lost on the way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing as close_after
from dataclasses import replace

from tercet.pipeline.ahead import ahead
from tercet.pipeline.known import Known
from tercet.pipeline.pieces import Closing, Piece, PieceMaker, Shared, file_of
from tercet.pipeline.tally import Tally
from tercet.pipeline.writing import Embedded, Writer, release, remove
from tercet.ports import Chunker, Encoder, FileReader, Ledger, Progress, Store
from tercet.types import (
    And,
    Chunk,
    Document,
    Equals,
    IngestReport,
    Problem,
    Reading,
    SourceFile,
    Vectors,
    content_of,
)

# Chunks that are embedded and written together: so many seconds of work a crash can cost, and
# so many vectors are held in memory. Fewer would make the engine flush more often.
WINDOW = 128
# The sparse weights are made anew when the corpus's mean length has moved this far.
DRIFT = 0.1
_AHEAD = 4  # documents cut into chunks before the model is free for them
_CLOSINGS = 256  # sources closed together at most
_ALL = 2**31 - 1
_SAMPLE = 8  # chunks embedded in a dry run, for its estimate


def _never(key: str) -> bool:
    return False


class Ingest:
    """Documents into store and ledger, durable window by window.

    A crash loses at most the windows at hand; the same call again completes it, and ends in the
    state of an undisturbed run. One ingest at a time: a second call waits for the first.
    """

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        encoder: Encoder,
        chunker: Chunker,
        tenant: str = "",
    ) -> None:
        self._store = store
        self._ledger = ledger
        self._encoder = encoder
        self._chunker = chunker
        self._tenant = tenant
        self._one_at_a_time = threading.Lock()

    def __call__(
        self,
        files: Iterable[SourceFile | Problem],
        reader: FileReader,
        *,
        total: int | None = None,
        progress: Progress | None = None,
        dry_run: bool = False,
        is_gone: Callable[[str], bool] = _never,
    ) -> tuple[IngestReport, set[str]]:
        """Ingest the files; the report, and the keys of all sources that were seen.

        `total` is how many files there are, if known. `is_gone` tells of a key whether the run
        covers its place and it is no longer there. With `dry_run` nothing is written.
        """
        known = Known(self._ledger, self._chunker.name, reader.is_current, is_gone)
        tally = Tally(progress, total)
        with self._one_at_a_time:
            report = self._run(reader(files, known), known, tally, dry_run)
        return report, tally.seen

    def add(self, documents: Iterable[Document], progress: Progress | None = None) -> IngestReport:
        """Ingest documents that the caller has made."""
        known = Known(self._ledger, self._chunker.name, lambda stamp: stamp == "", _never)
        readings = _readings(documents, known)
        with self._one_at_a_time:
            return self._run(readings, known, Tally(progress, None), dry_run=False)

    def remove(self, key: str) -> None:
        """Take a source, and what lies in it, out of ledger and store."""
        with self._one_at_a_time:
            for document in remove(self._ledger, key):
                release(self._store, self._ledger, document)

    def _run(
        self, readings: Iterable[Reading], known: Known, tally: Tally, dry_run: bool
    ) -> IngestReport:
        if not dry_run:
            self._heal()
        shared = Shared()
        maker = PieceMaker(self._ledger, self._chunker, self._tenant, known, shared)
        with close_after(ahead(maker(readings, tally), _AHEAD)) as pieces:
            if dry_run:
                return self._estimated(pieces, tally)
            with Writer(self._store, self._ledger, shared, tally) as writer:
                for chunks, closings in _windows(pieces):
                    writer.submit(self._embed(chunks, shared, tally), closings)
        self._finish(tally)
        return tally.report()

    def _heal(self) -> None:
        """Have every document read again whose chunks are not all in the store, because somebody
        restored one of the two files from a backup, or a disk forgot what it had promised."""
        if self._store.count() == self._ledger.totals().chunks:
            return
        counts = self._store.facet("document", _ALL)
        for entry in list(self._ledger.entries()):
            if entry.id and entry.chunks != counts.get(entry.id, 0):
                self._ledger.put(replace(entry, fingerprint=""))

    def _embed(self, window: Sequence[Chunk], shared: Shared, tally: Tally) -> list[Embedded]:
        """The vectors of all chunks: those of texts that are in the store come from there."""
        if not self._encoder.avg_terms:
            self._set_avg_terms(self._encoder.mean_terms([chunk.passage for chunk in window]))
        there = self._there(window, shared)
        found = [chunk for chunk in window if _same(chunk, there)]
        sparse = self._encoder.sparse_passages([chunk.passage for chunk in found])
        reused = {
            chunk.id: Embedded(chunk, replace(there[chunk.digest][1], sparse=weights), stored)
            for chunk, weights in zip(found, sparse, strict=True)
            for stored in (there[chunk.digest][0] == chunk,)
        }
        new = [chunk for chunk in window if chunk.id not in reused]
        made = self._encoder.passages([chunk.passage for chunk in new])
        tally.reused += len(reused)
        fresh = {c.id: Embedded(c, vectors) for c, vectors in zip(new, made, strict=True)}
        return [reused.get(chunk.id) or fresh[chunk.id] for chunk in window]

    def _there(self, window: Sequence[Chunk], shared: Shared) -> dict[str, tuple[Chunk, Vectors]]:
        """Chunks in the store that were made of the same texts, by digest."""
        related = {id for chunk in window for id in shared.ancestors.get(chunk.document, ())}
        if not related:
            return {}
        digests = {chunk.digest for chunk in window if shared.ancestors.get(chunk.document)}
        same = And((Equals("document", tuple(related)), Equals("digest", tuple(digests))))
        own = {chunk.id for chunk in window}
        there: dict[str, tuple[Chunk, Vectors]] = {}
        for chunk, vectors in self._store.embedded(same):
            if chunk.digest not in there or chunk.id in own:
                there[chunk.digest] = (chunk, vectors)
        return there

    def _finish(self, tally: Tally) -> None:
        for document in self._ledger.unfinished():
            release(self._store, self._ledger, document)
        self._reweigh()
        if tally.written or tally.fields:
            self._store.index_fields(tally.fields)
        if tally.written:
            self._store.optimize()

    def _reweigh(self) -> None:
        """Make the sparse weights anew if the mean length they were made with no longer fits.

        The new mean is recorded last, so that a crash in between makes the next run do it again.
        """
        totals = self._ledger.totals()
        if not (self._encoder.avg_terms and totals.terms):
            return
        mean = totals.terms / totals.chunks
        if abs(mean / self._encoder.avg_terms - 1) <= DRIFT:
            return
        self._encoder.avg_terms = mean
        for window in _batches(self._store.chunks()):
            vectors = list(self._encoder.sparse_passages([chunk.passage for chunk in window]))
            self._store.update_sparse([chunk.id for chunk in window], vectors)
        self._set_avg_terms(mean)

    def _set_avg_terms(self, mean: float) -> None:
        self._encoder.avg_terms = mean
        self._store.set_avg_terms(mean)

    def _estimated(self, pieces: Iterable[Piece], tally: Tally) -> IngestReport:
        """What a run would do; its time from that of the first chunks, by their length."""
        sample: list[str] = []
        characters = 0
        for piece in pieces:
            tally.written += len(piece.chunks)
            characters += sum(len(chunk.text) for chunk in piece.chunks)
            sample += [chunk.passage for chunk in piece.chunks[: _SAMPLE - len(sample)]]
        begin = time.perf_counter()
        list(self._encoder.passages(sample))
        each = (time.perf_counter() - begin) / max(1, sum(map(len, sample)))
        return tally.report(dry_run=True, estimate=each * characters)


def _readings(documents: Iterable[Document], known: Known) -> Iterator[Reading]:
    for document in documents:
        file = file_of(document, content_of(document))
        yield from known(file) or [Reading(file, document)]


def _same(chunk: Chunk, there: dict[str, tuple[Chunk, Vectors]]) -> bool:
    """Whether the very text is there; a digest alone could deceive."""
    return chunk.digest in there and there[chunk.digest][0].passage == chunk.passage


def _windows(pieces: Iterable[Piece]) -> Iterator[tuple[list[Chunk], list[Closing]]]:
    """Windows of chunks, each with the closings of the sources that end in it."""
    window: list[Chunk] = []
    closings: list[Closing] = []
    for chunks, closing in pieces:
        window += chunks
        while len(window) > WINDOW:
            yield window[:WINDOW], closings
            window, closings = window[WINDOW:], []
        closings.append(closing)
        if len(window) == WINDOW or len(closings) >= _CLOSINGS:
            yield window, closings
            window, closings = [], []
    if window or closings:
        yield window, closings


def _batches(chunks: Iterable[Chunk]) -> Iterator[list[Chunk]]:
    batch: list[Chunk] = []
    for chunk in chunks:
        batch.append(chunk)
        if len(batch) == WINDOW:
            yield batch
            batch = []
    if batch:
        yield batch
