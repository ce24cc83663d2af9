"""Ingests a folder and says for how much of the time the model was running.

    python benchmarks/overlap.py ../shared/data/corpora/sec10q

What the model's runs leave free is what reading, cutting and writing could not hide behind them.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import tercet
from tercet.embedding.onepass import OnePass

Interval = tuple[float, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    runs: list[Interval] = []
    with (
        tempfile.TemporaryDirectory(prefix="tercet-overlap-") as index,
        patch.object(OnePass, "_run", _timed(OnePass._run, runs)),
        tercet.open(index) as rag,
    ):
        begin = time.perf_counter()
        report = rag.ingest(given.folder)
        wall = time.perf_counter() - begin
    busy = _covered(runs)
    print(f"{report.added} documents, {report.chunks} chunks in {wall:.1f} s")
    print(f"a forward pass was running for {busy:.1f} s: {busy / wall:.1%} of the time")


def _timed(run: Callable[..., Any], runs: list[Interval]) -> Callable[..., Any]:
    def timed(self: OnePass, window: object) -> Any:
        begin = time.perf_counter()
        try:
            return run(self, window)
        finally:
            runs.append((begin, time.perf_counter()))

    return timed


def _covered(intervals: list[Interval]) -> float:
    """Seconds in which at least one of the intervals lasts."""
    total, end = 0.0, float("-inf")
    for begin, finish in sorted(intervals):
        total += max(0.0, finish - max(begin, end))
        end = max(end, finish)
    return total


if __name__ == "__main__":
    main()
