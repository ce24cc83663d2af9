"""What the commands that measure on labelled questions share."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from tercet import ports
from tercet.cli.common import stderr
from tercet.errors import UsageError
from tercet.evaluation.dataset import Dataset
from tercet.evaluation.questions import SUFFIXES
from tercet.types import IngestReport


def warn(words: str) -> None:
    """A line on stderr."""
    stderr().print(f"Warning: {words}", markup=False, soft_wrap=True)


def check_dataset(path: Path) -> None:
    """Raises `UsageError` for what is neither a folder nor a file of questions."""
    if not path.is_dir() and path.suffix not in SUFFIXES:
        raise UsageError(
            f"{path} is neither a folder nor a question file.",
            f"Question files end in {', '.join(SUFFIXES)}.",
        )


def index_or_temporary(index: str | None) -> contextlib.AbstractContextManager[str]:
    """The index that is named, else a folder that is gone at the end."""
    if index:
        return contextlib.nullcontext(index)
    return tempfile.TemporaryDirectory(prefix="tercet-eval-")


def ingested(ingest: Callable[[ports.Progress], IngestReport]) -> IngestReport:
    """What an ingest did, with a progress bar, and a warning for what could not be read."""
    from tercet.cli.progress import ingest_progress

    with ingest_progress() as progress:
        report = ingest(progress)
    for problem in report.problems:
        warn(f"{problem.source}: {problem.reason}")
    return report


def warn_of_missing(dataset: Dataset) -> None:
    """Says which expected sources and questions do not count."""
    for missing, why in dataset.unmatched.items():
        warn(f"the expected source {missing} counts as not found: {why}.")
    if dataset.left_out:
        warn(f"{dataset.left_out} questions without an expected source are left out.")
