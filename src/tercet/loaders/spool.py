"""Where the members of a container (an archive, a mail) are put to be read as files."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from tercet.errors import LoadError
from tercet.loaders.decoding import writable

UNKNOWN_TIME = 0.0  # seconds since 1970: the time of a member whose container tells none
_COPY = 1 << 20  # bytes copied at once
_FILE_BYTES = 150  # of a name on disk; file systems take 255, and some readers add to it
_NAME_LIMIT = 1000  # characters of a member's name; what is beyond is cut from the front

_DRIVE = re.compile(r"[A-Za-z]:")
_JOINERS = "\u200c\u200d"  # not printable by themselves, but parts of words and emoji
_ON_NO_WINDOWS = re.compile(r'[<>:"|?*\\]')  # not allowed there, or with a meaning of their own
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_LEFTOVERS = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


class Limits(NamedTuple):
    """What a container may hold: members, their bytes together, and bytes for each of its own
    (a text shrinks to a tenth, a bomb to a thousandth). Small containers may hold `free` bytes
    whatever the ratio."""

    members: int = 100_000
    total: int = 4 << 30
    ratio: int = 200
    free: int = 64 << 20


class Member(NamedTuple):
    """A member: its name inside the container, and the file it was put into."""

    name: str
    path: Path


class Spool:
    """Takes the members of the container `source` of `size` bytes and keeps them in `folder`.

    Names decide nothing about where a file lies: each member gets a folder of its own, and
    parts such as `..` or a drive are dropped. No two members have the same name.
    """

    def __init__(self, folder: Path, source: str, size: int, limits: Limits | None = None) -> None:
        self._folder = folder
        self._source = source
        self._limits = limits or Limits()
        self._room = min(self._limits.total, max(self._limits.free, self._limits.ratio * size))
        self._names: set[str] = set()
        self._repeats: dict[str, int] = {}
        self.members: list[Member] = []

    def add(
        self,
        name: str,
        content: bytes | IO[bytes] | Iterable[bytes],
        modified: float = UNKNOWN_TIME,
    ) -> Member:
        """Keep a member; `content` is read in pieces, and `modified` is when it was changed last,
        in seconds since 1970.

        Raises `LoadError` when the container holds more than the limits allow: then it is
        refused as a whole. What reading `content` raises comes through, and nothing is kept.
        """
        if len(self.members) >= self._limits.members:
            raise self._refusal(f"holds more than {max(0, self._limits.members)} files")
        clean = self._unique(safe_name(name))
        folder = self._folder / f"{len(self.members):05d}"
        member = Member(clean, folder / _file_name(clean))
        folder.mkdir(parents=True)
        try:
            self._write(member.path, content)
            os.utime(member.path, (modified, modified))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            self._names.discard(clean)
            raise
        self._names.add(clean)
        self.members.append(member)
        return member

    def _write(self, path: Path, content: bytes | IO[bytes] | Iterable[bytes]) -> None:
        with path.open("wb") as file:
            for piece in _pieces(content):
                self._room -= len(piece)
                if self._room < 0:
                    raise self._refusal("unpacks to far more than its size allows")
                file.write(piece)

    def _unique(self, name: str) -> str:
        """`name`, or with a number before its suffix when another member has it."""
        path, unique = PurePosixPath(name), name
        number = self._repeats.get(name, 1)
        while unique in self._names:
            number += 1
            unique = path.with_name(f"{path.stem} ({number}){path.suffix}").as_posix()
        self._repeats[name] = number
        return unique

    def _refusal(self, reason: str) -> LoadError:
        return LoadError(
            f"{self._source} {reason}.",
            "If it is no bomb, unpack it and give the folder.",
        )


def safe_name(name: str) -> str:
    """A relative path without `..`, drives, control characters and empty parts; never empty."""
    parts = writable(name.replace("\\", "/")).split("/")
    if _DRIVE.match(parts[0]):
        parts[0] = parts[0][2:]
    kept = [part for part in map(_printable, parts) if part not in ("", ".", "..")]
    return "/".join(kept)[-_NAME_LIMIT:].strip("/ ") or "unnamed"


def is_leftover(name: str) -> bool:
    """Whether a member is hidden, or what a system left behind beside the files of people."""
    parts = name.replace("\\", "/").split("/")
    hidden = (part.startswith(".") and part.strip(".") for part in parts)
    return any(hidden) or not _LEFTOVERS.isdisjoint(parts)


def _printable(part: str) -> str:
    return "".join(c if c.isprintable() or c in _JOINERS else "_" for c in part).strip()


def _file_name(name: str) -> str:
    """The last part of a member's name as every file system takes it, suffix kept."""
    path = PurePosixPath(_ON_NO_WINDOWS.sub("_", name))
    suffix = path.suffix if len(path.suffix.encode()) <= _FILE_BYTES // 2 else ""
    stem = path.name.removesuffix(suffix).encode()[: _FILE_BYTES - len(suffix.encode())]
    whole = (stem.decode(errors="ignore") + suffix).rstrip(". ") or "unnamed"
    return f"_{whole}" if _DEVICE.match(whole) else whole


def _pieces(content: bytes | IO[bytes] | Iterable[bytes]) -> Iterable[bytes]:
    if isinstance(content, bytes):
        return (content,)
    read = getattr(content, "read", None)
    return iter(lambda: read(_COPY), b"") if read else content
