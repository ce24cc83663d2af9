"""One score for "this sentence answers the question": a weighted sum of a few signs.

    log-odds = intercept + sum over signs of weight x sign

The weights are those of a logistic regression on labelled questions, see `evidence.json` and
docs/decisions/extractive-answers.md. Each has the direction that its sign says, so that more of a
good sign never lowers the score.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from tercet.types import FloatArray


class Signs(NamedTuple):
    """What speaks for and against a sentence.

    - `similarity`: the mean over the question's tokens, weighed as they count, of the best cosine
      with a token of the sentence or of the labels above it (MaxSim; Khattab and Zaharia, 2020);
    - `weakest`: the same over the quarter of the question that is matched worst;
    - `dense`: cosine of the two dense vectors;
    - `coverage`: the share of the question's terms in the sentence, weighed by how rare they are
      among the passages looked through; `around`: of those in the passage;
    - `named`: the share of a row's label that the question names, squared so that a label named
      whole stands out from its longer kin, 0 for a sentence; of a range of numbers, 1 if a number
      of the question lies in it, else 0. Unless the label is a code (X200), it counts less when
      the row and its titles have less than a quarter of the question's terms, by `coverage`;
    - `missing`: the share of the question's names (`wanted.Wanted`) that the passage does not have;
      `unsaid`: of those that neither the sentence nor the labels above it have; `unknown`: of
      those that are codes (X200), which the passage does not have; 1 for a row of another number
      (`ranges.is_another`);
    - `fits`: 1 if the sentence says something of the kind that is asked for, -1 if not, else 0;
    - `numberless`: 1 if a number is asked for and the sentence has none of its own, else 0;
    - `rank`: how many passages stand before its own, 2 at most.
    """

    similarity: float
    weakest: float
    dense: float
    coverage: float
    around: float
    named: float
    missing: float
    unsaid: float
    unknown: float
    fits: float
    numberless: float
    rank: float


class Weights(NamedTuple):
    """The weight of each sign, and what is there without any."""

    intercept: float
    signs: Signs


@cache
def shipped_weights() -> Weights:
    """The weights in the package."""
    text = (files("tercet.generation.extractive") / "evidence.json").read_text(encoding="utf-8")
    values = json.loads(text)
    return Weights(values["intercept"], Signs(**values["weights"]))


def log_odds(signs: Signs, weights: Weights | None = None) -> float:
    """How far the signs speak for the sentence; above 0 it is more likely than not, on questions
    such as those of the weights."""
    intercept, each = weights or shipped_weights()
    return float(intercept + np.dot(each, signs))


def reached(query: FloatArray, passage: FloatArray) -> FloatArray:
    """For each row of a query its best dot product with a row of the passage; zeros if that is
    empty."""
    if not len(passage):
        return np.zeros(len(query), dtype=np.float32)
    best: FloatArray = (query @ passage.T).max(axis=1)
    return best


def similarities(query: FloatArray, passage: FloatArray) -> tuple[float, float]:
    """`Signs.similarity` and `.weakest` of late-interaction rows; zeros if either is empty."""
    if not len(query) or not len(passage):
        return 0.0, 0.0
    counts = np.linalg.norm(query, axis=1)
    best = reached(query, passage)
    order = np.argsort(best / np.maximum(counts, 1e-9))
    upto = np.cumsum(counts[order])
    worst = order[: int(np.searchsorted(upto, upto[-1] / 4)) + 1]
    return float(best.sum() / counts.sum()), float(best[worst].sum() / counts[worst].sum())
