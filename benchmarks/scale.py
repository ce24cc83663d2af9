"""Ingests generated chunks, ten times as many the second time: memory and speed must not change.

    python benchmarks/scale.py --chunks 20000 200000

Memory is the peak of what the process itself holds (RssAnon): the files that the engine maps are
given back by the system when it needs them. Speed is chunks per second in the first and the last
tenth of a run.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import tercet
from tercet.types import IngestProgress

_PER_FILE = 200  # chunks of a generated file
_WORDS = 9  # of a chunk, which is a line
_SETTINGS = {"TERCET_CHUNK_SIZE": "24", "TERCET_CHUNK_OVERLAP": "0"}
_SAMPLE = 0.1  # seconds between looks at the memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(_measure(given.child)))
        return
    figures = [_run(chunks) for chunks in given.chunks]
    for figure in figures:
        print(
            f"{figure['chunks']:>8} chunks: peak {figure['peak_mb']:.0f} MB, "
            f"{figure['first']:.0f}/s in the first tenth, {figure['last']:.0f}/s in the last"
        )
    first, last = figures[0], figures[-1]
    print(f"memory {last['peak_mb'] / first['peak_mb']:.2f} times, ", end="")
    print(f"speed of the last tenth {last['last'] / last['first']:.2f} of the first")


def _run(chunks: int) -> dict[str, float]:
    """A run in a process of its own, so that its memory is its own."""
    with tempfile.TemporaryDirectory(prefix="tercet-scale-") as folder:
        work = Path(folder)
        _generate(work / "docs", chunks)
        command = [sys.executable, __file__, "--child", folder]
        done = subprocess.run(
            command, env={**os.environ, **_SETTINGS}, capture_output=True, text=True, check=True
        )
    figure: dict[str, float] = json.loads(done.stdout)
    return figure


def _generate(folder: Path, chunks: int) -> None:
    """Files of lines of words, a paragraph each; no two lines are the same."""
    folder.mkdir()
    draw = random.Random(chunks)
    words = [f"{a}{b}" for a in ("lamp", "oil", "stone", "river", "cloud") for b in "abcdefgh"]
    for number in range(0, chunks, _PER_FILE):
        lines = (
            f"{number + line} {' '.join(draw.choices(words, k=_WORDS))}."
            for line in range(min(_PER_FILE, chunks - number))
        )
        (folder / f"{number:07d}.txt").write_text("\n\n".join(lines), encoding="utf-8")


def _measure(work: Path) -> dict[str, float]:
    marks: list[tuple[float, int]] = []

    def note(progress: IngestProgress) -> None:
        if not marks or progress.chunks > marks[-1][1]:
            marks.append((time.perf_counter(), progress.chunks))

    with _Peak() as peak, tercet.open(work / "index") as rag:
        report = rag.ingest(work / "docs", progress=note)
    tenth = report.chunks // 10
    return {
        "chunks": report.chunks,
        "peak_mb": peak.megabytes,
        "first": _rate(marks, marks[0][1], tenth),
        "last": _rate(marks, report.chunks - tenth, report.chunks),
    }


def _rate(marks: list[tuple[float, int]], start: int, end: int) -> float:
    inside = [mark for mark in marks if start <= mark[1] <= end]
    (begin, before), (finish, after) = inside[0], inside[-1]
    return (after - before) / (finish - begin)


class _Peak:
    """The most anonymous memory of this process while the block runs."""

    def __init__(self) -> None:
        self.megabytes = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _Peak:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(_SAMPLE):
            status = Path("/proc/self/status").read_text(encoding="ascii")
            line = next(line for line in status.splitlines() if line.startswith("RssAnon"))
            self.megabytes = max(self.megabytes, int(line.split()[1]) / 1024)


if __name__ == "__main__":
    main()
