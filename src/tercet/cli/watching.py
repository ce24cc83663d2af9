"""`tercet ingest --watch`: an index that follows its folders."""

from __future__ import annotations

from pathlib import Path

from tercet.cli.common import stderr
from tercet.cli.ingest import ingest_once
from tercet.config import Settings
from tercet.errors import IndexLocked, UsageError
from tercet.types import Metadata

_QUIET = 1000  # milliseconds without a change that end a burst of them
_PATIENCE = 60.0  # seconds to wait for an index that somebody is just asking


def follow(
    settings: Settings, sources: list[str | Path], given: Metadata, *, as_json: bool
) -> None:
    """Ingest the sources again whenever a file changes, removing what is gone, until Ctrl-C.

    The index is open only while something is written, so that it can be asked in between. URLs
    are not watched. Raises `UsageError` when nothing but URLs is given.
    """
    from watchfiles import watch

    folders = [path for path in sources if isinstance(path, Path)]
    if not folders:
        raise UsageError("URLs cannot be watched.", "Run the command again now and then.")
    patient = settings.model_copy(update={"lock_timeout": _PATIENCE})
    stderr().print(f"Watching {', '.join(map(str, folders))}; Ctrl-C ends it.")
    for _ in watch(*folders, debounce=10 * _QUIET, step=_QUIET, raise_interrupt=True):
        there = [path for path in folders if path.exists()]
        try:
            ingest_once(patient, list(there), given, prune=True, as_json=as_json)
        except IndexLocked as error:
            stderr().print(f"{error} The next change brings this one in too.")
