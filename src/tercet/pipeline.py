"""The two flows, each readable from top to bottom: `Ingest` and `Ask`."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from tercet.ports import Chunker, Encoder, Generator, Progress, Store
from tercet.types import (
    And,
    Answer,
    Chunk,
    Context,
    Document,
    Equals,
    Hit,
    IngestProgress,
    IngestReport,
    Metadata,
    MetadataValue,
    Not,
    Problem,
    Query,
    Vectors,
)

# Chunks that are embedded and written together: enough to sort by length, little to lose.
WINDOW = 512
# The sparse weights are made anew when the corpus's mean length has moved this far.
DRIFT = 0.1
_SAMPLE = 2000  # chunks; the mean of so many is known to about 1.5 %
_MOST_FIELDS = 64  # payload indexes made for metadata keys


class Ingest:
    """Documents into the store: only what changed, each chunk once, durable window by window.

    A crash loses at most the window at hand; the same call again completes it.
    """

    def __init__(self, store: Store, encoder: Encoder, chunker: Chunker, tenant: str = "") -> None:
        self._store = store
        self._encoder = encoder
        self._chunker = chunker
        self._tenant = tenant

    def __call__(
        self,
        documents: Iterable[Document | Problem],
        *,
        total: int | None = None,
        progress: Progress | None = None,
        dry_run: bool = False,
    ) -> tuple[IngestReport, set[str]]:
        """Ingest the documents; the report, and the ids of all documents seen.

        `total` is how many there are, if known. With `dry_run` nothing is written.
        """
        run = _Run(self._store, progress, total)
        begin = time.perf_counter()
        with ThreadPoolExecutor(max_workers=1) as writer:
            pending: Future[None] | None = None
            for window in _windows(self._changed(documents, run), WINDOW):
                if dry_run:
                    continue
                vectors = self._embed(window)
                if pending:
                    pending.result()
                # The next window is embedded while this one is written.
                pending = writer.submit(run.write, window, vectors)
            if pending:
                pending.result()
        if not dry_run:
            self._finish(run)
        return run.report(time.perf_counter() - begin, dry_run), run.seen

    def _changed(self, documents: Iterable[Document | Problem], run: _Run) -> Iterator[list[Chunk]]:
        """The chunks of every document that the store does not hold as it is now."""
        for document in documents:
            if isinstance(document, Problem):
                run.problem(document)
                continue
            stamp = _stamp(document, self._chunker.name)
            id = document.id(self._tenant)
            run.see(document, id)
            if run.is_complete(id, stamp):
                continue
            chunks = self._chunks(document, id, stamp)
            if chunks:
                run.expected += len(chunks)
                yield chunks

    def _chunks(self, document: Document, id: str, stamp: str) -> list[Chunk]:
        if not document.text.strip():
            return []
        return [
            dataclasses.replace(chunk, document=id, tenant=self._tenant, fingerprint=stamp)
            for chunk in self._chunker(document)
        ]

    def _embed(self, window: Sequence[Chunk]) -> list[Vectors]:
        texts = [chunk.passage for chunk in window]
        if not self._encoder.avg_terms:
            self._set_avg_terms(self._encoder.mean_terms(texts))
        return list(self._encoder.passages(texts))

    def _finish(self, run: _Run) -> None:
        if run.written:
            self._reweigh()
            self._store.index_fields(run.fields)
            self._store.optimize()

    def _reweigh(self) -> None:
        """Make the sparse weights anew if the mean length they were made with no longer fits."""
        if not self._encoder.avg_terms:
            return
        sample = self._store.sample_terms(_SAMPLE)
        mean = sum(sample) / max(1, len(sample))
        if abs(mean / self._encoder.avg_terms - 1) <= DRIFT:
            return
        self._set_avg_terms(mean)
        for window in _windows(([chunk] for chunk in self._store.chunks()), WINDOW):
            vectors = list(self._encoder.sparse_passages([chunk.passage for chunk in window]))
            self._store.update_sparse([chunk.id for chunk in window], vectors)

    def _set_avg_terms(self, mean: float) -> None:
        self._encoder.avg_terms = mean
        self._store.set_avg_terms(mean)


class _Run:
    """What one ingest has seen and done."""

    def __init__(self, store: Store, progress: Progress | None, total: int | None) -> None:
        self._store = store
        self._progress = progress
        self._total = total
        self._stale: dict[str, str] = {}
        self.seen: set[str] = set()
        self.fields: dict[str, str] = {}
        self.written = 0
        self.expected = 0
        self._counts = {"added": 0, "updated": 0, "unchanged": 0}
        self._problems: list[Problem] = []

    def see(self, document: Document, id: str) -> None:
        self.seen.add(id)
        self.fields |= _fields(document.metadata, _MOST_FIELDS - len(self.fields))
        self._tell(document.source)

    def problem(self, problem: Problem) -> None:
        self._problems.append(problem)
        self._tell(problem.source)

    def is_complete(self, id: str, stamp: str) -> bool:
        """Whether every chunk of this very version is there, and no other."""
        info = self._store.document(id)
        if info is None:
            self._counts["added"] += 1
            return False
        if info.fingerprint == stamp and info.chunks == info.total:
            fresh = self._store.count(
                And((Equals("document", (id,)), Equals("fingerprint", (stamp,))))
            )
            if fresh == info.total:
                self._counts["unchanged"] += 1
                return True
        self._counts["updated"] += 1
        self._stale[id] = stamp
        return False

    def write(self, window: Sequence[Chunk], vectors: Sequence[Vectors]) -> None:
        """Write a window, then remove what older versions of its documents left behind."""
        self._store.upsert(window, vectors)
        self.written += len(window)
        for chunk in window:
            if chunk.index == chunk.total - 1 and chunk.document in self._stale:
                self._store.delete(_older(chunk.document, self._stale.pop(chunk.document)))
        self._tell(window[-1].source)

    def report(self, seconds: float, dry_run: bool) -> IngestReport:
        return IngestReport(
            **self._counts,
            chunks=self.expected if dry_run else self.written,
            seconds=seconds,
            problems=tuple(self._problems),
            dry_run=dry_run,
        )

    def _tell(self, current: str) -> None:
        if self._progress:
            done = len(self.seen) + len(self._problems)
            self._progress(IngestProgress(done, self._total, self.written, current))


class Ask:
    """A question to an answer with its proof: retrieve, pack, write."""

    def __init__(
        self,
        retrieve: Callable[[Query], list[Hit]],
        pack: Callable[[Sequence[Hit]], Context],
        generator: Generator,
    ) -> None:
        self._retrieve = retrieve
        self._pack = pack
        self._generator = generator

    def __call__(self, query: Query) -> Answer:
        """The answer to `query.text` from its hits. Raises `GenerationError` if the model
        fails; the hits are then still to be had by a search."""
        begin = time.perf_counter()
        hits = self._retrieve(query)
        found = time.perf_counter()
        draft = self._generator(query.text, self._pack(hits))
        done = time.perf_counter()
        return Answer(
            question=query.text,
            text=draft.text,
            abstained=draft.abstained,
            citations=draft.citations,
            hits=tuple(hits),
            usage=draft.usage,
            ms={"search": 1000 * (found - begin), "write": 1000 * (done - found)},
        )


def _windows(groups: Iterable[list[Chunk]], size: int) -> Iterator[list[Chunk]]:
    window: list[Chunk] = []
    for group in groups:
        window.extend(group)
        while len(window) >= size:
            yield window[:size]
            window = window[size:]
    if window:
        yield window


def _older(document: str, stamp: str) -> And:
    """The chunks of a document that belong to another version than `stamp`."""
    return And((Equals("document", (document,)), Not(Equals("fingerprint", (stamp,)))))


def _stamp(document: Document, chunker: str) -> str:
    """Changes when the text, what is stored with it, or the way it is cut changes."""
    state = [
        document.fingerprint or document.text,
        document.source,
        document.title,
        sorted(document.metadata.items()),
        chunker,
    ]
    return hashlib.sha256(json.dumps(state, default=str).encode()).hexdigest()[:32]


def _fields(metadata: Metadata, room: int) -> dict[str, str]:
    kinds = {key: _kind(value) for key, value in metadata.items()}
    return dict([(key, kind) for key, kind in kinds.items() if kind][: max(0, room)])


def _kind(value: MetadataValue) -> str:
    sample = value[0] if isinstance(value, list) and value else value
    if isinstance(sample, bool):
        return "bool"
    if isinstance(sample, (int, float)):
        return "float"
    return "keyword" if isinstance(sample, str) else ""
