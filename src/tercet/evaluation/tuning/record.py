"""The record of a tuning: what `tune --json` prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

import numpy as np

from tercet.evaluation.dataset import Dataset
from tercet.evaluation.record import paired
from tercet.evaluation.significance import bootstrap
from tercet.evaluation.tuning.legs import Floats
from tercet.evaluation.tuning.setting import DEFAULT, Setting
from tercet.evaluation.tuning.split import Halves
from tercet.evaluation.tuning.verdict import verdict

FORMAT = 1  # changes when a reader of older records would go wrong

Record = dict[str, Any]


class Sweep(NamedTuple):
    """The settings, the score of every question in each [questions, settings], and the columns
    that the tuning half finds highest and proposes."""

    settings: Sequence[Setting]
    scores: Floats
    highest: int
    proposed: int
    halves: Halves

    @property
    def challenger(self) -> Setting:
        """What is held against the default: what is proposed, or if that is the default itself
        the highest mean, for information."""
        proposed = self.settings[self.proposed]
        return self.settings[self.highest] if proposed == DEFAULT else proposed


class Measured(NamedTuple):
    """A setting through the engine: the score of every question, and the milliseconds of the
    query in the middle."""

    setting: Setting
    scores: Floats
    ms: float


def make_record(
    dataset: Dataset, metric: str, sweep: Sweep, measured: Sequence[Measured]
) -> Record:
    """All that is known of a tuning; `measured` is the default, and the challenger if that is
    another setting."""
    rows = [_rows(dataset, ids) for ids in sweep.halves[:2]]
    record: Record = {
        "format": FORMAT,
        "dataset": dataset.name,
        "metric": metric,
        "questions": {"tune": len(rows[0]), "held_out": len(rows[1])},
        "documents_apart": sweep.halves.apart,
        "tried": len(sweep.settings),
        "proposed": _named(sweep.settings[sweep.proposed]),
        "default": _measured(measured[0], rows),
        "challenger": _measured(measured[-1], rows),
        "difference": _difference(measured, rows[1]),
        "trials": _trials(sweep, rows),
        "split": {"tune": list(sweep.halves.tune), "held_out": list(sweep.halves.held_out)},
        "unmatched": dict(dataset.unmatched),
        "left_out": dataset.left_out,
    }
    return record | {"verdict": verdict(record)}


def _rows(dataset: Dataset, ids: Sequence[str]) -> list[int]:
    places = {id: place for place, id in enumerate(dataset.queries)}
    return [places[id] for id in ids]


def _named(setting: Setting) -> Record:
    return {"words": setting.words(), "settings": setting.changes()}


def _measured(measured: Measured, rows: Sequence[Sequence[int]]) -> Record:
    scores = measured.scores[:, None]
    halves = {
        name: _means(scores[own])[0] for name, own in zip(("tune", "held_out"), rows, strict=True)
    }
    return _named(measured.setting) | halves | {"p50_ms": round(measured.ms, 2)}


def _difference(measured: Sequence[Measured], held_out: Sequence[int]) -> Record:
    """Challenger less default on the held-out questions."""
    own = (measured[-1].scores - measured[0].scores)[held_out]
    mean, low, high, p = paired(own[:, None])[0]
    return {
        "difference": round(mean, 6),
        "low": round(low, 6),
        "high": round(high, 6),
        "p": p,
    }


def _trials(sweep: Sweep, rows: Sequence[Sequence[int]]) -> list[Record]:
    """Every setting that was tried, the highest on the tuning half first."""
    tune, held_out = (_means(sweep.scores[own]) for own in rows)
    trials = [
        asdict(setting) | _named(setting) | {"tune": one, "held_out": other}
        for setting, one, other in zip(sweep.settings, tune, held_out, strict=True)
    ]
    return sorted(trials, key=lambda trial: -float(trial["tune"]["mean"]))


def _means(scores: Floats) -> list[Record]:
    """The mean of each column with its interval."""
    bounds = bootstrap(scores)
    return [
        {"mean": round(float(mean), 6), "low": round(float(low), 6), "high": round(float(high), 6)}
        for mean, (low, high) in zip(np.mean(scores, axis=0), bounds, strict=True)
    ]
