"""The record of an evaluation of answers: what `eval answers --json` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tercet.evaluation.answers.abstaining import abstention_curve, ranking_quality
from tercet.evaluation.answers.measures import MEASURES
from tercet.evaluation.answers.run import Measured
from tercet.evaluation.significance import bootstrap

FORMAT = 1  # changes when a reader of older records would go wrong

Record = dict[str, Any]


def make_answer_record(dataset: str, judge: str, measured: Sequence[Measured]) -> Record:
    """The record (docs/evaluation.md says what each key is). Each measure has the mean over the
    questions that it is defined for, how many these are, and a 95 % interval (bootstrap)."""
    given = [one for one in measured if not one.answer.abstained]
    sure, right = [one.confidence for one in given], [one.right for one in given]
    quality = ranking_quality(sure, right)
    return {
        "format": FORMAT,
        "kind": "answers",
        "dataset": dataset,
        "judge": judge,
        "questions": len(measured),
        "measures": {name: line for name in MEASURES if (line := _line(measured, name))},
        "abstention": _abstention(measured),
        "curve": [[round(x, 4), round(y, 4)] for x, y in
                  abstention_curve(sure, right, len(measured))],
        "confidence_auc": None if quality is None else round(quality, 4),
        "tokens": sum(u.input_tokens + u.output_tokens for u in (m.answer.usage for m in measured)),
        "latency_ms": _latency([one.seconds for one in measured]),
        "answers": [_answer(one) for one in measured],
    }  # fmt: skip


def _line(measured: Sequence[Measured], name: str) -> Record | None:
    values = [one.measures[name] for one in measured if name in one.measures]
    if not values:
        return None
    [[low, high]] = bootstrap(np.asarray(values, dtype=np.float64)[:, None])
    mean = sum(values) / len(values)
    return {
        "mean": round(mean, 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "n": len(values),
    }


def _abstention(measured: Sequence[Measured]) -> Record:
    """How often questions with and without an answer were refused, and how many of the answers
    given, and of all questions, came out right."""
    has = [one.answer.abstained for one in measured if one.question.answerable]
    none = [one.answer.abstained for one in measured if not one.question.answerable]
    given = [one.right for one in measured if not one.answer.abstained]
    good = sum(given) + sum(none)
    return {
        "answerable": len(has),
        "unanswerable": len(none),
        "answerable_refused": _share(has),
        "unanswerable_refused": _share(none),
        "coverage": _share([not one.answer.abstained for one in measured]),
        "precision": _share(given),
        "right": _share([True] * good + [False] * (len(measured) - good)),
    }


def _share(values: Sequence[bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _latency(seconds: Sequence[float]) -> dict[str, float]:
    points = np.percentile(np.asarray(seconds) * 1000, [50, 95])
    return {name: round(float(v), 1) for name, v in zip(("p50", "p95"), points, strict=True)}


def _answer(one: Measured) -> Record:
    return {
        "id": one.question.id,
        "question": one.question.text,
        "gold": list(one.question.answers),
        "answerable": one.question.answerable,
        "answer": one.answer.text,
        "abstained": one.answer.abstained,
        "citations": [[c.source, c.quote] for c in one.answer.citations],
        "right": one.right,
        "confidence": round(one.confidence, 4),
        "measures": {name: round(value, 4) for name, value in one.measures.items()},
    }
