"""Which of the settings tried goes before the held-out questions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tercet.evaluation.tuning.legs import Floats
from tercet.evaluation.tuning.setting import Setting


def best(scores: Floats) -> int:
    """The column of the highest mean; the first of equals."""
    return int(scores.mean(axis=0).argmax())


def choose(scores: Floats, settings: Sequence[Setting]) -> int:
    """The column of the setting to propose, from scores [questions, settings].

    The rule of one standard error (Breiman, Friedman, Olshen and Stone, 1984, section 3.4.3),
    here of the paired differences: of the settings that lag behind the highest mean by no more
    than the standard error of that lag, the one that changes least against the default; among
    those the highest mean. So of hundreds of settings the luckiest does not win by its luck.
    """
    lag = scores[:, [best(scores)]] - scores
    near = np.flatnonzero(lag.mean(axis=0) <= _standard_error(lag))
    means = scores.mean(axis=0)
    return min(
        near.tolist(),
        key=lambda place: (len(settings[place].changes()), -means[place], place),
    )


def _standard_error(values: Floats) -> Floats:
    """Of each column's mean; 0 where there is one row."""
    if len(values) < 2:
        return np.zeros(values.shape[1])
    return np.asarray(values.std(axis=0, ddof=1) / np.sqrt(len(values)))
