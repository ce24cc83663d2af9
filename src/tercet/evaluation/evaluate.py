"""Evaluation from Python: an open index and a dataset to a record."""

from __future__ import annotations

from collections.abc import Sequence

from tercet.evaluation.dataset import Dataset
from tercet.evaluation.measures import DEFAULT, parse_measures
from tercet.evaluation.record import Record, make_record
from tercet.evaluation.runner import Tick, no_tick, run_modes
from tercet.rag import Rag
from tercet.types import IngestReport, Mode

MODES_MEASURED: tuple[Mode, ...] = ("fused", "hybrid", "rerank", "dense", "sparse")


def evaluate(
    rag: Rag,
    dataset: Dataset,
    modes: Sequence[Mode] = MODES_MEASURED,
    metrics: str = DEFAULT,
    *,
    ingested: IngestReport | None = None,
    tick: Tick = no_tick,
) -> Record:
    """The record of `tercet eval --json`: quality with intervals, latency, and every query.

    The dataset's documents must be in the index already; `ingested` is the report of putting
    them there, for the record. `metrics` are names such as `ndcg@10,map`. `tick` is told mode,
    queries done and all. Raises `UsageError` for an unknown metric or mode.
    """
    measures = parse_measures(metrics)
    runs = run_modes(rag, dataset, modes, measures, tick)
    return make_record(dataset, ingested or IngestReport(), runs, measures)
