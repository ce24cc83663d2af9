"""Every query in every mode: quality, and latency as a user has it, from text to hits."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from tercet.evaluation.dataset import Dataset
from tercet.evaluation.metrics import ndcg, recall, reciprocal_rank
from tercet.rag import Rag
from tercet.types import Hit, IngestReport, Mode

_DEPTH = 10  # hits a user asks for; latency is measured with it
_DEEP = 100  # for recall@100
_WARM_UP = 5  # queries not counted: the first ones load the model and fill caches

Tick = Callable[[str, int, int], None]


def measure_modes(
    rag: Rag,
    dataset: Dataset,
    modes: Sequence[Mode],
    tick: Tick = lambda mode, done, total: None,
) -> dict[str, dict[str, float]]:
    """Per mode the means over the judged queries, and latency percentiles in milliseconds.

    The documents must be in the index already. `tick` is told mode, queries done and all.
    """
    return {mode: _mode(rag, dataset, mode, tick) for mode in modes}


def record(
    dataset: Dataset, report: IngestReport, modes: dict[str, dict[str, float]]
) -> dict[str, Any]:
    """The record of `eval --json`. The rate is None if the index held all documents already."""
    rate = round(report.chunks / report.seconds, 2) if report.chunks else None
    return {
        "dataset": dataset.name,
        "documents": len(dataset.documents),
        "queries": len(dataset.queries),
        "ingest": {
            "chunks": report.chunks,
            "seconds": round(report.seconds, 3),
            "chunks_per_s": rate,
        },
        "modes": modes,
    }


def _mode(rag: Rag, dataset: Dataset, mode: Mode, tick: Tick) -> dict[str, float]:
    for text in list(dataset.queries.values())[:_WARM_UP]:
        rag.search(text, _DEPTH, mode=mode)
    shallow: dict[str, list[str]] = {}
    deep: dict[str, list[str]] = {}
    seconds: list[float] = []
    for done, (id, text) in enumerate(dataset.queries.items(), start=1):
        begin = time.perf_counter()
        hits = rag.search(text, _DEPTH, mode=mode)
        seconds.append(time.perf_counter() - begin)
        shallow[id] = _sources(hits)
        deep[id] = _sources(rag.search(text, _DEEP, mode=mode))
        tick(mode, done, len(dataset.queries))
    return _quality(shallow, deep, dataset.judgements) | _latency(seconds)


def _sources(hits: Sequence[Hit]) -> list[str]:
    """Documents by their best chunk; one text may be several documents of the collection."""
    return list(dict.fromkeys(source for hit in hits for source in hit.chunk.sources))


def _quality(
    shallow: Mapping[str, Sequence[str]],
    deep: Mapping[str, Sequence[str]],
    judgements: Mapping[str, Mapping[str, int]],
) -> dict[str, float]:
    scores = {
        "ndcg@10": [ndcg(ranking, judgements[id], 10) for id, ranking in shallow.items()],
        "mrr@10": [reciprocal_rank(found, judgements[id], 10) for id, found in shallow.items()],
        "recall@100": [recall(ranking, judgements[id], 100) for id, ranking in deep.items()],
    }
    return {name: round(float(np.mean(values)), 4) for name, values in scores.items()}


def _latency(seconds: Sequence[float]) -> dict[str, float]:
    points = np.percentile(np.asarray(seconds) * 1000, (50, 95, 99))
    names = ("p50_ms", "p95_ms", "p99_ms")
    return {name: round(float(value), 2) for name, value in zip(names, points, strict=True)}
