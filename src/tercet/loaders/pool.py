"""Worker processes that read files, each file within limits of time and memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import IO, NamedTuple, cast

from tercet.loaders.messages import Refusal, Request, receive, send
from tercet.loaders.registry import Loaded, stamp_of_all
from tercet.loaders.worker import read_one

_FILES = 500  # files a worker reads before a new one takes its place, in case a library leaks
_THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class ReadLimits(NamedTuple):
    """What one file may take: seconds of time, and bytes of address space (0: any)."""

    seconds: float = 120.0
    memory: int = 2 << 30


class Answer(NamedTuple):
    """What a worker made of a file, and the seconds it took."""

    result: Loaded | Refusal
    seconds: float


class ReaderPool:
    """Reads up to `workers` files at a time. Workers start with the first file; `close` ends
    them, whatever they are at."""

    def __init__(
        self,
        workers: int,
        limits: ReadLimits | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._limits = limits or ReadLimits()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="tercet-reader")
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._workers = [_Worker(self._limits, environment or {}) for _ in range(workers)]
        for worker in self._workers:
            self._idle.put(worker)

    def read(self, request: Request) -> Future[Answer]:
        """Start reading a file; the future never raises but when the pool is closed."""
        return self._threads.submit(self._read, request._replace(seconds=self._limits.seconds))

    def close(self) -> None:
        """End all workers at once. A second call does nothing."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.end()
        self._threads.shutdown(wait=True)

    def _read(self, request: Request) -> Answer:
        worker = self._idle.get()
        begin = time.perf_counter()
        try:
            return Answer(worker.read(request), time.perf_counter() - begin)
        finally:
            self._idle.put(worker)


class InProcess:
    """Reads in this process, one file after the other, without limits: for debugging, and where
    no process can be started."""

    def read(self, request: Request) -> Future[Answer]:
        begin = time.perf_counter()
        future: Future[Answer] = Future()
        result = read_one(request)
        future.set_result(Answer(result, time.perf_counter() - begin))
        return future

    def close(self) -> None:
        """Nothing is held."""


class _Worker:
    """One process, started when needed and again after its death."""

    def __init__(self, limits: ReadLimits, environment: Mapping[str, str]) -> None:
        self._limits = limits
        self._environment = {**_THREADS, **environment}
        self._process: subprocess.Popen[bytes] | None = None
        self._left = 0
        self._ended = False

    def read(self, request: Request) -> Loaded | Refusal:
        process = self._running()
        late = threading.Event()
        timer = threading.Timer(self._limits.seconds, _kill, (process, late))
        timer.daemon = True
        timer.start()
        try:
            send(cast("IO[bytes]", process.stdin), request)
            return cast("Loaded | Refusal", receive(cast("IO[bytes]", process.stdout)))
        except (EOFError, OSError):
            return self._death(process, request.source, late.is_set())
        finally:
            timer.cancel()
            self._left -= 1

    def end(self) -> None:
        """Kill the process; a read that waits for it comes back."""
        self._ended = True
        self._discard()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process and self._left > 0 and self._process.poll() is None:
            return self._process
        self._discard()
        self._left = _FILES
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tercet.loaders.worker", str(self._limits.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **self._environment},
        )
        if self._ended:  # the pool was closed in between
            self._discard()
        return self._process

    def _discard(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream:
                    _close(stream)

    def _death(self, process: subprocess.Popen[bytes], source: str, late: bool) -> Refusal:
        code = process.wait()
        if late:
            return Refusal(
                f"{source} was not read within {self._limits.seconds:g} seconds.",
                "Split it, or set TERCET_READ_TIMEOUT higher.",
                stamp_of_all(),
                limited=True,
            )
        memory = f"{self._limits.memory >> 20} MB of memory"
        return Refusal(
            f"{source} made its reader crash ({_name(code)}).",
            f"It may be damaged, or need more than {memory} (TERCET_READ_MEMORY_MB).",
            stamp_of_all(),
            limited=True,
        )


def _kill(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except OSError:  # what was still to be written finds nobody
        return


def _name(code: int) -> str:
    try:
        return signal.Signals(-code).name if code < 0 else f"exit {code}"
    except ValueError:
        return f"signal {-code}"
