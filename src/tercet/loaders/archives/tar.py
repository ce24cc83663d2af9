"""TAR archives, and single files packed by gzip, bzip2 or xz."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from tercet.errors import DamagedFile, LoadError
from tercet.loaders.decoding import decode
from tercet.loaders.spool import is_leftover

if TYPE_CHECKING:  # numpy, which tercet.types needs, takes longer to import than all of this
    from tercet.ports import Spool
    from tercet.types import Document

_PACKERS = {b"\x1f\x8b": "gzip", b"BZh": "bz2", b"\xfd7zXZ\x00": "lzma"}
"""What a packed file begins with -> the module that unpacks it."""

_PACKED = (".gz", ".bz2", ".xz")
_TAR_NAMES = (".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")
_BLOCK = 512  # bytes of a header; sizes are rounded up to it
_COPY = 1 << 20  # bytes copied at once
_REST = "the damaged rest of the archive"
_PASSED_OVER = 1 << 30  # bytes of headers and of members left out; more takes minutes to unpack

# What tarfile and the unpackers raise on malformed archives; LZMAError joins below.
_DAMAGE = (
    tarfile.TarError,
    zlib.error,
    EOFError,
    OSError,
    LookupError,
    OverflowError,
    TypeError,
    ValueError,
    RecursionError,
)


def unpack(path: Path, source: str, spool: Spool) -> Document | None:
    """Puts the files of the archive into the spool, in their order; of a packed single file
    `x.txt.gz` the member is `x.txt`.

    Folders, links, devices, hidden files and what systems leave behind are left out. Where the
    archive breaks off, what came before is kept, and an empty file for what is lost, so that
    reading it shows the problem.

    Raises `DamagedFile` when nothing can be unpacked.
    """
    import lzma

    try:
        with path.open("rb") as file, _Stream(_unpacked(file), source) as stream:
            if _is_tar(stream.head, path.name):
                _unpack(stream, spool)
            else:
                spool.add(_single(path), stream.pieces())
    except (*_DAMAGE, lzma.LZMAError) as error:
        if isinstance(error, OSError) and error.errno:
            raise  # the disk, not the archive
        raise DamagedFile(
            f"{source} is damaged: it cannot be unpacked ({type(error).__name__}).",
            "Get the archive again, or restore it from a backup.",
        ) from error
    return None


class _Stream:
    """What is read from a file that may be packed, with its first bytes to look at before.

    Raises `LoadError` when more than `spare` bytes were read that nobody kept.
    """

    def __init__(self, file: IO[bytes], source: str) -> None:
        self._file = file
        self._source = source
        self.spare = _PASSED_OVER
        self.head = self._ahead = file.read(_BLOCK)

    def __enter__(self) -> _Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def pieces(self) -> Iterator[bytes]:
        """All of it, to be kept."""
        while piece := self.read(_COPY):
            self.spare += len(piece)
            yield piece

    def read(self, size: int) -> bytes:
        ahead, self._ahead = self._ahead[:size], self._ahead[size:]
        data = ahead + self._file.read(size - len(ahead))
        self.spare -= len(data)
        if self.spare < 0:
            raise LoadError(
                f"{self._source} unpacks to far more than its size allows.",
                "If it is no bomb, unpack it and give the folder.",
            )
        return data


def _unpacked(file: IO[bytes]) -> IO[bytes]:
    """The file, unpacked while it is read if it is packed."""
    from importlib import import_module

    head = file.read(max(map(len, _PACKERS)))
    file.seek(0)
    module = next((name for mark, name in _PACKERS.items() if head.startswith(mark)), "")
    return cast("IO[bytes]", import_module(module).open(file)) if module else file


def _is_tar(head: bytes, name: str) -> bool:
    """Whether `head` is the header of a member; an empty archive is known by its name."""
    try:
        tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
    except (tarfile.TarError, ValueError, OverflowError):
        return name.lower().endswith(_TAR_NAMES)
    return True


def _single(path: Path) -> str:
    """What the file was called before it was packed."""
    return path.stem if path.suffix.lower() in _PACKED else path.name


def _unpack(stream: _Stream, spool: Spool) -> None:
    """Keep all files; where that fails after the first, an empty one tells of the rest."""
    import lzma

    kept, name = 0, _REST
    try:
        with _opened(stream) as archive:
            while info := archive.next():
                archive.members.clear()  # type: ignore[attr-defined]  # or they fill the memory
                name = _name(info)
                if info.isreg() and not is_leftover(name):
                    spool.add(name, _content(archive, info, stream), max(0.0, float(info.mtime)))
                    kept += 1
                name = _REST
    except (*_DAMAGE, lzma.LZMAError) as error:
        if not kept or (isinstance(error, OSError) and error.errno):
            raise
        spool.add(name, b"")


def _opened(stream: _Stream) -> tarfile.TarFile:
    file = cast("IO[bytes]", stream)
    return tarfile.open(fileobj=file, mode="r|", encoding="utf-8", errors="surrogateescape")


def _content(archive: tarfile.TarFile, info: tarfile.TarInfo, stream: _Stream) -> Iterator[bytes]:
    file = cast("IO[bytes]", archive.extractfile(info))
    while piece := file.read(_COPY):
        stream.spare += len(piece)
        yield piece


def _name(info: tarfile.TarInfo) -> str:
    return decode(info.name.encode("utf-8", "surrogateescape"))
