"""Files to readings: several at a time, in order, the members of a container before it."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple, TypeAlias

from tercet.errors import LoadError
from tercet.loaders.messages import Refusal, Request
from tercet.loaders.pool import Answer, InProcess, ReaderPool, ReadLimits
from tercet.loaders.registry import Loaded, is_current, unreadable
from tercet.loaders.scratch import Scratch
from tercet.loaders.spool import Limits, Member
from tercet.types import Document, Problem, Reading, SourceFile

_DEPTH = 5  # containers in containers; mail in archives in mail is real, more is a bomb
_AHEAD = 2  # files handed out per worker, so that none waits for the next

# Asked before a file is read: what is known of it already, or None to have it read.
Known: TypeAlias = Callable[[SourceFile], list[Reading] | None]


class _Started(NamedTuple):
    """A file on its way: what is known already, or the answer to come and its members' place."""

    file: SourceFile
    known: list[Reading]
    answer: Future[Answer] | None = None
    folder: Path | None = None


class _Budget:
    """What the containers in one file may still unpack to, nested ones included."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    def spend(self, members: Iterable[Member]) -> None:
        sizes = [member.path.stat().st_size for member in members]
        left = self.limits
        self.limits = left._replace(
            members=left.members - len(sizes), total=max(0, left.total - sum(sizes))
        )


class _Level(NamedTuple):
    """Where in the nest of containers files are read: how deep, and what may still come."""

    known: Known
    budget: _Budget
    depth: int


class Reader:
    """Reads files in worker processes (or here, when `workers` is 0).

    `max_bytes` is the largest file that is read at all, `unpack` what may lie in one; the workers
    see `environment` on top of that of this process. Close it when done.
    """

    def __init__(
        self,
        workers: int,
        limits: ReadLimits | None = None,
        *,
        max_bytes: int = 1 << 30,
        unpack: Limits | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._limits = limits or ReadLimits()
        self._pool = ReaderPool(workers, self._limits, environment) if workers else InProcess()
        self._ahead = _AHEAD * max(1, workers)
        self._max_bytes = max_bytes
        self._unpack = unpack or Limits()
        self._scratch = Scratch()

    def __call__(self, files: Iterable[SourceFile | Problem], known: Known) -> Iterator[Reading]:
        """One reading a file, and one for each member of a container, in order."""
        return self._read_all(files, _Level(known, _Budget(self._unpack), 0))

    def is_current(self, read_by: str) -> bool:
        """Whether a file that was read by this stamp would give the same today."""
        stamp, _, limits = read_by.partition("/")
        return is_current(stamp) and limits in ("", self._stamp_of_limits)

    def close(self) -> None:
        """End the workers and remove what they put down."""
        self._pool.close()
        self._scratch.close()

    @property
    def _stamp_of_limits(self) -> str:
        return f"{self._limits.seconds:g}s{self._limits.memory}"

    def _read_all(self, files: Iterable[SourceFile | Problem], level: _Level) -> Iterator[Reading]:
        queue: deque[_Started] = deque()
        for file in files:
            queue.append(self._start(file, level))
            while len(queue) > self._ahead:
                yield from self._finish(queue.popleft(), level)
        while queue:
            yield from self._finish(queue.popleft(), level)

    def _start(self, item: SourceFile | Problem, level: _Level) -> _Started:
        if isinstance(item, Problem):
            file = SourceFile(Path(item.source), item.source, "")
            return _Started(file, [Reading(file, problem=item)])
        try:
            file = self._hashed(item)
        except LoadError as error:
            problem = Problem(item.source, error.message, error.help)
            return _Started(item, [Reading(item, problem=problem)])
        readings = level.known(file)
        if readings is not None:
            return _Started(file, readings)
        folder = self._scratch.folder()
        request = Request(str(file.path), file.source, str(folder), level.budget.limits, 0.0)
        return _Started(file, [], self._pool.read(request), folder)

    def _hashed(self, file: SourceFile) -> SourceFile:
        """The file with its fingerprint. Raises `LoadError` if it is not to be read."""
        try:
            size = file.path.stat().st_size
            if size > self._max_bytes:
                raise LoadError(
                    f"{file.source} has {size >> 20} MB, more than is read of one file.",
                    "Split it, or set TERCET_MAX_FILE_MB higher.",
                )
            if file.path.is_file():
                with file.path.open("rb") as stream:
                    content = hashlib.file_digest(stream, "sha256").hexdigest()
                return dataclasses.replace(file, content=content)
        except OSError as error:
            raise unreadable(file.source, error) from error
        raise LoadError(f"{file.source} is not a regular file.", "Give a file or a folder.")

    def _finish(self, started: _Started, level: _Level) -> Iterator[Reading]:
        if started.answer is None or started.folder is None:
            yield from started.known
            return
        result, seconds = started.answer.result()
        if isinstance(result, Refusal):
            yield self._refused(started.file, result, seconds)
        else:
            yield from self._loaded(started.file, result, seconds, level)
        self._scratch.remove(started.folder)

    def _refused(self, file: SourceFile, refusal: Refusal, seconds: float) -> Reading:
        limits = f"/{self._stamp_of_limits}" if refusal.limited else ""
        problem = Problem(file.source, refusal.reason, refusal.help)
        return Reading(file, problem=problem, reader=f"{refusal.reader}{limits}", seconds=seconds)

    def _loaded(
        self, file: SourceFile, loaded: Loaded, seconds: float, level: _Level
    ) -> Iterator[Reading]:
        members = [_inside(file, member) for member in loaded.members]
        if members and level.depth >= _DEPTH:
            reason = f"{file.source} lies in {level.depth} archives: it was not unpacked."
            problem = Problem(file.source, reason, "Unpack the outermost and give the folder.")
            yield Reading(file, problem=problem, reader=loaded.reader, seconds=seconds)
            return
        if members:
            # What lies in one file of the disk shares one budget, however deep.
            budget = level.budget if level.depth else _Budget(self._unpack)
            budget.spend(loaded.members)
            yield from self._read_all(members, _Level(level.known, budget, level.depth + 1))
        yield Reading(
            file,
            document=_placed(loaded.document, file),
            members=tuple(member.key for member in members),
            reader=loaded.reader,
            seconds=seconds,
        )


def _inside(container: SourceFile, member: Member) -> SourceFile:
    """A member as a file of its own: `archive.zip!/folder/name`."""
    path, _, _ = member.name.rpartition("/")
    steps = path.split("/") if path else []
    above = [f"{container.key}!/{'/'.join(steps[: i + 1])}" for i in range(len(steps))]
    return SourceFile(
        path=member.path,
        source=f"{container.source}!/{member.name}",
        key=f"{container.key}!/{member.name}",
        folders=(*container.folders, container.key, *above),
        container=container.key,
        given=container.given,
    )


def _placed(document: Document | None, file: SourceFile) -> Document | None:
    """The document under the names of the file, wherever its bytes lay while it was read."""
    if document is None:
        return None
    metadata = {**document.metadata, **file.given}
    return dataclasses.replace(
        document,
        source=file.source,
        key=file.key,
        folders=file.folders,
        fingerprint=file.content,
        metadata=metadata,
    )


def reading_workers(wanted: int) -> int:
    """How many workers to use: as asked for, or half of the processors, one at least."""
    return wanted if wanted >= 0 else max(1, min(4, (os.cpu_count() or 2) // 2))
