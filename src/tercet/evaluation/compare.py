"""Two records of `eval` compared, query by query."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tercet.errors import UsageError
from tercet.evaluation.record import FORMAT, Record, difference, paired, with_verdicts

_KEYS = ("dataset", "metrics", "modes", "questions", "per_query", "found")
_NEEDED = "Both must be written by `tercet eval DATASET --json`."


def read_record(path: Path) -> Record:
    """The record in a file. Raises `UsageError` if it is none, or of another version."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} is no record of an evaluation: {error}.", _NEEDED) from None
    if not isinstance(record, dict) or not all(key in record for key in _KEYS):
        raise UsageError(f"{path} is no record of an evaluation.", _NEEDED)
    if record.get("format") != FORMAT:
        raise UsageError(
            f"{path} has the format {record.get('format')}, not {FORMAT}.", "Measure again."
        )
    return record


def compare_records(a: Mapping[str, Any], b: Mapping[str, Any]) -> Record:
    """B less A for the modes, metrics and queries that both have.

    `differences` has a line for each mode and metric, `first` and `second` being "B" and "A";
    all p are corrected together. `queries` has the ids with the change of the main metric in the
    mean of the modes, worst first. `warnings` says what may make the comparison void. Raises
    `UsageError` if they have no query, mode or metric in common.
    """
    modes = _common("mode", a["modes"], b["modes"])
    metrics = _common("metric", a["metrics"], b["metrics"])
    ids = _common("query", a["questions"], b["questions"])
    changes = {
        mode: _scores(b, mode, ids, metrics) - _scores(a, mode, ids, metrics) for mode in modes
    }
    lines = [
        difference(metric, "B", "A", values) | {"mode": mode, **_means(a, b, mode, metric, ids)}
        for mode in modes
        for metric, values in zip(metrics, paired(changes[mode]), strict=True)
    ]
    main = np.mean([matrix[:, 0] for matrix in changes.values()], axis=0)
    order = sorted(range(len(ids)), key=lambda place: float(main[place]))
    return {
        "compared": FORMAT,
        "a": a["dataset"],
        "b": b["dataset"],
        "modes": modes,
        "metrics": metrics,
        "differences": with_verdicts(lines),
        "queries": {
            ids[place]: {
                "text": b["questions"][ids[place]]["text"],
                "expected": b["questions"][ids[place]]["expected"],
                "change": round(float(main[place]), 6),
                "ranks": {
                    mode: [r["found"][mode][ids[place]]["rank"] for r in (a, b)] for mode in modes
                },
            }
            for place in order
        },
        "warnings": _warnings(a, b, ids),
    }


def regressions(comparison: Mapping[str, Any]) -> list[str]:
    """A sentence for each metric in which B is shown to be worse."""
    return [
        f"{line['mode']}: {line['metric']} fell by {-line['difference']:.4f} "
        f"[{-line['high']:.4f}, {-line['low']:.4f}], p = {line['p_holm']:.4f}"
        for line in comparison["differences"]
        if line["shown"] and line["difference"] < 0
    ]


def _common(what: str, a: Sequence[str] | Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    found = [name for name in a if name in b]
    if not found:
        raise UsageError(f"The two records have no {what} in common.", "Measure them alike.")
    return found


def _scores(record: Mapping[str, Any], mode: str, ids: list[str], metrics: list[str]) -> Any:
    rows = record["per_query"][mode]
    return np.asarray([[rows[id][metric] for metric in metrics] for id in ids], dtype=np.float64)


def _means(
    a: Mapping[str, Any], b: Mapping[str, Any], mode: str, metric: str, ids: list[str]
) -> dict[str, float]:
    """The means of both over the queries they share."""
    return {
        name: round(float(np.mean([record["per_query"][mode][id][metric] for id in ids])), 4)
        for name, record in (("a", a), ("b", b))
    }


def _warnings(a: Mapping[str, Any], b: Mapping[str, Any], ids: list[str]) -> list[str]:
    warnings: list[str] = []
    if a["dataset"] != b["dataset"]:
        warnings.append(f"A is of the dataset {a['dataset']}, B of {b['dataset']}.")
    most = max(len(a["questions"]), len(b["questions"]))
    if len(ids) < most:
        warnings.append(f"Only {len(ids)} of {most} queries are in both and are compared.")
    other = [id for id in ids if a["questions"][id] != b["questions"][id]]
    if other:
        warnings.append(f"{len(other)} queries with the same id differ, {other[0]} for one.")
    return warnings
