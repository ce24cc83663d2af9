"""Ingests that are killed with `kill -9` at random moments, and what must be left at the end."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import tercet
from benchmarks.crash.quick import quick_encoder
from tercet.build import opening
from tercet.types import Mode

_QUESTIONS = 20  # asked of each index that is compared
_LEGS: tuple[Mode, ...] = ("dense", "sparse", "late")
_OF_THE_RUN = ("read_at", "seconds")  # what a ledger entry tells of the run, not of the document


class Outcome(NamedTuple):
    """One index from nothing to whole: how often its ingest was killed, and what differs."""

    kills: int
    runs: int
    differences: list[str]


REAL: Sequence[str] = (sys.executable, "-m", "tercet", "ingest", "{corpus}", "--index", "{index}")
"""The command as a user starts it."""

QUICK = (sys.executable, str(Path(__file__).with_name("quick.py")), "{corpus}", "{index}")
"""The same with a stand-in for the model (see `quick.py`)."""


def ingest(corpus: Path, index: Path, command: Sequence[str] = REAL) -> subprocess.Popen[bytes]:
    """A process that ingests the corpus."""
    arguments = [part.format(corpus=corpus, index=index) for part in command]
    return subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def clean_run(
    corpus: Path, index: Path, command: Sequence[str] = REAL
) -> tuple[dict[str, Any], float]:
    """The state after an undisturbed ingest, and the seconds it took."""
    begin = time.perf_counter()
    process = ingest(corpus, index, command)
    _, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(errors.decode())
    return state(index), time.perf_counter() - begin


def state(index: Path) -> dict[str, Any]:
    """Everything that two equal indexes have in common."""
    with _opened(index) as rag:
        chunks = {chunk.id: asdict(chunk) for chunk in rag.store.chunks()}
        entries = {}
        for info in rag.ledger.entries():
            entries[info.key] = {k: v for k, v in asdict(info).items() if k not in _OF_THE_RUN}
        questions = sorted({chunk["text"][:80] for chunk in chunks.values()})
        step = max(1, len(questions) // _QUESTIONS)
        found = {
            f"{mode}: {question}": _above_the_cut(rag.search(question, 10, mode=mode))
            for question in questions[::step]
            for mode in _LEGS
        }
        return {
            "chunks": chunks,
            "count": rag.store.count(),
            "entries": entries,
            "unfinished": rag.ledger.unfinished(),
            "mean length": rag.schema.avg_terms,
            "searches": found,
        }


def _above_the_cut(hits: Sequence[tercet.Hit]) -> dict[str, float]:
    """The hits that are better than the last one: which of several equal ones are among the
    first ten is up to the engine."""
    cut = hits[-1].score + 0.001
    return {hit.id: round(hit.score, 3) for hit in hits if hit.score > cut}


def _opened(index: Path) -> tercet.Rag:
    """The index with the encoder that made it, by the name in its record."""
    record = json.loads((index / "rag-documents" / "schema.json").read_text(encoding="utf-8"))
    if record["dense_model"] != "words":
        return tercet.open(index)
    with patch.object(opening, "make_encoder", quick_encoder):
        return tercet.open(index)


def differences(clean: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """What differs between two states, in words."""
    return [
        f"{key}: {_difference(clean[key], found[key])}" for key in clean if clean[key] != found[key]
    ]


def _difference(clean: Any, found: Any) -> str:
    if not (isinstance(clean, dict) and isinstance(found, dict)):
        return f"{found!r} instead of {clean!r}"
    lost, twice = clean.keys() - found.keys(), found.keys() - clean.keys()
    other = [key for key in clean.keys() & found.keys() if clean[key] != found[key]]
    example = f", such as {other[0]}: {found[other[0]]} was {clean[other[0]]}" if other else ""
    return f"{len(lost)} lost, {len(twice)} too many, {len(other)} other{example}"[:600]


def killed_runs(
    corpus: Path,
    work: Path,
    clean: dict[str, Any],
    kills: int,
    mean: float,
    seed: int,
    command: Sequence[str] = REAL,
) -> Iterator[Outcome]:
    """Ingests into new indexes, each started anew after every kill until it is whole; ends when
    `kills` processes have been killed. The time to a kill is drawn from an exponential
    distribution with the given mean in seconds, so that no moment is spared."""
    draw = random.Random(seed)
    left = kills
    while left > 0:
        index = work / "killed"
        shutil.rmtree(index, ignore_errors=True)
        done = runs = 0
        while True:
            process = ingest(corpus, index, command)
            runs += 1
            if left - done > 0 and _killed(process, draw.expovariate(1 / mean)):
                done += 1
                continue
            _, errors = process.communicate()
            if process.returncode:
                yield Outcome(done, runs, [f"exit {process.returncode}: {errors.decode()}"])
            else:
                yield Outcome(done, runs, differences(clean, state(index)))
            break
        left -= done


def _killed(process: subprocess.Popen[bytes], after: float) -> bool:
    """Whether the process was still running then, and was killed."""
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return True
    return False
