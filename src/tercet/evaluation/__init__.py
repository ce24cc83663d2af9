"""The evaluation room: a labelled collection to figures of quality and speed.

`evaluate` on an open index does what `tercet eval` does; docs/evaluation.md has an example.
"""

from __future__ import annotations

from tercet.evaluation.dataset import Dataset, read_beir
from tercet.evaluation.evaluate import evaluate
from tercet.evaluation.questions import Expected, Question, read_questions
from tercet.evaluation.sources import match_questions

__all__ = [
    "Dataset",
    "Expected",
    "Question",
    "evaluate",
    "match_questions",
    "read_beir",
    "read_questions",
]
