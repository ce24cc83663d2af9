"""From the path of a dataset to the record of its evaluation."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tercet.cli.common import settings_of, stderr
from tercet.cli.labelled import check_dataset, index_or_temporary, ingested, warn_of_missing
from tercet.errors import UsageError
from tercet.evaluation.dataset import Dataset, read_beir
from tercet.evaluation.measures import Measure
from tercet.evaluation.questions import Question, read_questions
from tercet.evaluation.record import make_record
from tercet.evaluation.runner import Run, run_modes
from tercet.evaluation.sources import match_questions
from tercet.types import IngestReport, Mode

if TYPE_CHECKING:
    from tercet.config import Settings
    from tercet.rag import Rag


@dataclass(frozen=True)
class Wish:
    """What is to be measured, and where."""

    modes: Sequence[Mode]
    measures: Sequence[Measure]
    index: str | None = None
    collection: str | None = None
    tenant: str | None = None
    docs: Sequence[Path] = ()
    chunked: bool = False
    split: str = ""


def measure(path: Path, wish: Wish) -> tuple[dict[str, Any], Mode]:
    """The record, and the mode that gates judge: the default mode if it was measured, else the
    first."""
    if path.is_dir():
        if wish.docs:
            raise UsageError(f"{path} has documents of its own.", "Leave --docs out.")
        return _measure_beir(read_beir(path, wish.split), wish)
    check_dataset(path)
    if wish.split or wish.chunked:
        raise UsageError(f"--split and --chunked are for BEIR folders, and {path} is none.")
    return _measure_questions(path.stem, read_questions(path), wish)


def _measure_beir(dataset: Dataset, wish: Wish) -> tuple[dict[str, Any], Mode]:
    from tercet import build

    with index_or_temporary(wish.index) as index:
        settings = settings_of(index, wish.collection or f"eval-{dataset.name}", wish.tenant)
        with build.open_with_encoder(settings, whole=not wish.chunked).rag as rag:
            report = ingested(lambda progress: rag.add(dataset.documents, progress=progress))
            return _run(rag, dataset, report, wish), _judged(settings, wish)


def _measure_questions(
    name: str, questions: Sequence[Question], wish: Wish
) -> tuple[dict[str, Any], Mode]:
    from tercet import build

    if wish.docs and wish.index:
        raise UsageError("--docs makes a temporary index.", "Leave --index or --docs out.")
    with index_or_temporary(None) if wish.docs else contextlib.nullcontext(wish.index) as index:
        settings = settings_of(index, wish.collection, wish.tenant)
        with build.open(settings=settings, create=bool(wish.docs)) as rag:
            report = IngestReport()
            if wish.docs:
                report = ingested(lambda progress: rag.ingest(*wish.docs, progress=progress))
            sources = [info.source for info in rag.documents()]
            dataset = match_questions(name, questions, sources)
            warn_of_missing(dataset)
            return _run(rag, dataset, report, wish), _judged(settings, wish)


def _run(rag: Rag, dataset: Dataset, report: IngestReport, wish: Wish) -> dict[str, Any]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    words = TextColumn("{task.description}")
    columns = (words, BarColumn(), MofNCompleteColumn(), TextColumn("left"), Left())
    runs: dict[Mode, Run] = {}
    with Progress(*columns, console=stderr(), transient=True) as bar:
        task = bar.add_task("queries")

        def tick(mode: str, done: int, total: int) -> None:
            bar.update(task, description=f"queries, {mode}", completed=done, total=total)

        runs = run_modes(rag, dataset, wish.modes, wish.measures, tick)
    return make_record(dataset, report, runs, wish.measures)


def _judged(settings: Settings, wish: Wish) -> Mode:
    return settings.mode if settings.mode in wish.modes else wish.modes[0]
