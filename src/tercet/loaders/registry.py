"""One table from file suffix to reader, and `load`, which uses it."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from importlib import import_module
from os import stat_result
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tercet.errors import LoadError, NoText, UnsupportedFormat
from tercet.loaders.decoding import writable
from tercet.loaders.sniff import sniff

if TYPE_CHECKING:  # numpy, which tercet.types needs, takes longer to import than this room may
    from tercet.ports import Loader
    from tercet.types import Document, Metadata

READERS: dict[str, str] = {
    ".docm": "tercet.loaders.docx:read",
    ".docx": "tercet.loaders.docx:read",
    ".htm": "tercet.loaders.html:read",
    ".html": "tercet.loaders.html:read",
    ".log": "tercet.loaders.text:read",
    ".markdown": "tercet.loaders.markdown:read",
    ".md": "tercet.loaders.markdown:read",
    ".mdown": "tercet.loaders.markdown:read",
    ".pdf": "tercet.loaders.pdf:read",
    ".text": "tercet.loaders.text:read",
    ".txt": "tercet.loaders.text:read",
    ".xhtml": "tercet.loaders.html:read",
}
"""Suffix in lower case -> "module:function"; the module's last name is the document's `format`."""

_NO_TEXT_HELP = {
    "pdf": "It has no text layer; install tesseract and run OCR on it, or give a version with text."
}

_REMEDIES = {
    ".doc": "Open it in Word or LibreOffice and save it as .docx.",
    ".zip": "Unpack it and give the files in it.",
}
"""What to do with formats that have an obvious way out."""


def is_supported(path: Path) -> bool:
    """Whether a reader is registered for the name of `path`; the content is not looked at."""
    return path.suffix.lower() in READERS


def load(path: Path, source: str = "") -> Document:
    """The document in `path`, to be known as `source` (`path` as given when empty).

    The reader is picked by content, then by suffix. Beside what the reader found, the document
    carries its key, folders and fingerprint, and `format` and `modified` (ISO date, UTC) in its
    metadata; what the reader found wins.

    Raises a `LoadError` with a `help` for every file that cannot be read.
    """
    source = writable(source or str(path))
    try:
        return _load(path, source)
    except PermissionError as error:
        raise LoadError(
            f"{source} may not be read: permission denied.",
            "Give the user who runs Tercet the right to read it.",
        ) from error
    except FileNotFoundError as error:
        raise LoadError(f"{source} does not exist.", "Check the path.") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise LoadError(
            f"{source} could not be read: {reason}.", "Check the disk and try again."
        ) from error


def _load(path: Path, source: str) -> Document:
    status = path.stat()
    _check_kind(status, source)
    name = READERS[_known_suffix(path, source)]
    document = _reader(name)(path, source)
    format = name.partition(":")[0].rpartition(".")[2]
    if not document.text.strip():
        help = _NO_TEXT_HELP.get(format, "Nothing in it can be searched; leave it out.")
        raise NoText(f"{source} holds no text.", help)
    return _identified(document, path, _common(status, format))


def _check_kind(status: stat_result, source: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise LoadError(f"{source} is a folder.", "Walk it with find_files.")
    if not stat.S_ISREG(status.st_mode):
        raise LoadError(f"{source} is not a regular file.", "Give a file, not a pipe or device.")
    if status.st_size == 0:
        raise NoText(f"{source} is empty.", "Leave it out, or restore its content.")


def _known_suffix(path: Path, source: str) -> str:
    found, named = sniff(path, source), path.suffix.lower()
    if found in READERS:
        return found
    if not found and named in READERS:
        raise UnsupportedFormat(
            f"{source} holds binary data, not {named}.",
            "Check that the file is what its name says, or leave it out.",
        )
    kind = named if named and named not in READERS else found
    raise UnsupportedFormat(
        f"{source} cannot be read: no loader knows {kind or 'such'} files.",
        _REMEDIES.get(kind, f"Save it as one of {' '.join(sorted(READERS))}."),
    )


def _reader(name: str) -> Loader:
    module, _, function = name.partition(":")
    return cast("Loader", getattr(import_module(module), function))


def _common(status: stat_result, format: str) -> Metadata:
    modified = datetime.fromtimestamp(status.st_mtime, UTC).date().isoformat()
    return {"format": format, "modified": modified}


def _identified(document: Document, path: Path, common: Metadata) -> Document:
    import hashlib  # with dataclasses, half of the time to import this room
    from dataclasses import replace

    resolved = path.resolve()
    with path.open("rb") as file:
        fingerprint = hashlib.file_digest(file, "sha256").hexdigest()
    return replace(
        document,
        title=writable(document.title),
        key=writable(resolved.as_posix()),
        folders=tuple(writable(parent.as_posix()) for parent in reversed(resolved.parents)),
        fingerprint=fingerprint,
        metadata={**common, **document.metadata},
    )
