"""From questions with answers to the record of their evaluation."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tercet.cli.common import settings_of, stderr
from tercet.cli.labelled import index_or_temporary, ingested
from tercet.errors import UsageError
from tercet.evaluation.answers import AnswerQuestion, make_answer_record, measure_answers
from tercet.evaluation.answers.judging import Judge, LocalJudge, ModelJudge
from tercet.evaluation.answers.questions import read_documents
from tercet.ports import Encoder
from tercet.types import Answer, LegName

if TYPE_CHECKING:
    from tercet.cli.evaluate_answers import Wish
    from tercet.config import Settings
    from tercet.rag import Rag


def measure_dataset(path: Path, questions: Sequence[AnswerQuestion], wish: Wish) -> dict[str, Any]:
    """The record. A folder's own documents go into the index first, a temporary one if none is
    named."""
    from tercet import build

    temporary = bool(wish.docs) or (path.is_dir() and not wish.index)
    with index_or_temporary(None) if temporary else contextlib.nullcontext(wish.index) as index:
        collection = wish.collection or (f"eval-{path.resolve().name}" if path.is_dir() else None)
        settings = settings_of(index, collection, wish.tenant)
        rag, encoder = build.open_with_encoder(settings, create=temporary or path.is_dir())
        with rag:
            _fill(rag, path, wish)
            judge = _judge(settings, encoder, wish.judge)
            return _record(rag, path, questions, wish, judge, encoder)


def _fill(rag: Rag, path: Path, wish: Wish) -> None:
    if path.is_dir():
        documents = read_documents(path)
        ingested(lambda progress: rag.add(documents, progress=progress))
    elif wish.docs:
        ingested(lambda progress: rag.ingest(*wish.docs, progress=progress))


def _judge(settings: Settings, encoder: Encoder, name: str) -> Judge:
    """The judge by its name. Raises `UsageError` where its model is not set."""
    from tercet import build
    from tercet.generation import entailment

    legs: tuple[LegName, ...] = ("dense",)

    def nearness(one: str, other: str) -> float:
        first = encoder.query(one, legs).dense
        second = encoder.query(other, legs).dense
        return float(first @ second)

    def support(text: str, statement: str) -> float:
        evidence = entailment.Evidence(text, text)
        return entailment.score([statement], [evidence], encoder)[0].support

    if name == "local":
        return LocalJudge(support, nearness, entailment.ENOUGH)
    # A verdict is not to vary.
    model = build.make_chat_model(settings.model_copy(update={"temperature": 0.0}))
    if model is None:
        raise UsageError(
            "There is no model to judge.",
            "Set OPENAI_API_KEY or OPENAI_BASE_URL, or leave --judge.",
        )
    return ModelJudge(model.name, lambda system, user: model.complete(system, user).text, nearness)


def _record(
    rag: Rag,
    path: Path,
    questions: Sequence[AnswerQuestion],
    wish: Wish,
    judge: Judge,
    encoder: Encoder,
) -> dict[str, Any]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    from tercet.generation.entailment import closeness

    def ask(question: str) -> Answer:
        return rag.ask(question, wish.limit, mode=wish.mode, hops=wish.hops)

    def confidence(question: str, answer: Answer) -> float:
        quotes = "\n".join(citation.quote for citation in answer.citations)
        return closeness(question, quotes, encoder) if quotes else 0.0

    columns = (TextColumn("questions"), BarColumn(), MofNCompleteColumn(), Left())
    with Progress(*columns, console=stderr(), transient=True) as bar:
        task = bar.add_task("questions", total=len(questions))
        measured = measure_answers(
            ask, questions, judge, confidence, lambda done, _: bar.update(task, completed=done)
        )
    return make_answer_record(path.stem, judge.name, measured)
