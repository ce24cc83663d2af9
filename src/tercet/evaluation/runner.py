"""Every query in every mode: rankings, and latency as a user has it, from text to hits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tercet.evaluation.dataset import Dataset, page_name
from tercet.evaluation.measures import Measure, deepest
from tercet.rag import Rag
from tercet.types import Hit, Mode

SHALLOW = 10  # hits a user asks for; latency is measured with it
DEEP = 100  # for recall by depth
_WARM_UP = 5  # queries not counted: the first ones load the model and fill caches

Tick = Callable[[str, int, int], None]


def no_tick(mode: str, done: int, total: int) -> None:
    """Shows no progress."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a mode found: by query the names of a query for 10 hits and of a deep one, best
    first, and the seconds that the query for 10 took."""

    shallow: Mapping[str, list[str]]
    deep: Mapping[str, list[str]]
    seconds: Mapping[str, float]

    def ranking(self, query: str, measure: Measure) -> list[str]:
        """The ranking that a measure is about: what a user sees, or the deep one."""
        within = measure.depth is not None and measure.depth <= SHALLOW
        return self.shallow[query] if within else self.deep[query]


def run_modes(
    rag: Rag,
    dataset: Dataset,
    modes: Sequence[Mode],
    measures: Sequence[Measure],
    tick: Tick = no_tick,
) -> dict[Mode, Run]:
    """Every mode on every query: one query for 10 hits, which is timed, and a deep one.

    The documents must be in the index already. `tick` is told mode, queries done and all.
    """
    depth = deepest(measures, DEEP)
    return {mode: _run(rag, dataset, mode, depth, tick) for mode in modes}


def _run(rag: Rag, dataset: Dataset, mode: Mode, depth: int, tick: Tick) -> Run:
    for text in list(dataset.queries.values())[:_WARM_UP]:
        rag.search(text, SHALLOW, mode=mode)
    shallow: dict[str, list[str]] = {}
    deep: dict[str, list[str]] = {}
    seconds: dict[str, float] = {}
    for done, (id, text) in enumerate(dataset.queries.items(), start=1):
        begin = time.perf_counter()
        hits = rag.search(text, SHALLOW, mode=mode)
        seconds[id] = time.perf_counter() - begin
        shallow[id] = names_of(hits, dataset, id)
        deep[id] = names_of(rag.search(text, depth, mode=mode), dataset, id)
        tick(mode, done, len(dataset.queries))
    return Run(shallow, deep, seconds)


def names_of(hits: Sequence[Hit], dataset: Dataset, query: str) -> list[str]:
    """Documents by their best chunk, or pages of those that the query judges by page; one text
    may be several documents of the collection."""
    paged = dataset.paged.get(query, frozenset())
    grades = dataset.judgements[query]
    return list(dict.fromkeys(name for hit in hits for name in _names(hit, paged, grades)))


def _names(hit: Hit, paged: frozenset[str], grades: Mapping[str, int]) -> Iterator[str]:
    """A chunk is on every page it touches; those that are judged count, else the first."""
    for source in hit.chunk.sources:
        pages = [page_name(source, page.number) for page in hit.chunk.pages]
        judged = [name for name in (*pages, source) if name in grades]
        yield from judged or (pages[:1] if pages and source in paged else [source])
