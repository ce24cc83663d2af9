"""Ingest: documents to an index on disk, against the bare model on the same batches."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import tercet.store.edge as edge
from engine.bench import Batch, Bench
from engine.clock import Clock, watch
from tercet import Rag

WARM_DOCUMENTS = 8

# Stages of the thread that embeds, in the order in which they are shown; the last one holds
# all that is left: putting vectors together, waiting for the thread that cuts and for the writer.
STAGES = (
    "model",
    "tokenise",
    "bm25",
    "index fields",
    "optimise",
)
# Stages of the threads that write and cut; "store" holds the two after it.
WRITER_STAGES = ("store", "make points", "engine update and flush", "ledger")


def measure_ingest(bench: Bench, scratch: Path, repeat: int) -> tuple[dict[str, Any], Path]:
    """Throughput of both, their ratio, and where the whole ingest spends its time; and the
    folder of the last index.

    Half of the bare batches run before the whole ingest and half after, so that a machine
    that gets slower or faster does so for both.
    """
    batches = bench.batches()
    _warm_up(bench, scratch, batches)
    folders = [scratch / f"index-{number}" for number in range(repeat)]
    runs = [_run(bench, folder, batches) for folder in folders]
    return _median(runs) | {"runs": runs}, folders[-1]


def _bare(bench: Bench, batches: Sequence[Batch]) -> tuple[float, float]:
    """Wall and processor seconds of the model alone."""
    begin, used = perf_counter(), process_time()
    bench.forward_all(batches)
    return perf_counter() - begin, process_time() - used


def _warm_up(bench: Bench, scratch: Path, batches: Sequence[Batch]) -> None:
    """Loads the model, fills caches, and imports what is imported on first use."""
    with bench.open(scratch / "warm") as rag:
        rag.add(bench.documents[:WARM_DOCUMENTS])
    _bare(bench, batches[:2])


def _run(bench: Bench, folder: Path, batches: Sequence[Batch]) -> dict[str, Any]:
    before = _bare(bench, batches[::2])
    with bench.open(folder) as rag:
        whole = _whole(bench, rag)
    after = _bare(bench, batches[1::2])
    if whole["model_runs"] != len(batches):
        raise RuntimeError(
            f"The ingest ran the model {whole['model_runs']} times, the bare side "
            f"{len(batches)} times: Bench.batches no longer makes the ingest's batches."
        )
    return whole | _against(whole, wall=before[0] + after[0], cpu=before[1] + after[1])


def _against(whole: dict[str, Any], wall: float, cpu: float) -> dict[str, float]:
    """The bare figures, and what share of the whole the bare model is."""
    return {
        "bare_seconds": wall,
        "bare_cpu_seconds": cpu,
        "chunks_per_s": whole["chunks"] / whole["seconds"],
        "bare_chunks_per_s": whole["chunks"] / wall,
        "ratio": wall / whole["seconds"],
        # The same in processor time, which other programs on the machine disturb less.
        "cpu_ratio": cpu / whole["cpu_seconds"],
    }


def _whole(bench: Bench, rag: Rag) -> dict[str, Any]:
    """The public flow, from documents to a flushed and optimised index."""
    clock = Clock()
    with _watched(clock, bench, rag):
        begin, used = perf_counter(), process_time()
        report = rag.add(bench.documents)
        wall, cpu = perf_counter() - begin, process_time() - used
    main = {stage: clock.total(stage) for stage in STAGES}
    return {
        "chunks": report.chunks,
        "seconds": wall,
        "cpu_seconds": cpu,
        "model_runs": len(clock.calls["run"]),
        "stages": main | {"everything else": wall - sum(main.values())},
        "writer": {stage: clock.total(stage) for stage in WRITER_STAGES},
    }


def _watched(clock: Clock, bench: Bench, rag: Rag) -> AbstractContextManager[None]:
    onepass, bm25 = bench.encoder._onepass, bench.encoder._bm25
    writing = {
        "upsert": "store",
        "index_fields": "index fields",
        "optimize": "optimise",
        "_update": "engine update and flush",
    }
    return watch(
        clock,
        (bench.session, {"run": "run"}),
        (onepass, {"_windows": "tokenise", "_run_all": "model"}),
        (bm25, {"passages": "bm25", "mean_terms": "bm25"}),
        (rag.store, writing),
        (rag.ledger, dict.fromkeys(("get", "of_content", "of_document", "put", "begin"), "ledger")),
        (edge, {"edge_point": "make points"}),
    )


def _median(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The median of every figure, and of every stage."""
    found: dict[str, Any] = {}
    for key, value in runs[0].items():
        if isinstance(value, dict):
            found[key] = _median([run[key] for run in runs])
        else:
            found[key] = median(run[key] for run in runs)
    return found
