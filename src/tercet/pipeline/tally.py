"""What one ingest has seen and done."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING

from tercet.ports import Progress
from tercet.types import (
    DocumentInfo,
    IngestProgress,
    IngestReport,
    Metadata,
    MetadataValue,
    Problem,
    SourceFile,
)

if TYPE_CHECKING:
    from tercet.pipeline.pieces import Closing

_MOST_FIELDS = 64  # payload indexes made for metadata keys


class Tally:
    """Counts for the report, and tells the progress."""

    def __init__(self, progress: Progress | None, total: int | None) -> None:
        self._progress = progress
        self._total = total
        self._counts = {"added": 0, "updated": 0, "moved": 0, "unchanged": 0}
        self._problems: list[Problem] = []
        self._began = now()
        self._start = time.perf_counter()
        self._done = 0
        self.seen: set[str] = set()
        self.fields: dict[str, str] = {}
        self.written = 0
        self.reused = 0

    def see(self, file: SourceFile) -> None:
        """A source is dealt with; members of containers are not in the total."""
        if file.key:
            self.seen.add(file.key)
        if not file.container:
            self._done += 1
        self.tell(file.source)

    def keep(self, problem: Problem | None) -> None:
        """A source stays as it was, with the problem it had."""
        if problem:
            self._problems.append(problem)
        else:
            self._counts["unchanged"] += 1

    def count(self, closing: Closing, before: DocumentInfo | None) -> None:
        """A source changes its entry."""
        entry = closing.entry
        if entry.problem:
            self._problems.append(entry.problem)
            return
        self.fields |= _fields(entry.metadata, _MOST_FIELDS - len(self.fields))
        self._counts[_outcome(closing, before)] += 1

    def wrote(self, chunks: int) -> None:
        """Chunks are in the store."""
        self.written += chunks
        self.tell("")

    def tell(self, current: str) -> None:
        """Call the progress."""
        if self._progress:
            self._progress(IngestProgress(self._done, self._total, self.written, current))

    def report(self, *, dry_run: bool = False, estimate: float = 0.0) -> IngestReport:
        """The counts as they are now."""
        return IngestReport(
            **self._counts,
            chunks=self.written,
            reused=self.reused,
            seconds=time.perf_counter() - self._start,
            problems=tuple(self._problems),
            dry_run=dry_run,
            estimate=estimate,
            began=self._began,
        )


def now() -> str:
    """The present time in UTC, in ISO 8601 to the microsecond."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")


def _outcome(closing: Closing, before: DocumentInfo | None) -> str:
    if closing.moved_from:
        return "moved"
    if before is None:
        return "added"
    same = closing.is_link and before.id == closing.entry.id and before.state == "done"
    return "unchanged" if same else "updated"


def _fields(metadata: Metadata, room: int) -> dict[str, str]:
    # A quotation mark cannot be part of a path in the engine.
    kinds = {key: _kind(value) for key, value in metadata.items() if '"' not in key}
    return dict([(key, kind) for key, kind in kinds.items() if kind][: max(0, room)])


def _kind(value: MetadataValue) -> str:
    """The payload index for such a value; dates are told by their form."""
    sample = value[0] if isinstance(value, list) and value else value
    if isinstance(sample, bool):
        return "bool"
    if isinstance(sample, (int, float)):
        return "float"
    if isinstance(sample, str):
        return "datetime" if _is_date(sample) else "keyword"
    return ""


def _is_date(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return "-" in text
