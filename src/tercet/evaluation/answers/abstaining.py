"""How well a system knows what it does not know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Point(NamedTuple):
    """The share of all questions that are answered, and the share of these that are right."""

    coverage: float
    precision: float


def abstention_curve(confidence: Sequence[float], right: Sequence[bool], total: int) -> list[Point]:
    """Precision by coverage when only the surest answers are given, from the surest one to all
    (risk and coverage; El-Yaniv and Wiener, 2010).

    `confidence` and `right` are of the questions that were answered, `total` counts all. Answers
    with equal confidence are given together. Empty if none was answered.
    """
    order = sorted(range(len(confidence)), key=lambda place: -confidence[place])
    points: list[Point] = []
    good = 0
    for given, place in enumerate(order, start=1):
        good += right[place]
        last = given == len(order)
        if last or confidence[order[given]] != confidence[place]:
            points.append(Point(given / total, good / given))
    return points


def ranking_quality(confidence: Sequence[float], right: Sequence[bool]) -> float | None:
    """The chance that a right answer is given with more confidence than a wrong one (AUC; Hanley
    and McNeil, 1982), ties counted half; None if all are alike."""
    good = [value for value, ok in zip(confidence, right, strict=True) if ok]
    bad = [value for value, ok in zip(confidence, right, strict=True) if not ok]
    if not good or not bad:
        return None
    wins = sum((x > y) + 0.5 * (x == y) for x in good for y in bad)
    return wins / (len(good) * len(bad))
