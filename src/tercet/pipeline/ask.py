"""From a question to an answer with its proof."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from tercet.ports import Generator
from tercet.types import Answer, Citation, Context, Draft, Hit, Query


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
        hits = self._retrieve(replace(query, limit=max(query.limit, self._generator.depth)))
        found = time.perf_counter()
        draft = self._generator(query.text, self._pack(hits))
        done = time.perf_counter()
        return Answer(
            question=query.text,
            text=draft.text,
            abstained=draft.abstained,
            citations=draft.citations,
            hits=_shown(hits, query.limit, draft),
            usage=draft.usage,
            ms={"search": 1000 * (found - begin), "write": 1000 * (done - found)},
        )


def _shown(hits: Sequence[Hit], limit: int, draft: Draft) -> tuple[Hit, ...]:
    """The hits that were asked for, and those further down that are quoted."""
    quoted = [hit for hit in hits[limit:] if any(_holds(hit, c) for c in draft.citations)]
    return (*hits[:limit], *quoted)


def _holds(hit: Hit, citation: Citation) -> bool:
    chunk = hit.chunk
    return chunk.source == citation.source and chunk.start <= citation.start < chunk.end
