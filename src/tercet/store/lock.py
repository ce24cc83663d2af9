"""One process holds an embedded index at a time; the others learn who."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import sys
from pathlib import Path

import filelock

from tercet.errors import IndexLocked


class IndexLock:
    """An exclusive lock on a folder, released by the system even if the process is killed.

    Beside the lock lies a note on its holder, so that a second process can name it.
    """

    def __init__(self, folder: Path, timeout: float) -> None:
        self._lock = filelock.FileLock(folder / "lock")
        self._note = folder / "holder.json"
        self._folder = folder
        self._timeout = timeout

    def acquire(self) -> None:
        """Take the lock, waiting up to the timeout in seconds.

        Raises `IndexLocked`, which names the holder, when it stays taken.
        """
        try:
            self._lock.acquire(timeout=self._timeout)
        except filelock.Timeout:
            raise IndexLocked(
                f"The index {self._folder} is in use by {self._holder()}.",
                "Wait for it to end, or run a Qdrant server and give its URL as --index, "
                "to share the index between processes.",
            ) from None
        note = {"pid": os.getpid(), "command": " ".join(sys.argv), "since": _now()}
        self._note.write_text(json.dumps(note), encoding="utf-8")

    def release(self) -> None:
        """Give the lock back. A second call does nothing."""
        if self._lock.is_locked:
            self._note.unlink(missing_ok=True)
            self._lock.release()

    def _holder(self) -> str:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            note = json.loads(self._note.read_text(encoding="utf-8"))
            return f"process {note['pid']} ({note['command'][:120]}) since {note['since']}"
        return "another process"


def _now() -> str:
    return dt.datetime.now().isoformat(timespec="seconds")
