"""Outcomes to figures: quoting, telling apart, and what a threshold does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from answers.evidence import Outcome, holds
from answers.squad import KINDS, Kind
from tercet.types import FloatArray


def quoting(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Of the answerable questions, the share whose answer is in what is quoted, no threshold:
    in the first quote, in any of the quotes shown, in the three best sentences."""
    asked = of_kind(outcomes, "answerable")
    return {
        "first quote": share(outcome.right for outcome in asked),
        "quotes shown": share(holds(outcome.question, outcome.quotes) for outcome in asked),
        "three best sentences": share(holds(outcome.question, outcome.best) for outcome in asked),
    }


def separation(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """AUC of the score: how likely an answerable question scores above one without answer."""
    good = scores(outcomes, "answerable")
    return {kind: auc(good, scores(outcomes, kind)) for kind in KINDS[1:]}


def at_threshold(outcomes: Sequence[Outcome], enough: float) -> dict[str, float]:
    """What happens to each kind of question; the shares of the answerable ones add up to 1."""
    asked = of_kind(outcomes, "answerable")
    return {
        "threshold": enough,
        "right": share(o.score >= enough and o.right for o in asked),
        "wrong": share(o.score >= enough and not o.right for o in asked),
        "abstained": share(o.score < enough for o in asked),
        **{
            f"answered, {kind}": share(o.score >= enough for o in of_kind(outcomes, kind))
            for kind in KINDS[1:]
        },
    }


def balance(row: dict[str, float]) -> float:
    """The mean of what is answered rightly and what is rightly left, where nothing is indexed."""
    return (row["right"] + 1 - row["answered, not indexed"]) / 2


def auc(above: FloatArray, below: FloatArray) -> float:
    """The chance that one of `above` is greater than one of `below`; ties count half."""
    if not len(above) or not len(below):
        return float("nan")
    ordered = np.sort(below)
    less = np.searchsorted(ordered, above, side="left")
    not_more = np.searchsorted(ordered, above, side="right")
    return float((less + not_more).mean() / (2 * len(below)))


def scores(outcomes: Sequence[Outcome], kind: Kind) -> FloatArray:
    return np.array([outcome.score for outcome in of_kind(outcomes, kind)], dtype=np.float32)


def of_kind(outcomes: Sequence[Outcome], kind: Kind) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.question.kind == kind]


def share(flags: Iterable[bool]) -> float:
    """The share of true ones; 0 of none."""
    known = list(flags)
    return float(sum(known) / max(1, len(known)))
