"""`Rag`: an open index with the two flows on it. `tercet.open` makes one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from tercet.errors import TercetError, UsageError
from tercet.pipeline import Ask, Ingest
from tercet.ports import Progress, Store
from tercet.types import (
    And,
    Answer,
    Chunk,
    Document,
    DocumentInfo,
    Equals,
    Filter,
    Found,
    Hit,
    IngestReport,
    Mode,
    Not,
    Or,
    Problem,
    Query,
    Schema,
    document_id,
)


class Sources(NamedTuple):
    """What is to be read: how many, and the documents or problems as they are read."""

    total: int
    documents: Iterator[Document | Problem]


@dataclass(frozen=True)
class Tools:
    """The rooms' services that a `Rag` calls; `tercet.build` fills them in."""

    read: Callable[[Sequence[Path]], Sources]
    retrieve: Callable[[Query], Found]
    parse_filter: Callable[[str], Filter | None]


class Rag:
    """An open index: ingest documents, search them, ask them.

    Close it when done (or use it in a `with`): an embedded index is held by one process.
    """

    def __init__(
        self,
        store: Store,
        ingest: Ingest,
        ask: Callable[[], Ask],
        tools: Tools,
        *,
        tenant: str = "",
        mode: Mode = "fused",
        prefetch_limit: int = 50,
    ) -> None:
        self.store = store
        self._ingest = ingest
        self._make_ask = ask
        self._ask: Ask | None = None
        self._tools = tools
        self._tenant = tenant
        self._mode = mode
        self._prefetch_limit = prefetch_limit

    @property
    def schema(self) -> Schema:
        """What the index was made with."""
        return self.store.schema

    def ingest(
        self,
        *paths: str | Path,
        prune: bool = False,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> IngestReport:
        """Read files and folders into the index; only what changed is embedded.

        What cannot be read is in the report's `problems`, and keeps its last version. With
        `prune`, documents of these folders that are gone from the disk are removed. Raises
        `UsageError` for a missing path.
        """
        roots = [Path(path) for path in paths]
        sources = self._tools.read(roots)
        report, seen = self._ingest(
            sources.documents, total=sources.total, progress=progress, dry_run=dry_run
        )
        return self._pruned(roots, seen, report) if prune else report

    def add(
        self, documents: Iterable[Document], *, progress: Progress | None = None
    ) -> IngestReport:
        """Put documents made by the caller into the index."""
        return self._ingest(documents, progress=progress)[0]

    def search(
        self,
        query: str,
        limit: int = 10,
        *,
        mode: Mode | None = None,
        prefetch_limit: int | None = None,
        filter: str | Filter | None = None,
        explain: bool = False,
    ) -> list[Hit]:
        """The `limit` best chunks for the query, best first.

        `filter` is an expression such as `category = "hr" and year >= 2023`, or its tree.
        Raises `FilterError` for one that does not parse, `UsageError` for an unknown mode.
        """
        return self.find(
            self.query(
                query,
                limit,
                mode=mode,
                prefetch_limit=prefetch_limit,
                filter=filter,
                explain=explain,
            )
        ).hits

    def ask(
        self,
        question: str,
        limit: int = 5,
        *,
        mode: Mode | None = None,
        filter: str | Filter | None = None,
        docs: Sequence[str | Path] = (),
    ) -> Answer:
        """An answer from the `limit` best chunks, with quotes, or an abstention.

        `docs` confines the search to documents in these folders or files.
        """
        if self._ask is None:
            self._ask = self._make_ask()
        query = self.query(question, limit, mode=mode, filter=filter, docs=docs)
        return self._ask(query)

    def query(
        self,
        text: str,
        limit: int = 10,
        *,
        mode: Mode | None = None,
        prefetch_limit: int | None = None,
        filter: str | Filter | None = None,
        explain: bool = False,
        docs: Sequence[str | Path] = (),
    ) -> Query:
        """The query with this index's tenant and defaults. Raises `UsageError` if empty."""
        if not text.strip():
            raise UsageError("The question is empty.", "Give it as the first argument.")
        tree = self._tools.parse_filter(filter) if isinstance(filter, str) else filter
        return Query(
            text=text,
            mode=mode or self._mode,
            limit=limit,
            prefetch_limit=prefetch_limit or self._prefetch_limit,
            filter=_both(self._within([Path(path) for path in docs]), tree),
            tenant=self._tenant,
            explain=explain,
        )

    def find(self, query: Query) -> Found:
        """The hits of a query, and the time each stage took."""
        return self._tools.retrieve(query)

    def documents(self) -> list[DocumentInfo]:
        """All documents of the tenant, by source."""
        return self.store.documents(self._own)

    def chunks(self, source: str) -> list[Chunk]:
        """The chunks of a document in their order. Raises `TercetError` if it is not there."""
        info = self._find_document(source)
        found = self.store.chunks(Equals("document", (info.id,)))
        return sorted(found, key=lambda chunk: chunk.index)

    def delete(self, source: str) -> DocumentInfo:
        """Remove a document, named by its source or id; what it was. Raises `TercetError` if
        it is not there."""
        info = self._find_document(source)
        self.store.delete(Equals("document", (info.id,)))
        return info

    def close(self) -> None:
        """Release the index. A second call does nothing."""
        self.store.close()

    def __enter__(self) -> Rag:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def _own(self) -> Filter:
        return Equals("tenant", (self._tenant,))

    def _find_document(self, name: str) -> DocumentInfo:
        named = Or((Equals("source", (name,)), Equals("document", (name,))))
        found = self.store.documents(And((self._own, named)))
        if not found:
            raise TercetError(
                f"There is no document {name!r} in the index.",
                "`tercet documents list` shows what there is.",
            )
        return found[0]

    def _within(self, roots: Sequence[Path]) -> Filter | None:
        """The documents in these folders, or these files themselves."""
        if not roots:
            return None
        keys = tuple(root.resolve().as_posix() for root in roots)
        files = tuple(document_id(key, self._tenant) for key in keys)
        return Or((Equals("folders", keys), Equals("document", files)))

    def _pruned(self, roots: Sequence[Path], seen: set[str], report: IngestReport) -> IngestReport:
        unread = self._within([Path(problem.source) for problem in report.problems])
        within = _both(_both(self._within(roots), self._own), unread and Not(unread))
        gone = [info for info in self.store.documents(within) if info.id not in seen]
        if not report.dry_run:
            for info in gone:
                self.store.delete(Equals("document", (info.id,)))
        return replace(report, removed=len(gone))


def _both(left: Filter | None, right: Filter | None) -> Filter | None:
    if left is None or right is None:
        return left or right
    return And((left, right))
