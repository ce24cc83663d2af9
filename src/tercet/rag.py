"""`Rag`: an open index with the two flows on it. `tercet.open` makes one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from tercet.errors import TercetError, UsageError
from tercet.pipeline import Ask, Ingest
from tercet.pipeline.ask import Route
from tercet.pipeline.conversation import Parts, Session
from tercet.pipeline.conversation.reading import read_passages
from tercet.pipeline.hops import Parts as Hops
from tercet.pipeline.hops import ask_in_hops
from tercet.pipeline.pruning import gone_below, is_gone, key_of
from tercet.pipeline.tools import Tools
from tercet.ports import Ledger, Progress, Store
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
    Metadata,
    Mode,
    Query,
    Schema,
    Window,
    is_url,
)

if TYPE_CHECKING:
    from tercet.pipeline.inquiry import WhyNot


class Rag:
    """An open index: ingest documents, search them, ask them.

    Close it when done (or use it in a `with`): an embedded index is held by one process.
    """

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        ingest: Ingest,
        ask: Callable[[], Ask],
        tools: Tools,
        *,
        defaults: Query,
    ) -> None:
        self.store = store
        self.ledger = ledger
        self._ingest = ingest
        self._make_ask = ask
        self._ask: Ask | None = None
        self._tools = tools
        self._defaults = defaults

    @property
    def schema(self) -> Schema:
        """What the index was made with."""
        return self.store.schema

    def ingest(
        self,
        *paths: str | Path,
        given: Metadata | None = None,
        prune: bool = False,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> IngestReport:
        """Read files, folders and URLs into the index; only what changed is read and embedded.

        `given` is metadata said of every source. What cannot be read is in the report's
        `problems`, and keeps its last version. With `prune`, documents of these folders that are
        gone from the disk are removed. Raises `UsageError` for a missing path.
        """
        roots = [key_of(path) for path in paths]
        with (
            self._tools.find(paths, given or {}) as sources,
            closing(self._tools.reader()) as reader,
        ):
            report, seen = self._ingest(
                sources.files,
                reader,
                total=sources.total,
                progress=progress,
                dry_run=dry_run,
                is_gone=lambda key: is_gone(key, roots),
            )
        on_disk = [root for root in roots if not is_url(root)]
        return self._pruned(on_disk, seen, report) if prune else report

    def add(
        self, documents: Iterable[Document], *, progress: Progress | None = None
    ) -> IngestReport:
        """Put documents made by the caller into the index."""
        return self._ingest.add(documents, progress)

    def search(
        self,
        query: str | Query,
        limit: int = 10,
        *,
        mode: Mode | None = None,
        prefetch_limit: int | None = None,
        filter: str | Filter | None = None,
        explain: bool = False,
    ) -> list[Hit]:
        """The `limit` best chunks for the query, best first.

        `filter` is an expression such as `category = "hr" and year >= 2023`, or its tree. For all
        that a search can do, give a `Query` made by `query`, alone.
        Raises `FilterError` for one that does not parse, `UsageError` for an unknown mode.
        """
        if isinstance(query, Query):
            return self.find(query).hits
        asked = self.query(query, limit, mode=mode, filter=filter, explain=explain)
        return self.find(replace(asked, prefetch_limit=prefetch_limit or asked.prefetch_limit)).hits

    def ask(
        self,
        question: str | Query,
        limit: int = 5,
        *,
        mode: Mode | None = None,
        filter: str | Filter | None = None,
        docs: Sequence[str | Path] = (),
        hops: int = 1,
    ) -> Answer:
        """An answer from the `limit` best chunks, with quotes, or an abstention.

        `docs` confines the search to documents in these folders or files. With more than one of
        `hops`, searches build on each other (docs/conversation.md); `Answer.steps` shows how.
        """
        if isinstance(question, Query):
            return self._answer(question, hops)
        asked = self.query(question, limit, mode=mode, filter=filter, docs=docs)
        return self._answer(asked, hops)

    def chat(
        self,
        limit: int = 5,
        *,
        mode: Mode | None = None,
        filter: str | Filter | None = None,
        docs: Sequence[str | Path] = (),
        hops: int = 1,
        record: Mapping[str, Any] | None = None,
        budget: int = 1000,
    ) -> Session:
        """A conversation: its questions may build on each other. `record` is what `to_json` of an
        earlier one gave, and `budget` how many tokens of it a model is shown; the rest is as for
        `ask`. Raises `UsageError` for a record that cannot be read."""
        talk = self._tools.talk
        parts = Parts(
            query=lambda text: self.query(text, limit, mode=mode, filter=filter, docs=docs),
            ask=lambda query, route: self._answer(query, hops, route),
            read=lambda places, query: read_passages(self.store, self.ledger, places, query.filter),
            count_tokens=talk.count_tokens,
            rewrite=talk.rewrite,
        )
        return Session(parts, record, budget=budget)

    def query(
        self,
        text: str,
        limit: int = 10,
        *,
        mode: Mode | None = None,
        filter: str | Filter | None = None,
        explain: bool = False,
        docs: Sequence[str | Path] = (),
        expand: Sequence[str] | None = None,
        window: Window | None = None,
    ) -> Query:
        """The query with this index's tenant and the defaults of its settings; `replace` of
        `dataclasses` changes what has no argument here. Raises `UsageError` if empty."""
        if not text.strip():
            raise UsageError("The question is empty.", "Give it as the first argument.")
        tree = self._tools.parse_filter(filter) if isinstance(filter, str) else filter
        defaults = self._defaults
        return replace(
            defaults,
            text=text,
            mode=mode or defaults.mode,
            limit=limit,
            filter=_both(self._within(docs), tree),
            explain=explain,
            expand=defaults.expand if expand is None else tuple(expand),
            window=window or defaults.window,
        )

    def find(self, query: Query) -> Found:
        """The hits of a query, and the time each stage took."""
        return self._tools.retrieve(query)

    def why_not(self, query: str | Query, source: str, *, all_tenants: bool = False) -> WhyNot:
        """Why a source is not among the hits of a query, and what would bring it in. Those of
        other tenants are as unknown as unread ones, unless `all_tenants`."""
        from tercet.pipeline.inquiry import why_not

        asked = query if isinstance(query, Query) else self.query(query)
        parts = (self.find, self.store, self.ledger)
        return why_not(asked, source, *parts, all_tenants=all_tenants)

    def documents(self, since: str = "") -> list[DocumentInfo]:
        """All sources of the tenant that have text in the index, by source; with `since`, those
        that were read at or after a time (ISO, UTC), such as an `IngestReport.began`."""
        return [info for info in self.ledger.entries(since) if info.id]

    def failures(self, since: str = "") -> list[DocumentInfo]:
        """All sources whose last reading failed, by source, with reason and remedy."""
        return [info for info in self.ledger.entries(since) if info.state == "failed"]

    def document(self, source: str) -> DocumentInfo:
        """What is known of a source, named by its source, key or document id. Raises
        `TercetError` if it is not there."""
        found = self.ledger.named(source)
        if not found:
            raise TercetError(
                f"There is no document {source!r} in the index.",
                "`tercet documents list` shows what there is.",
            )
        return found[0]

    def chunks(self, source: str) -> list[Chunk]:
        """The chunks of a document in their order. Raises `TercetError` if it is not there."""
        info = self.document(source)
        found = self.store.chunks(Equals("document", (info.id,)))
        return sorted(found, key=lambda chunk: chunk.index)

    def delete(self, source: str) -> DocumentInfo:
        """Remove a source, and what lies in it; what it was. Raises `TercetError` if it is not
        there. Its text stays if other sources have the same."""
        info = self.document(source)
        self._ingest.remove(info.key)
        return info

    def close(self) -> None:
        """Release the index. A second call does nothing."""
        self.ledger.close()
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

    def _answer(self, query: Query, hops: int, route: Route | None = None) -> Answer:
        if self._ask is None:
            self._ask = self._make_ask()
        talk = self._tools.talk
        return ask_in_hops(query, hops, Hops(self._ask, talk.bridges, talk.decompose), route)

    def _within(self, roots: Sequence[str | Path]) -> Filter | None:
        """The documents in these folders, or these files themselves."""
        return Equals("folders", tuple(map(key_of, roots))) if roots else None

    def _pruned(self, roots: Sequence[str], seen: set[str], report: IngestReport) -> IngestReport:
        """Removes what lay below the roots and was not seen."""
        unread = [key_of(problem.source) for problem in report.problems]
        gone = gone_below(self.ledger, roots, seen, unread)
        if not report.dry_run:
            for key in gone:
                self._ingest.remove(key)
        return replace(report, removed=len(gone))


def _both(left: Filter | None, right: Filter | None) -> Filter | None:
    if left is None or right is None:
        return left or right
    return And((left, right))
