"""What goes wrong with the disk and the embedded engine, as errors of ours."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from tercet.errors import NoSpace, StoreError


def require_space(folder: Path, min_free: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < min_free:
        raise NoSpace(
            f"The disk of {folder} has {free // 2**20} MB left; "
            f"writing stops below {min_free // 2**20} MB.",
            "Free some space and run the same command again: it goes on where it stopped.",
        )


@contextlib.contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """The system's errors for a folder as ours."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"The index folder {folder} cannot be used: {error.strerror}.",
            "Give another folder with --index.",
        ) from error


class engine_errors:
    """The engine's errors as ours. The binding raises `Exception` itself, no class of its
    own, so nothing but exactly that class is translated."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        if kind is Exception:
            raise StoreError(
                f"The embedded engine failed at {self._folder}: {error}.",
                "Run `tercet doctor`; if it stays, ingest into a new index.",
            ) from None
