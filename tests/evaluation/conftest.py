"""A record of the real engine and model on a small collection, made once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import tercet
from tercet.evaluation import evaluate, match_questions
from tercet.evaluation.questions import Expected, Question
from tercet.evaluation.record import Record
from tercet.rag import Rag

TEXTS = {
    "leave": "# Leave\n\nEveryone has 25 days of annual leave. Unused days expire in March.\n",
    "lathe": "# Lathe\n\nThe lathe in hall two needs oil each Monday morning before work.\n",
    "travel": "# Travel\n\nA hotel night in London costs the firm at most 180 pounds.\n",
    "<b>odd</b> & co": "# Odd\n\nThe archive of minutes is kept in the cellar for ten years.\n",
}
QUESTIONS = {
    "q1": ("How many days of holiday are there?", "leave"),
    "q2": ("When must the lathe be oiled?", "lathe"),
    "q3": ("What may a hotel in London cost?", "travel"),
    "q4": ("Where are <i>minutes</i> & papers kept?", "<b>odd</b> & co"),
    "q5": ("Who repairs the espresso machine?", "gone"),
}


@pytest.fixture(scope="module")
def rag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    with tercet.open(tmp_path_factory.mktemp("evaluation") / "index") as opened:
        opened.add(tercet.Document(text, source=name) for name, text in TEXTS.items())
        yield opened


@pytest.fixture(scope="module")
def record(rag: Rag) -> Record:
    questions = [
        Question(id, text, (Expected(source),)) for id, (text, source) in QUESTIONS.items()
    ]
    dataset = match_questions("<small> & odd", questions, sorted(TEXTS))
    return evaluate(rag, dataset, ["fused", "dense", "sparse"])
