"""What reads files and cuts documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Protocol

from tercet.types import Chunk, Document, IngestProgress, Problem, Reading, SourceFile


class Loader(Protocol):
    """Reads one family of formats."""

    def __call__(self, path: Path, source: str) -> Document:
        """The document in `path`, to be known as `source`.

        Raises a `LoadError` when the file cannot be read or holds no text.
        """
        ...


class Unpacker(Protocol):
    """Reads a format that holds other documents: an archive, a mail with attachments."""

    def __call__(self, path: Path, source: str, spool: Spool) -> Document | None:
        """Puts each member into the spool; the text that is the container's own, or None.

        Raises a `LoadError` when the container cannot be read, or holds more than the spool
        takes.
        """
        ...


class Spool(Protocol):
    """Takes the members of a container as files, within limits."""

    def add(
        self, name: str, content: bytes | IO[bytes] | Iterable[bytes], modified: float = 0.0
    ) -> object:
        """Keep a member under its name, with the time of its last change in seconds since 1970
        (0: not known). Raises a `LoadError` when it is too much."""
        ...


class FileReader(Protocol):
    """Reads files, several at a time, each within limits."""

    def __call__(
        self,
        files: Iterable[SourceFile | Problem],
        known: Callable[[SourceFile], list[Reading] | None],
    ) -> Iterator[Reading]:
        """One reading a file, in order, each after those of its members. `known` is asked before
        a file is read, and may answer for it."""
        ...

    def is_current(self, read_by: str) -> bool:
        """Whether a file that was read by this stamp (`Reading.reader`) would give the same."""
        ...


class Chunker(Protocol):
    """Cuts a document into chunks that cover its text; `name` identifies cut and settings."""

    name: str

    def __call__(self, document: Document) -> list[Chunk]: ...


class Progress(Protocol):
    """Follows an ingest. The library calls it; a door draws it."""

    def __call__(self, progress: IngestProgress) -> None: ...
