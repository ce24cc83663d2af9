"""Progress of an ingest, drawn on stderr."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from tercet import ports
from tercet.cli.common import stderr
from tercet.types import IngestProgress


@contextlib.contextmanager
def ingest_progress() -> Iterator[ports.Progress]:
    """A bar of files with chunks written, their rate, the time left and the file at hand; gone
    when done."""
    bar = Progress(
        TextColumn("ingest"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[chunks]} chunks"),
        ChunkRate(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
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
            )
            if progress.current:
                bar.update(task, current=escape(progress.current[-60:]))

        yield show


class ChunkRate(ProgressColumn):
    """Chunks written per second since the first were."""

    def render(self, task: Task) -> Text:
        chunks, elapsed = task.fields["chunks"], task.elapsed or 0.0
        return Text(f"{chunks / elapsed:.0f}/s" if chunks and elapsed else "")
