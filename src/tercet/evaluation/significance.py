"""What a mean over queries is worth: bootstrap intervals and randomisation tests.

All are paired: the scores of several systems stand in the columns of one matrix [queries,
systems], and a resample or a flip takes whole rows. Everything is seeded, so that the same
scores give the same figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.float64]

SAMPLES = 10_000
CONFIDENCE = 0.95
SEED = 0

_EXACT = 13  # up to so many pairs that differ, all 2 ** n sign patterns are fewer than SAMPLES
_CELLS = 2**21  # numbers held at a time
_CLOSE = 1e-12  # two sums that differ by less are equal but for the order of addition


def bootstrap(
    scores: ArrayLike, *, samples: int = SAMPLES, confidence: float = CONFIDENCE, seed: int = SEED
) -> Floats:
    """The percentile interval of each column's mean, [columns, 2].

    Queries are drawn with replacement `samples` times (Efron and Tibshirani, 1993, chapter 13;
    for retrieval, Sakai, 2006). A column of differences gives the interval of a difference.
    """
    matrix = _matrix(scores)
    rng = np.random.default_rng(seed)
    blocks = [_shares(rng, rows, len(matrix)) @ matrix for rows in _blocks(samples, len(matrix))]
    means = np.concatenate(blocks)
    tail = 100 * (1 - confidence) / 2
    return np.asarray(np.percentile(means, (tail, 100 - tail), axis=0).T, dtype=np.float64)


def randomisation(differences: ArrayLike, *, samples: int = SAMPLES, seed: int = SEED) -> Floats:
    """The two-sided p of each column of paired differences, [columns].

    If two systems are alike, each difference might as well have the other sign (Smucker, Allan
    and Carterette, 2007). p is the share of sign patterns whose mean is at least as far from 0:
    of all patterns where they are few, else of `samples` drawn ones and the observed one.
    """
    matrix = _matrix(differences)
    p = _sampled(matrix, samples, seed)
    for column in range(matrix.shape[1]):
        different = matrix[matrix[:, column] != 0, column]
        if len(different) <= _EXACT:
            p[column] = _exact(different)
    return p


def holm(p: Sequence[float]) -> list[float]:
    """The p values corrected for being several, in their order: with these, the chance that any
    of the true null hypotheses falls is at most the level chosen (Holm, 1979)."""
    corrected, highest = [0.0] * len(p), 0.0
    for place, index in enumerate(sorted(range(len(p)), key=lambda index: p[index])):
        highest = max(highest, min(1.0, (len(p) - place) * p[index]))
        corrected[index] = highest
    return corrected


def _matrix(scores: ArrayLike) -> Floats:
    matrix = np.asarray(scores, dtype=np.float64)
    if matrix.ndim != 2 or not len(matrix):
        raise ValueError(f"Scores must be [queries, columns] of at least one, not {matrix.shape}.")
    return matrix


def _blocks(samples: int, queries: int) -> Iterator[int]:
    """Sizes that add up to `samples`, so that a block by `queries` numbers fits in memory."""
    size = max(1, _CELLS // queries)
    for start in range(0, samples, size):
        yield min(size, samples - start)


def _shares(rng: np.random.Generator, rows: int, queries: int) -> Floats:
    """Row by row, how often each query is drawn when as many are drawn as there are, as shares."""
    drawn = rng.integers(0, queries, size=(rows, queries))
    cells = drawn + queries * np.arange(rows)[:, None]
    counts = np.bincount(cells.ravel(), minlength=rows * queries)
    return counts.reshape(rows, queries) / queries


def _sampled(matrix: Floats, samples: int, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    observed = np.abs(matrix.sum(axis=0)) - _CLOSE
    as_far = np.zeros(matrix.shape[1])
    for rows in _blocks(samples, len(matrix)):
        signs = rng.integers(0, 2, size=(rows, len(matrix))) * 2.0 - 1.0
        as_far += (np.abs(signs @ matrix) >= observed).sum(axis=0)
    return (as_far + 1) / (samples + 1)


def _exact(different: Floats) -> float:
    """The share of all sign patterns; differences of 0 have no sign and are left out before."""
    sums = np.zeros(1)
    for value in different:
        sums = np.concatenate([sums + value, sums - value])
    return float((np.abs(sums) >= abs(different.sum()) - _CLOSE).mean())
