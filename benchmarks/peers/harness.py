"""Measures one contestant in its own process and writes the figures as JSON.

A contestant's module calls `main(build)`, where `build` loads the models and returns the
contestant. The clock runs only in `ingest` and `search`: imports, models and one warm-up index
of 8 texts come before it.

The contestants' environments share nothing but this folder, so this module imports the standard
library alone.
"""

import argparse
import json
import os
import shutil
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple, Protocol

from corpus import Collection, Passage, load_collection
from footprint import disk_mb, installed_mb, package_closure, peak_rss_mb
from quality import mean_ndcg

TOP_K = 10
WARM_TEXTS = 8
WARM_QUERIES = 5


class Found(NamedTuple):
    """One hit: the document's id, and its text as read back from the index."""

    id: str
    text: str


class Contestant(Protocol):
    """One system under test, its models loaded."""

    name: str
    roots: tuple[str, ...]
    """The packages a user installs by name; their dependencies are counted from here."""

    def ingest(self, passages: Sequence[Passage], index: Path) -> None:
        """Make `passages` searchable, and stored in `index`, before returning.

        Called twice with different folders; `search` then looks into the later one.
        """

    def search(self, query: str, k: int) -> list[Found]:
        """Return the best `k` hits with their text, best first."""

    def close(self) -> None:
        """Let go of the index."""


def main(build: Callable[[Path], Contestant]) -> None:
    """Run the job that the command line describes. `build` is given the MiniLM folder."""
    args = _arguments()
    collection = load_collection(args.data, args.documents, args.queries)
    contestant = build(args.model)
    figures = measure(contestant, collection, args.scratch)
    args.out.write_text(json.dumps(figures, indent=2), encoding="utf-8")


def measure(contestant: Contestant, collection: Collection, scratch: Path) -> dict[str, Any]:
    """Return every figure for one contestant; `scratch` is emptied before and after."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        _warm_up(contestant, collection, scratch / "warm")
        ingest_s, ingest_cpu_s = _time_ingest(contestant, collection, scratch / "index")
        times, rankings = _time_queries(contestant, collection)
        weights = _weights(contestant, scratch / "index")
    finally:
        contestant.close()
        shutil.rmtree(scratch, ignore_errors=True)
    return {
        "name": contestant.name,
        "documents": len(collection.passages),
        "queries": len(collection.queries),
        "ingest_s": round(ingest_s, 3),
        "ingest_cpu_s": round(ingest_cpu_s, 3),
        "chunks_per_s": round(len(collection.passages) / ingest_s, 2),
        "query_p50_ms": round(percentile(times, 50) * 1000, 3),
        "query_p99_ms": round(percentile(times, 99) * 1000, 3),
        "ndcg@10": round(mean_ndcg(rankings, collection.qrels, TOP_K), 4),
        **weights,
    }


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the percentile of `values`, interpolated between neighbours as NumPy does."""
    ordered = sorted(values)
    position = (len(ordered) - 1) * percent / 100
    low = int(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


def _warm_up(contestant: Contestant, collection: Collection, index: Path) -> None:
    """Take first-use costs (lazy imports, thread pools, kernels) out of the timed part."""
    contestant.ingest(collection.passages[:WARM_TEXTS], index)
    contestant.search("warm up", TOP_K)


def _time_ingest(
    contestant: Contestant, collection: Collection, index: Path
) -> tuple[float, float]:
    """Return wall time, and processor time of all threads: far below wall x threads is a sign
    that the machine was busy with something else, or that the contestant waits."""
    started, used = perf_counter(), process_time()
    contestant.ingest(collection.passages, index)
    return perf_counter() - started, process_time() - used


def _time_queries(
    contestant: Contestant, collection: Collection
) -> tuple[list[float], dict[str, list[str]]]:
    # Titles warm up: a timed query that had been asked before could come from a cache.
    for passage in collection.passages[:WARM_QUERIES]:
        contestant.search(passage.title or passage.text[:80], TOP_K)
    clock, rankings = [perf_counter()], {}
    for query, text in collection.queries.items():
        rankings[query] = _ids(contestant.search(text, TOP_K), contestant.name)
        clock.append(perf_counter())
    return [after - before for before, after in pairwise(clock)], rankings


def _ids(hits: list[Found], name: str) -> list[str]:
    if len(hits) > TOP_K or not all(hit.text for hit in hits):
        raise ValueError(f"{name} must return at most {TOP_K} hits, each with its text")
    return [hit.id for hit in hits]


def _weights(contestant: Contestant, index: Path) -> dict[str, Any]:
    packages = package_closure(contestant.roots)
    return {
        "peak_rss_mb": round(peak_rss_mb(), 1),
        "disk_mb": round(disk_mb(index), 2),
        "packages": len(packages),
        "packages_mb": round(installed_mb(packages.values()), 1),
        "threads": len(os.sched_getaffinity(0)),
        "versions": {root: packages[root].version for root in contestant.roots},
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="One contestant's run; run.py starts it.")
    parser.add_argument("--data", type=Path, required=True, help="a BEIR folder")
    parser.add_argument("--documents", type=int)
    parser.add_argument("--queries", type=int)
    parser.add_argument("--model", type=Path, required=True, help="the MiniLM folder")
    parser.add_argument("--scratch", type=Path, required=True, help="emptied, then removed")
    parser.add_argument("--out", type=Path, required=True, help="the JSON file to write")
    return parser.parse_args()
