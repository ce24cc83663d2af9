"""A process that reads files for another one: requests come in on stdin, answers go out.

It may be killed at any moment, and it may die of a file; only that file is lost. It is started
as `python -m tercet.loaders.worker`, because everything built on
`multiprocessing` would run the caller's main module once more in each worker.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tercet.loaders.messages import Refusal, Request, receive, send

if TYPE_CHECKING:
    from tercet.loaders.registry import Loaded

_GRACE = 10  # seconds of processor time beyond the limit, for the parent to act first


def read_one(request: Request) -> Loaded | Refusal:
    """What the file gave. Nothing is raised: a reader's fault costs its file alone."""
    from tercet.errors import LoadError
    from tercet.loaders.registry import load_all, stamp_for, stamp_of_all

    path, folder = Path(request.path), Path(request.folder)
    try:
        return load_all(path, request.source, folder, request.limits)
    except LoadError as error:
        # Without a stamp it is tried again by the next run.
        reader = "" if error.retriable else stamp_for(path, request.source)
        return Refusal(error.message, error.help, reader)
    except MemoryError:
        reason = f"{request.source} needs more memory than one file may have."
        help = "Split it, or set TERCET_READ_MEMORY_MB higher."
        return Refusal(reason, help, stamp_for(path, request.source), limited=True)
    except Exception as error:  # noqa: BLE001 - the door of the process: see above
        reason = f"{request.source} could not be read: {type(error).__name__}: {error}."
        return Refusal(reason, "Report it, with the file if you can.", stamp_of_all())


def main(memory: int) -> None:
    """Answer requests until stdin ends. `memory` is the address space in bytes, 0 for any."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent decides
    requests = sys.stdin.buffer
    # What a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _limit("RLIMIT_AS", memory)
    _limit("RLIMIT_CORE", 0, always=True)
    while True:
        try:
            request = receive(requests)
        except EOFError:
            return
        _limit_processor(request.seconds)
        try:
            send(answers, read_one(request))
        except OSError:
            return


def _limit(name: str, value: int, *, always: bool = False) -> None:
    """Lower a limit of this process, where the system has such."""
    if not (value or always) or sys.platform == "win32":
        return
    import resource

    kind = getattr(resource, name)
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (value if hard < 0 else min(value, hard), hard))


def _limit_processor(seconds: float) -> None:
    """End this process if a reading takes far too long and no parent is there to see it."""
    if sys.platform == "win32" or not seconds:
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit("RLIMIT_CPU", int(used.ru_utime + used.ru_stime + seconds) + _GRACE)


if __name__ == "__main__":
    main(int(sys.argv[1]))
