"""What travels between a process and the workers that read files for it: pickles behind their
length. Both ends are ours, so that unpickling is safe."""

from __future__ import annotations

import pickle
import struct
from typing import IO, Any, NamedTuple

from tercet.loaders.spool import Limits

_LENGTH = struct.Struct(">Q")


class Request(NamedTuple):
    """A file to read, where to put its members, and the limits of this reading."""

    path: str
    source: str
    folder: str
    limits: Limits
    seconds: float  # of processor time; a parent that is gone cannot count the wall clock


class Refusal(NamedTuple):
    """Why a file could not be read, what to do, and the stamp of its reader. `limited` says that
    it might be read under other limits."""

    reason: str
    help: str
    reader: str
    limited: bool = False


def send(stream: IO[bytes], message: object) -> None:
    """Write a message. Raises `OSError` when the other side is gone."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """The next message. Raises `EOFError` when the other side is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return pickle.loads(data)
