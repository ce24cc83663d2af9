"""ZIP archives: every file in them that somebody may have written is a member."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tercet.errors import DamagedFile, EncryptedFile
from tercet.loaders.spool import is_leftover

if TYPE_CHECKING:  # numpy, which tercet.types needs, takes longer to import than all of this
    from tercet.ports import Spool
    from tercet.types import Document

_UTF8_NAME = 0x800  # flag bit 11: the name is UTF-8, else it is cp437 or anything
_UNICODE_PATH = 0x7075  # extra field of Info-ZIP with the name in UTF-8
_UNIX = (3, 19)  # systems whose attributes hold a file mode: Unix, macOS

# What zipfile raises on malformed archives and members; LZMAError joins below.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    LookupError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)


def unpack(path: Path, source: str, spool: Spool) -> Document | None:
    """Puts the files of the archive into the spool, by name.

    Folders, links, hidden files and what systems leave behind (`__MACOSX`) are left out. A file
    that cannot be unpacked is kept as an empty one, so that reading it shows the problem.

    Raises `EncryptedFile` when a file needs a password, and `DamagedFile` when not one of them
    can be unpacked.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _unpack(archive, source, spool)
    except _DAMAGE as error:
        if isinstance(error, OSError) and error.errno:
            raise  # the disk, not the archive
        raise _damaged(source, error) from error
    return None


def _unpack(archive: zipfile.ZipFile, source: str, spool: Spool) -> None:
    named = [(_name(info), info) for info in archive.infolist() if _is_file(info)]
    wanted = [(name, info) for name, info in named if not is_leftover(name)]
    if any(info.flag_bits & 1 for _, info in wanted):
        raise EncryptedFile(
            f"{source} is encrypted and needs a password.",
            "Unpack it with the password and give the folder.",
        )
    errors: list[tuple[str, Exception]] = []
    for name, info in sorted(wanted, key=lambda pair: pair[0]):
        error = _add(archive, name, info, spool)
        errors += [(name, error)] if error else []
    if errors and len(errors) == len(wanted):
        raise _damaged(source, errors[0][1])
    for name, _ in errors:
        spool.add(name, b"")


def _add(
    archive: zipfile.ZipFile, name: str, info: zipfile.ZipInfo, spool: Spool
) -> Exception | None:
    """Keep one file; the error if it is damaged."""
    import lzma

    try:
        with archive.open(info) as member:
            spool.add(name, member, _seconds(info))
    except (*_DAMAGE, lzma.LZMAError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        return error
    return None


def _seconds(info: zipfile.ZipInfo) -> float:
    """When the member was changed last; zip keeps local time without a zone, taken as UTC."""
    try:
        return max(0.0, datetime(*info.date_time, tzinfo=UTC).timestamp())
    except ValueError:  # the 0th of a month
        return 0.0


def _is_file(info: zipfile.ZipInfo) -> bool:
    """Whether it is neither a folder nor a link, pipe or device."""
    mode = info.external_attr >> 16 if info.create_system in _UNIX else 0
    return not info.is_dir() and stat.S_IFMT(mode) in (0, stat.S_IFREG)


def _name(info: zipfile.ZipInfo) -> str:
    """The name; where it is not marked as UTF-8, it is often UTF-8 all the same."""
    if info.flag_bits & _UTF8_NAME or info.filename.isascii():
        return info.filename
    try:
        return _unicode_path(info.extra) or info.filename.encode("cp437").decode("utf-8")
    except (UnicodeError, struct.error):
        return info.filename


def _unicode_path(extra: bytes) -> str:
    """The name in the extra field, after a version byte and a checksum; "" without one."""
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == _UNICODE_PATH:
            return extra[9 : 4 + size].decode("utf-8")
        extra = extra[4 + size :]
    return ""


def _damaged(source: str, error: Exception) -> DamagedFile:
    return DamagedFile(
        f"{source} is damaged: it cannot be unpacked ({type(error).__name__}).",
        "Get the archive again, or restore it from a backup.",
    )
