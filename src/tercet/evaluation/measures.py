"""Metrics by name: `ndcg@10`, `map`, `p@5` to a function and a depth."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tercet.errors import UsageError
from tercet.evaluation import metrics
from tercet.evaluation.metrics import Grades, Ranking

DEFAULT = "ndcg@10,mrr@10,map,p@5,recall@10,recall@100"
MOST_DEEP = 1000  # deeper rankings take longer than what they tell is worth

_FUNCTIONS: dict[str, Callable[[Ranking, Grades, int | None], float]] = {
    "ndcg": metrics.ndcg,
    "mrr": metrics.reciprocal_rank,
    "map": metrics.average_precision,
    "p": metrics.precision,
    "recall": metrics.recall,
    "success": metrics.success,
}
_OTHER_NAMES = {"precision": "p", "r": "recall", "rr": "mrr", "ap": "map", "hit": "success"}
_NEED_DEPTH = ("p", "recall", "success")
_FORM = re.compile(r"([a-z]+)(?:@([0-9]{1,9}))?")


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric of the first `depth` documents, or (None) of all that a deep query finds."""

    metric: str
    depth: int | None = None

    @property
    def name(self) -> str:
        return self.metric if self.depth is None else f"{self.metric}@{self.depth}"

    def __call__(self, ranking: Ranking, grades: Grades) -> float:
        return _FUNCTIONS[self.metric](ranking, grades, self.depth)


def parse_measure(text: str) -> Measure:
    """The measure of a name such as `ndcg@10`. Raises `UsageError` that says what there is."""
    match = _FORM.fullmatch(text.strip().lower())
    metric = _OTHER_NAMES.get(match[1], match[1]) if match else ""
    if not match or metric not in _FUNCTIONS:
        raise UsageError(
            f"{text.strip()!r} is no metric.",
            f"There are {', '.join(_FUNCTIONS)}, with a depth such as ndcg@10.",
        )
    depth = int(match[2]) if match[2] else None
    if depth is None and metric in _NEED_DEPTH:
        raise UsageError(f"{metric} needs a depth.", f"For example {metric}@10.")
    if depth is not None and not 1 <= depth <= MOST_DEEP:
        raise UsageError(f"The depth of {text.strip()} must be 1 to {MOST_DEEP}.")
    return Measure(metric, depth)


def parse_measures(text: str) -> tuple[Measure, ...]:
    """The measures of names separated by commas, each once. Raises `UsageError`."""
    names = [name for name in text.split(",") if name.strip()]
    if not names:
        raise UsageError("No metric is named.", f"For example --metrics {DEFAULT}.")
    return tuple(dict.fromkeys(parse_measure(name) for name in names))


def deepest(measures: Sequence[Measure], least: int) -> int:
    """How deep a ranking must go for all of these, at least `least`."""
    return max(least, *(measure.depth or 0 for measure in measures))
