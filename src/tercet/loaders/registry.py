"""Which format a file has, and `load`, which reads it."""

from __future__ import annotations

import shutil
import stat
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from os import stat_result
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tercet.errors import LoadError, NoText, Unreadable, UnsupportedFormat
from tercet.loaders.decoding import writable
from tercet.loaders.formats import ENTRY_POINTS, FORMATS, REMEDIES, Format
from tercet.loaders.sniff import sniff
from tercet.loaders.spool import UNKNOWN_TIME, Limits, Member, Spool

if TYPE_CHECKING:  # numpy, which tercet.types needs, takes longer to import than this room may
    from tercet.types import Document, Metadata


class Loaded(NamedTuple):
    """What a file gave: its text, if it has any of its own, and the files inside it."""

    document: Document | None
    members: tuple[Member, ...]
    reader: str  # the `stamp` of the format that read it


@cache
def formats() -> tuple[Format, ...]:
    """Every format that can be read: those of other packages, then our own."""
    from importlib.metadata import entry_points

    others = tuple(point.load() for point in entry_points(group=ENTRY_POINTS))
    return (*others, *FORMATS)


def format_of(path: Path, source: str) -> Format:
    """The format of the file, by content, then by suffix.

    Raises `UnsupportedFormat` with what can be done instead.
    """
    found = sniff(path, source, formats())
    named = path.suffix.lower()
    known = next((format for format in formats() if found in format.suffixes), None)
    if known:
        return known
    if not found and _is_known(named):
        raise UnsupportedFormat(
            f"{source} holds binary data, not {named}.",
            "Check that the file is what its name says, or leave it out.",
        )
    kind = named if named and not _is_known(named) else found
    raise UnsupportedFormat(
        f"{source} cannot be read: no reader knows {kind or 'such'} files.",
        REMEDIES.get(kind, "Convert it to PDF or text, or leave it out."),
    )


def is_supported(path: Path) -> bool:
    """Whether a format is registered for the name of `path`; the content is not looked at."""
    return _is_known(path.suffix.lower())


def stamp(format: Format) -> str:
    """The format with the version of its reader: another stamp may give another text."""
    tool = f"+{format.tool}" if format.tool and shutil.which(format.tool) else ""
    return f"{format.name}@{format.version}{tool}"


def stamp_for(path: Path, source: str) -> str:
    """The stamp of the format of a file that could not be read: when it changes, the file is
    worth another try. Where no format is known, the stamp of all formats together."""
    try:
        return stamp(format_of(path, source))
    except (LoadError, OSError):
        return stamp_of_all()


def stamp_of_all() -> str:
    """Changes when a format is added or one of the readers changes."""
    import zlib

    return f"none@{zlib.crc32(' '.join(map(stamp, formats())).encode()):08x}"


def is_current(read_by: str) -> bool:
    """Whether a file that was read by this stamp would be read by the same today."""
    name = read_by.partition("@")[0]
    found = next((format for format in formats() if format.name == name), None)
    return read_by == (stamp(found) if found else stamp_of_all())


def load(path: Path, source: str = "") -> Document:
    """The document in `path`, to be known as `source` (`path` as given when empty).

    The reader is picked by content, then by suffix. Beside what the reader found, the document
    carries its key, folders and fingerprint, and `format` and `modified` (ISO date, UTC) in its
    metadata; what the reader found wins.

    Raises a `LoadError` with a `help` for every file that cannot be read, or holds no text of
    its own, as an archive.
    """
    import tempfile

    source = writable(source or str(path))
    with tempfile.TemporaryDirectory(prefix="tercet-") as folder:
        document = load_all(path, source, Path(folder)).document
    if document is None:
        raise NoText(f"{source} holds files, no text.", "Ingest it, or unpack it.")
    return _identified(document, path)


def load_all(path: Path, source: str, folder: Path, limits: Limits | None = None) -> Loaded:
    """As `load`, with the members of a container, put as files below `folder`, and without key,
    folders and fingerprint, which the caller knows already."""
    try:
        return _load(path, source, folder, limits)
    except OSError as error:
        raise unreadable(source, error) from error


def unreadable(source: str, error: OSError) -> Unreadable:
    """The system's error for a file as ours."""
    if isinstance(error, PermissionError):
        return Unreadable(
            f"{source} may not be read: permission denied.",
            "Give the user who runs Tercet the right to read it.",
        )
    if isinstance(error, FileNotFoundError):
        return Unreadable(f"{source} does not exist (any more).", "Check the path.")
    reason = error.strerror or type(error).__name__
    return Unreadable(f"{source} could not be read: {reason}.", "Check the disk and try again.")


def _load(path: Path, source: str, folder: Path, limits: Limits | None) -> Loaded:
    status = path.stat()
    _check_kind(status, source)
    format = format_of(path, source)
    spool = Spool(folder, source, status.st_size, limits)
    reader = _reader(format.reader)
    document = reader(path, source, spool) if format.is_container else reader(path, source)
    if document is None or not document.text.strip():
        if not spool.members:
            raise NoText(f"{source} holds no text.", "Nothing in it can be searched; leave it out.")
        document = None
    described = document and _described(document, _common(status, format.name))
    return Loaded(described, tuple(spool.members), stamp(format))


def _check_kind(status: stat_result, source: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise LoadError(f"{source} is a folder.", "Walk it with find_files.")
    if not stat.S_ISREG(status.st_mode):
        raise LoadError(f"{source} is not a regular file.", "Give a file, not a pipe or device.")
    if status.st_size == 0:
        raise NoText(f"{source} is empty.", "Leave it out, or restore its content.")


def _is_known(suffix: str) -> bool:
    return any(suffix in format.suffixes for format in formats())


def _reader(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)


def _common(status: stat_result, format: str) -> Metadata:
    if status.st_mtime == UNKNOWN_TIME:
        return {"format": format}
    modified = datetime.fromtimestamp(status.st_mtime, UTC).date().isoformat()
    return {"format": format, "modified": modified}


def _language(document: Document) -> Metadata:
    """The language that the document states, else that of its text, without the country."""
    from tercet.loaders.language import language_of

    stated = document.metadata.get("language", "")
    found = str(stated).replace("_", "-").partition("-")[0].strip().lower()
    found = found or language_of(document.text)
    return {"language": found} if found else {}


def _described(document: Document, common: Metadata) -> Document:
    from dataclasses import replace

    metadata = {**common, **document.metadata, **_language(document)}
    return replace(document, title=writable(document.title), metadata=metadata)


def _identified(document: Document, path: Path) -> Document:
    import hashlib  # with dataclasses, half of the time to import this room
    from dataclasses import replace

    resolved = path.resolve()
    with path.open("rb") as file:
        fingerprint = hashlib.file_digest(file, "sha256").hexdigest()
    return replace(
        document,
        key=writable(resolved.as_posix()),
        folders=tuple(writable(parent.as_posix()) for parent in reversed(resolved.parents)),
        fingerprint=fingerprint,
    )
