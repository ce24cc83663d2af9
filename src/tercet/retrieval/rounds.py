"""A search in as many rounds as it takes to have hits of many documents, and windows in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from tercet.ports import Store
from tercet.retrieval.grouping import within_quota
from tercet.retrieval.retriever import Stopwatch
from tercet.retrieval.scores import following
from tercet.retrieval.windows import widened
from tercet.types import WINDOWS, And, Equals, Filter, Found, Hit, Not, Query


class PerDocument:
    """A search that keeps its `limit` when `per_document` is set, and makes windows last.

    A long document may fill all candidates; few of them are then left. As long as hits are
    missing, the same is asked again of the documents whose quota is not used up, and what is found
    follows, with scores moved down where they would rise. Each round finds something new or is the
    last, so there are at most `limit` of them; mostly there is one.

    Windows are made of what is found in the end: they join hits, which would count as missing, and
    an explanation is about the chunk that was found.
    """

    def __init__(self, retrieve: Callable[[Query], Found], store: Store) -> None:
        self._retrieve = retrieve
        self._store = store

    def __call__(self, query: Query) -> Found:
        """The hits of `query`: `limit` of them if the index holds so many, and fewer where windows
        were joined."""
        plain = replace(query, window="chunk") if query.window in WINDOWS else query
        found = self._retrieve(plain)
        if query.per_document:
            found = self._completed(plain, found)
        if plain == query:
            return found
        clock = Stopwatch()
        hits = widened(found.hits, query.window, self._store)
        clock.stage("window")
        return found._replace(hits=hits, ms={**found.ms, **clock.ms})

    def _completed(self, query: Query, found: Found) -> Found:
        while len(found.hits) < query.limit:
            more = self._retrieve(replace(query, filter=_others(query, found.hits)))
            joined = _joined(found, more, query)
            if len(joined.hits) == len(found.hits):
                break
            found = joined
        return found


def _others(query: Query, hits: Sequence[Hit]) -> Filter | None:
    """The query's filter, and no document that has its quota."""
    counts = Counter(hit.chunk.document for hit in hits)
    full = [document for document, count in counts.items() if count >= query.per_document]
    if not full:
        return query.filter
    others = Not(Equals("document", tuple(full)))
    return others if query.filter is None else And((query.filter, others))


def _joined(found: Found, more: Found, query: Query) -> Found:
    seen = {hit.id for hit in found.hits}
    new = [hit for hit in more.hits if hit.id not in seen]
    hits = within_quota(following(found.hits, new), query.per_document)[: query.limit]
    ms = {
        stage: found.ms.get(stage, 0.0) + more.ms.get(stage, 0.0)
        for stage in dict.fromkeys((*found.ms, *more.ms))
    }
    return Found(hits, ms, tuple(dict.fromkeys((*found.warnings, *more.warnings))))
