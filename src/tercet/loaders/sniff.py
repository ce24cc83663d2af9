"""What a file is, told by its first bytes; its name decides only where the bytes are silent."""

from __future__ import annotations

import re
from pathlib import Path

from tercet.errors import EncryptedFile
from tercet.loaders.decoding import looks_binary

_HEAD = 65536  # bytes looked at; a few disk reads, and enough for any preamble
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,16}%PDF-\d")
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--(?>.*?-->)\s*)*+"
    rb"<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)

ZIP_PARTS: dict[str, str] = {"word/document.xml": ".docx"}
"""A member that only one zip-based format has -> the suffix of that format."""

OLE_STREAMS: dict[str, str] = {
    "WordDocument": ".doc",
    "PowerPoint Document": ".ppt",
    "Workbook": ".xls",
    "__properties_version1.0": ".msg",
}
"""A stream that only one OLE-based format has -> the suffix of that format."""


def sniff(path: Path, source: str) -> str:
    """The suffix under which the format of `path` is registered; "" for unknown binary data.

    Text keeps the suffix of its name, and is ".txt" without one.

    Raises `EncryptedFile` for password-protected Office files.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    suffix = path.suffix.lower()
    if _PDF.match(head) or (suffix == ".pdf" and b"%PDF-" in head[:1024]):
        return ".pdf"  # readers accept the mark anywhere in the first kilobyte
    if head.startswith(b"PK\x03\x04"):
        return _zip_suffix(path, suffix)
    if head.startswith(_OLE):
        return _ole_suffix(path, source)
    if _HTML.match(head):
        return ".html"
    if looks_binary(head):
        return ""
    return suffix or ".txt"


def _zip_suffix(path: Path, suffix: str) -> str:
    if suffix in ZIP_PARTS.values():
        return suffix  # also when damaged: its reader says so
    import zipfile  # with what it imports, a third of the time to import this room

    try:
        with zipfile.ZipFile(path) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        members = set()
    known = (found for part, found in ZIP_PARTS.items() if part in members)
    return next(known, ".zip")


def _ole_suffix(path: Path, source: str) -> str:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise EncryptedFile(
            f"{source} is encrypted and needs a password.",
            "Open it in its program, remove the password, and save it again.",
        )
    found = (s for name, s in OLE_STREAMS.items() if name.encode("utf-16-le") in content)
    return next(found, ".ole")
