"""From the score of the best sentence to "the documents hold the answer", and to the score that is
enough for a precision: fitted on labelled questions, kept in a small JSON file."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from tercet.errors import SettingsError

FEWEST = 20  # questions of each kind, answered rightly and not, from which a fit says anything
_STEPS = 100  # Newton steps at most; a dozen is usual


@dataclass(frozen=True)
class Calibration:
    """probability = 1 / (1 + exp(-(slope x score + intercept))), Platt scaling (1999), and the
    scores it was fitted on, from which the threshold for a precision is taken. `about` says where
    it comes from."""

    slope: float
    intercept: float
    scores: tuple[float, ...]
    about: Mapping[str, Any] = field(default_factory=dict)

    def probability(self, score: float) -> float:
        """How likely the best sentence with this score answers, 0 to 1."""
        return float(_sigmoid(np.array(self.slope * score + self.intercept)))

    def enough(self, precision: float) -> float:
        """The lowest score from which on, of questions such as those of the calibration, the share
        answered rightly is expected to be `precision`; infinite if no score is enough."""
        ordered = np.sort(np.array(self.scores))[::-1]
        chances = _sigmoid(self.slope * ordered + self.intercept)
        expected = np.cumsum(chances) / np.arange(1, len(chances) + 1)
        last = np.append(ordered[1:] < ordered[:-1], True)  # of equal scores: all or none
        good = np.flatnonzero((expected >= precision) & last)
        return float(ordered[good[-1]]) if len(good) else math.inf


def fit_calibration(
    scores: Sequence[float], right: Sequence[bool], about: Mapping[str, Any] | None = None
) -> Calibration:
    """The calibration by maximum likelihood, with Platt's smoothed targets, so that it is finite
    where the two kinds do not overlap. `right[i]` says whether the sentence with score i answers.
    """
    x, y = np.array(scores, dtype=np.float64), np.array(right, dtype=bool)
    yes, no = int(y.sum()), int((~y).sum())
    target = np.where(y, (yes + 1) / (yes + 2), 1 / (no + 2))
    slope, intercept = logistic(np.column_stack([x, np.ones_like(x)]), target)
    return Calibration(float(slope), float(intercept), tuple(map(float, x)), about or {})


def logistic(
    x: np.ndarray,
    target: np.ndarray,
    ridge: float | np.ndarray = 1e-6,
    prior: np.ndarray | None = None,
) -> np.ndarray:
    """The weights of a logistic regression by Newton's method. `ridge` (one for all weights or one
    each) / 2 times the squared distance from the `prior` (zeros if none is given) is added to the
    loss."""
    start = np.zeros(x.shape[1]) if prior is None else prior
    weights = start.astype(np.float64)
    pull = np.broadcast_to(ridge, weights.shape)
    for _ in range(_STEPS):
        chances = _sigmoid(x @ weights)
        gradient = x.T @ (chances - target) + pull * (weights - start)
        curvature = (x * (chances * (1 - chances))[:, None]).T @ x + np.diag(pull)
        step = np.linalg.solve(curvature, gradient)
        weights = weights - step
        if np.abs(step).max() < 1e-9:
            break
    return weights


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, 1927); 0 to 1 where nothing is known."""
    if not of:
        return 0.0, 1.0
    share, spread = hits / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def write_calibration(calibration: Calibration, path: Path) -> None:
    """Write a file that `read_calibration` reads."""
    values = {
        "about": dict(calibration.about),
        "slope": calibration.slope,
        "intercept": calibration.intercept,
        "scores": [round(score, 3) for score in sorted(calibration.scores)],
    }
    path.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


def read_calibration(path: Path | None = None) -> Calibration:
    """The calibration of a file, or the one in the package. Raises `SettingsError`."""
    if path is None:
        return _shipped()
    try:
        return _parsed(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError) as error:
        raise SettingsError(
            f"TERCET_CALIBRATION: {path} is no calibration file: {error}.",
            "`tercet calibrate QUESTIONS.jsonl --out FILE` writes one.",
        ) from None


@cache
def _shipped() -> Calibration:
    text = (files("tercet.generation.extractive") / "calibration.json").read_text(encoding="utf-8")
    return _parsed(text)


def _parsed(text: str) -> Calibration:
    values = json.loads(text)
    absent = [name for name in ("slope", "intercept", "scores") if values.get(name) in (None, [])]
    if absent:
        raise ValueError(f"it has no {absent[0]}")
    scores = tuple(map(float, values["scores"]))
    slope, intercept = float(values["slope"]), float(values["intercept"])
    return Calibration(slope, intercept, scores, values.get("about", {}))


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(0.5 * (1 + np.tanh(x / 2)))
