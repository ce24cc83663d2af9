"""Answers measured: are they right, do their quotes hold them, and do they know what they do not
know. `tercet eval answers` does it from the command line.

questions -> run (every question asked) -> measuring (with a judge) -> record -> report
"""

from __future__ import annotations

from tercet.evaluation.answers.questions import AnswerQuestion, read_answer_questions
from tercet.evaluation.answers.record import make_answer_record
from tercet.evaluation.answers.run import measure_answers

__all__ = ["AnswerQuestion", "make_answer_record", "measure_answers", "read_answer_questions"]
