"""The record of an evaluation: what `eval --json` prints, and what is compared later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from tercet.evaluation.dataset import Dataset
from tercet.evaluation.measures import Measure
from tercet.evaluation.metrics import first_relevant, recall_curve
from tercet.evaluation.runner import DEEP, Run
from tercet.evaluation.significance import Floats, bootstrap, holm, randomisation
from tercet.types import IngestReport, Mode

LEVEL = (
    0.05  # a difference is shown if its corrected p is below this and its interval is clear of 0
)
FORMAT = 1  # changes when a reader of older records would go wrong

_LATENCIES = {"p50_ms": 50, "p95_ms": 95, "p99_ms": 99}

Record = dict[str, Any]


def make_record(
    dataset: Dataset,
    report: IngestReport,
    runs: Mapping[Mode, Run],
    measures: Sequence[Measure],
) -> Record:
    """The record (docs/evaluation.md says what each key is). The rate of the ingest is None if
    the index held all documents already."""
    scores = {mode: _scores(dataset, run, measures) for mode, run in runs.items()}
    names = [measure.name for measure in measures]
    rate = round(report.chunks / report.seconds, 2) if report.chunks else None
    return {
        "format": FORMAT,
        "dataset": dataset.name,
        "documents": len(dataset.documents) or dataset.size,
        "queries": len(dataset.queries),
        "ingest": {
            "chunks": report.chunks,
            "seconds": round(report.seconds, 3),
            "chunks_per_s": rate,
        },
        "metrics": names,
        "modes": {
            mode: _means(scores[mode], names) | _latency(list(run.seconds.values()))
            for mode, run in runs.items()
        },
        "intervals": _intervals(scores, names),
        "differences": _differences(scores, names),
        "recall_by_depth": {mode: _recall(dataset, run) for mode, run in runs.items()},
        "latency_ms": {
            mode: {id: round(1000 * value, 3) for id, value in run.seconds.items()}
            for mode, run in runs.items()
        },
        "questions": {id: _question(dataset, id) for id in dataset.queries},
        "per_query": {mode: _per_query(dataset, scores[mode], names) for mode in runs},
        "found": {
            mode: {id: _found(dataset, run, id) for id in dataset.queries}
            for mode, run in runs.items()
        },
        "unmatched": dict(dataset.unmatched),
        "left_out": dataset.left_out,
    }


def difference(
    metric: str, first: str, second: str, values: tuple[float, float, float, float]
) -> Record:
    """One line of `differences`: `first` less `second`, from (mean, low, high, p). The corrected
    p and the verdict come with `with_verdicts`."""
    mean, low, high, p = (float(value) for value in values)
    return {
        "metric": metric,
        "first": first,
        "second": second,
        "difference": round(mean, 6),
        "low": round(low, 6),
        "high": round(high, 6),
        "p": p,
    }


def with_verdicts(lines: Sequence[Record]) -> list[Record]:
    """The lines with p corrected over all of them, and whether each difference is shown."""
    corrected = holm([line["p"] for line in lines])
    return [
        line
        | {
            "p_holm": p,
            "shown": p < LEVEL and not line["low"] <= 0 <= line["high"],
        }
        for line, p in zip(lines, corrected, strict=True)
    ]


def paired(columns: Floats) -> list[tuple[float, float, float, float]]:
    """Mean, interval and p of each column of differences [queries, columns]."""
    intervals, p = bootstrap(columns), randomisation(columns)
    return [
        (float(mean), float(low), float(high), float(value))
        for mean, (low, high), value in zip(columns.mean(axis=0), intervals, p, strict=True)
    ]


def _scores(dataset: Dataset, run: Run, measures: Sequence[Measure]) -> Floats:
    """[queries, metrics], in the order of the dataset."""
    return np.asarray(
        [
            [measure(run.ranking(id, measure), dataset.judgements[id]) for measure in measures]
            for id in dataset.queries
        ],
        dtype=np.float64,
    )


def _means(scores: Floats, names: Sequence[str]) -> dict[str, float]:
    means = scores.mean(axis=0)
    return {name: round(float(value), 4) for name, value in zip(names, means, strict=True)}


def _latency(seconds: Sequence[float]) -> dict[str, float]:
    points = np.percentile(np.asarray(seconds) * 1000, list(_LATENCIES.values()))
    return {name: round(float(value), 2) for name, value in zip(_LATENCIES, points, strict=True)}


def _intervals(scores: Mapping[Mode, Floats], names: Sequence[str]) -> dict[str, Record]:
    bounds = bootstrap(np.concatenate(list(scores.values()), axis=1)).reshape(len(scores), -1, 2)
    return {
        mode: {
            name: [round(float(end), 4) for end in pair]
            for name, pair in zip(names, own, strict=True)
        }
        for mode, own in zip(scores, bounds, strict=True)
    }


def _differences(scores: Mapping[Mode, Floats], names: Sequence[str]) -> list[Record]:
    """Every pair of modes in every metric; one metric's pairs are corrected together."""
    pairs = list(combinations(scores, 2))
    if not pairs:
        return []
    columns = np.stack([scores[one] - scores[other] for one, other in pairs], axis=2)
    values = iter(paired(columns.reshape(len(columns), -1)))  # metric by metric, pair by pair
    lines = [[difference(name, *pair, next(values)) for pair in pairs] for name in names]
    return [line for family in lines for line in with_verdicts(family)]


def _recall(dataset: Dataset, run: Run) -> list[float]:
    curves = [recall_curve(run.deep[id], grades, DEEP) for id, grades in _asked(dataset)]
    return [round(float(value), 4) for value in np.mean(curves, axis=0)]


def _asked(dataset: Dataset) -> list[tuple[str, Mapping[str, int]]]:
    return [(id, dataset.judgements[id]) for id in dataset.queries]


def _question(dataset: Dataset, id: str) -> Record:
    grades = {name: grade for name, grade in dataset.judgements[id].items() if grade > 0}
    question: Record = {"text": dataset.queries[id], "expected": grades}
    return question | ({"answer": dataset.notes[id]} if id in dataset.notes else {})


def _per_query(dataset: Dataset, scores: Floats, names: Sequence[str]) -> dict[str, Record]:
    return {
        id: {name: round(float(value), 6) for name, value in zip(names, row, strict=True)}
        for id, row in zip(dataset.queries, scores, strict=True)
    }


def _found(dataset: Dataset, run: Run, id: str) -> Record:
    """The rank of the first relevant one in the deep ranking, and what came first for a user."""
    rank = first_relevant(run.deep[id], dataset.judgements[id])
    return {"rank": rank, "first": next(iter(run.shallow[id]), None)}
