"""From a question to an answer with its proof."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from tercet.ports import Generator
from tercet.types import Answer, Citation, Context, Draft, Hit, Query

Retrieve: TypeAlias = Callable[[Query], list[Hit]]
# Another way to the hits of a question, by the searches it makes with `Retrieve`.
Route: TypeAlias = Callable[[Retrieve, Query], list[Hit]]


class Ask:
    """A question to an answer with its proof: retrieve, pack, write. A question outside the scope
    is refused, for the reason that `refusal` gives, before anything is searched."""

    def __init__(
        self,
        retrieve: Retrieve,
        pack: Callable[[Sequence[Hit]], Context],
        generator: Generator,
        guard: Callable[[Draft], Draft] | None = None,
        refusal: Callable[[str], str | None] | None = None,
    ) -> None:
        self._retrieve = retrieve
        self._pack = pack
        self._generator = generator
        self._guard = guard
        self._refusal = refusal

    def __call__(self, query: Query, route: Route | None = None) -> Answer:
        """The answer to `query.text` from its hits, or from those of a `route`. Raises
        `GenerationError` if the model fails; the hits are then still to be had by a search."""
        if self._refusal and (reason := self._refusal(query.text)):
            return Answer(query.text, reason, abstained=True)
        begin = time.perf_counter()
        wide = replace(query, limit=max(query.limit, self._generator.depth))
        hits = route(self._retrieve, wide) if route else self._retrieve(wide)
        found = time.perf_counter()
        context = self._pack(hits)
        draft = self._generator(query.text, context)
        if self._guard:
            draft = self._guard(draft)
        done = time.perf_counter()
        return Answer(
            question=query.text,
            text=draft.text,
            abstained=draft.abstained,
            citations=draft.citations,
            hits=_shown(hits, query.limit, draft),
            usage=draft.usage,
            cost=draft.usage.cost,
            ms={"search": 1000 * (found - begin), "write": 1000 * (done - found)},
            statements=draft.statements,
            warnings=(*context.warnings, *draft.warnings),
        )


def _shown(hits: Sequence[Hit], limit: int, draft: Draft) -> tuple[Hit, ...]:
    """The hits that were asked for, and those further down that are quoted."""
    quoted = [hit for hit in hits[limit:] if any(_holds(hit, c) for c in draft.citations)]
    return (*hits[:limit], *quoted)


def _holds(hit: Hit, citation: Citation) -> bool:
    chunk = hit.chunk
    return chunk.source == citation.source and chunk.start <= citation.start < chunk.end
