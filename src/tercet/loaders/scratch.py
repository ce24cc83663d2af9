"""Temporary folders for the members of containers, removed even after a kill, by the next run."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import tempfile
from pathlib import Path

import filelock

_PREFIX = "tercet-files-"


class Scratch:
    """A temporary folder of this process, made with the first use of `folder`.

    A lock in it shows that its process lives. Folders without such are removed.
    """

    def __init__(self) -> None:
        self._root: Path | None = None
        self._lock: filelock.FileLock | None = None
        self._numbers = itertools.count()

    def folder(self) -> Path:
        """The path of a folder of its own, not made yet."""
        if self._root is None:
            _remove_abandoned()
            self._root = Path(tempfile.mkdtemp(prefix=_PREFIX))
            self._lock = filelock.FileLock(self._root / "lock")
            self._lock.acquire()
        return self._root / str(next(self._numbers))

    def remove(self, folder: Path) -> None:
        """Remove one of the folders."""
        shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Remove everything. A second call does nothing."""
        if self._root and self._lock:
            self._lock.release()
            shutil.rmtree(self._root, ignore_errors=True)
            self._root = self._lock = None


def _remove_abandoned() -> None:
    for root in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        lock = filelock.FileLock(root / "lock")
        # Somebody else's folder, or one that is used or being made: left alone.
        with contextlib.suppress(OSError, filelock.Timeout):
            if (root / "lock").exists():
                lock.acquire(timeout=0)
                lock.release()
                shutil.rmtree(root, ignore_errors=True)
