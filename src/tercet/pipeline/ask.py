"""From a question to an answer with its proof."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from tercet.ports import Generator
from tercet.types import Answer, Context, Hit, Query


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
