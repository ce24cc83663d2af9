"""From the path of a dataset to the record of its evaluation."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tercet import ports
from tercet.cli.common import settings_of, stderr
from tercet.errors import UsageError
from tercet.evaluation.dataset import Dataset, read_beir
from tercet.evaluation.measures import Measure
from tercet.evaluation.questions import SUFFIXES, Question, read_questions
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
    if path.suffix not in SUFFIXES:
        raise UsageError(
            f"{path} is neither a folder nor a question file.",
            f"Question files end in {', '.join(SUFFIXES)}.",
        )
    if wish.split or wish.chunked:
        raise UsageError(f"--split and --chunked are for BEIR folders, and {path} is none.")
    return _measure_questions(path.stem, read_questions(path), wish)


def _measure_beir(dataset: Dataset, wish: Wish) -> tuple[dict[str, Any], Mode]:
    with _place(wish.index) as index:
        settings = settings_of(index, wish.collection or f"eval-{dataset.name}", wish.tenant)
        with _open_passages(settings, wish.chunked) as rag:
            report = _ingest(lambda progress: rag.add(dataset.documents, progress=progress))
            return _run(rag, dataset, report, wish), _judged(settings, wish)


def _measure_questions(
    name: str, questions: Sequence[Question], wish: Wish
) -> tuple[dict[str, Any], Mode]:
    from tercet import build

    if wish.docs and wish.index:
        raise UsageError("--docs makes a temporary index.", "Leave --index or --docs out.")
    with _place(None) if wish.docs else contextlib.nullcontext(wish.index) as index:
        settings = settings_of(index, wish.collection, wish.tenant)
        with build.open(settings=settings, create=bool(wish.docs)) as rag:
            report = IngestReport()
            if wish.docs:
                report = _ingest(lambda progress: rag.ingest(*wish.docs, progress=progress))
            sources = [info.source for info in rag.documents()]
            dataset = match_questions(name, questions, sources)
            _warn(dataset)
            return _run(rag, dataset, report, wish), _judged(settings, wish)


def _place(index: str | None) -> contextlib.AbstractContextManager[str]:
    return (
        contextlib.nullcontext(index)
        if index
        else tempfile.TemporaryDirectory(prefix="tercet-eval-")
    )


def _open_passages(settings: Settings, chunked: bool) -> Rag:
    from tercet import build

    encoder = build.make_encoder(settings)
    chunker = build.make_chunker(settings, encoder) if chunked else build.make_whole_chunker()
    store = build.open_store(settings, build.schema_of(encoder, chunker), create=True)
    return build.assemble(settings, encoder, chunker, store)


def _ingest(ingest: Callable[[ports.Progress], IngestReport]) -> IngestReport:
    from tercet.cli.progress import ingest_progress

    with ingest_progress() as progress:
        report = ingest(progress)
    for problem in report.problems:
        stderr().print(f"Warning: {problem.source}: {problem.reason}", markup=False)
    return report


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


def _warn(dataset: Dataset) -> None:
    for name, why in dataset.unmatched.items():
        words = f"Warning: the expected source {name} counts as not found: {why}."
        stderr().print(words, markup=False, soft_wrap=True)
    if dataset.left_out:
        words = f"{dataset.left_out} questions without an expected source are left out."
        stderr().print(words, markup=False, soft_wrap=True)


def _judged(settings: Settings, wish: Wish) -> Mode:
    return settings.mode if settings.mode in wish.modes else wish.modes[0]
