"""Queries: text in, hits with text out, against the bare model and engine for the same ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

import qdrant_edge as qe

import tercet.store.edge as edge
from engine.bench import Bench, shard_of
from engine.clock import Clock, Stand, percentiles, replaced, seconds, watch
from tercet import Rag
from tercet.retrieval.plans import plan
from tercet.retrieval.retriever import tenant_filter
from tercet.store.edge_request import edge_request
from tercet.types import MODES, Mode, Search

DEFAULT: Mode = "fused"
WARM_QUERIES = 5
# "read the hits" is what the store does beside the request and the engine's call.
STAGES = ("model", "tokenise", "bm25", "make the request", "engine")


@dataclass(frozen=True, slots=True)
class Pair:
    """A query the user's way, and its parts made ready beforehand."""

    whole: Callable[[], Any]
    model: Callable[[], Any]
    engine: Callable[[], Any]


def measure_queries(bench: Bench, rag: Rag, repeat: int) -> dict[str, Any]:
    """Latency of both by mode, the ratio of their medians, and the stages of the default mode."""
    return {
        "modes": {mode: _mode(bench, rag, mode, repeat) for mode in MODES},
        "stages_ms": _stages(bench, rag),
    }


def _mode(bench: Bench, rag: Rag, mode: Mode, repeat: int) -> dict[str, Any]:
    """Each query is asked once each way, one after the other; which goes first alternates."""
    pairs = [_pair(bench, rag, text, mode) for text in bench.queries]
    for pair in pairs[:WARM_QUERIES]:
        for part in (pair.model, pair.engine, pair.whole):
            part()
    whole: list[float] = []
    model: list[float] = []
    engine: list[float] = []
    for number in range(repeat):
        for place, pair in enumerate(pairs):
            first = (number + place) % 2 == 0
            if first:
                whole.append(seconds(pair.whole))
            model.append(seconds(pair.model))
            engine.append(seconds(pair.engine))
            if not first:
                whole.append(seconds(pair.whole))
    return _figures(whole, model, engine)


def _pair(bench: Bench, rag: Rag, text: str, mode: Mode) -> Pair:
    query = rag.query(text, mode=mode)
    search = Search(plan(query), bench.encoder.query(text), tenant_filter("", None))
    request = qe.QueryBatchRequest([edge_request(search, rag.schema)])
    shard, batch = shard_of(rag), bench.query_batch(text)

    def engine() -> list[Any]:
        return [point.payload for point in shard.query_batch(request)[0]]

    # BM25 alone needs no model.
    model = (lambda: None) if mode == "sparse" else lambda: bench.forward(batch)
    return Pair(lambda: rag.search(text, mode=mode), model, engine)


def _figures(
    whole: Sequence[float], model: Sequence[float], engine: Sequence[float]
) -> dict[str, Any]:
    bare = [first + second for first, second in zip(model, engine, strict=True)]
    ms = percentiles(whole)
    return {
        "ms": ms,
        "bare_ms": percentiles(bare),
        "model_p50": 1000 * median(model),
        "engine_p50": 1000 * median(engine),
        "ratio": median(whole) / median(bare),
        "p99/p50": ms["p99"] / ms["p50"],
    }


def _stages(bench: Bench, rag: Rag) -> dict[str, float]:
    """Median milliseconds of each stage of a query in the default mode, in a pass of its own."""
    clock = Clock()
    laps: list[dict[str, float]] = []
    with _watched(clock, bench, rag):
        for text in bench.queries:
            with clock.stage("query"):
                rag.search(text, mode=DEFAULT)
            laps.append(_told_apart(clock.lap()))
    return {stage: 1000 * median(lap[stage] for lap in laps) for stage in laps[0]}


def _told_apart(lap: dict[str, float]) -> dict[str, float]:
    """The stages of a query without those inside them, so that they add up to it."""
    found = {stage: lap.get(stage, 0.0) for stage in STAGES}
    found["read the hits"] = lap["store"] - found["make the request"] - found["engine"]
    return found | {"other": lap["query"] - sum(found.values()), "query": lap["query"]}


@contextmanager
def _watched(clock: Clock, bench: Bench, rag: Rag) -> Iterator[None]:
    shard = Stand(shard_of(rag), clock, {"query_batch": "engine"})
    with (
        replaced(rag.store, "_shard", shard),
        watch(
            clock,
            (bench.session, {"run": "model"}),
            (bench.encoder._onepass, {"_windows": "tokenise"}),
            (bench.encoder._bm25, {"query": "bm25"}),
            (edge, {"edge_request": "make the request"}),
            (rag.store, {"search": "store"}),
        ),
    ):
        yield
