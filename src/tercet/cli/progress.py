"""Progress of an ingest, drawn on stderr, and its report."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from typing import Any

from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tercet import ports
from tercet.cli.common import stderr
from tercet.types import IngestProgress, IngestReport

_MOST_PROBLEMS = 20


@contextlib.contextmanager
def ingest_progress() -> Iterator[ports.Progress]:
    """A bar of documents with chunks written and the file at hand; gone when done."""
    bar = Progress(
        TextColumn("ingest"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[chunks]} chunks"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[current]}"),
        console=stderr(),
        transient=True,
    )
    with bar:
        task = bar.add_task("ingest", total=None, chunks=0, current="")

        def show(progress: IngestProgress) -> None:
            bar.update(
                task,
                completed=progress.documents,
                total=progress.total,
                chunks=progress.chunks,
                current=escape(progress.current[-60:]),
            )

        yield show


def show_problems(report: IngestReport) -> None:
    """One line a problem on stderr."""
    console = stderr()
    for problem in report.problems[:_MOST_PROBLEMS]:
        line = f"{problem.source}: {problem.reason} {problem.help}".rstrip()
        console.print(f"[yellow]skipped[/] {escape(line)}", soft_wrap=True)
    hidden = len(report.problems) - _MOST_PROBLEMS
    if hidden > 0:
        console.print(f"[yellow]skipped[/] {hidden} more; all are in the output of --json")


def summary(report: IngestReport) -> str:
    """The report in one line."""
    counts = ("added", "updated", "unchanged", "removed")
    parts = [f"{getattr(report, name)} {name}" for name in counts if getattr(report, name)]
    if report.problems:
        parts.append(f"{len(report.problems)} skipped")
    done = "would be written" if report.dry_run else f"written in {report.seconds:.1f} s"
    return f"{', '.join(parts) or 'nothing to do'}; {report.chunks} chunks {done}"


def report_json(report: IngestReport) -> dict[str, Any]:
    return dataclasses.asdict(report)
