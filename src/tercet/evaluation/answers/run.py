"""Every question asked and measured."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tercet.evaluation.answers.judging import Judge
from tercet.evaluation.answers.measures import is_right, measure
from tercet.evaluation.answers.questions import AnswerQuestion
from tercet.types import Answer

# How sure an answer is of itself, by the question; only the order counts.
Confidence = Callable[[str, Answer], float]


@dataclass(frozen=True, slots=True)
class Measured:
    """A question, its answer, the measures that are defined for it, whether it counts as right,
    how sure it is, and the seconds it took (without the judge)."""

    question: AnswerQuestion
    answer: Answer
    measures: dict[str, float]
    right: bool
    confidence: float
    seconds: float


def measure_answers(
    ask: Callable[[str], Answer],
    questions: Sequence[AnswerQuestion],
    judge: Judge,
    confidence: Confidence,
    tick: Callable[[int, int], None] | None = None,
) -> list[Measured]:
    """Ask and measure each in turn; `tick` hears how many are done, of how many. Raises what
    `ask` and a judging model raise."""
    found: list[Measured] = []
    for question in questions:
        begin = time.perf_counter()
        answer = ask(question.text)
        seconds = time.perf_counter() - begin
        measures = measure(question, answer, judge)
        sure = 0.0 if answer.abstained else confidence(question.text, answer)
        right = not answer.abstained and is_right(question, measures)
        found.append(Measured(question, answer, measures, right, sure, seconds))
        if tick:
            tick(len(found), len(questions))
    return found
