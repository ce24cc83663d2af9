"""What a file is, told by its first bytes; its name decides only where the bytes are silent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tercet.errors import EncryptedFile
from tercet.loaders.decoding import looks_binary
from tercet.loaders.formats import Format

_HEAD = 65536  # bytes looked at; a few disk reads, and enough for any preamble
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # with members, and empty
_PDF = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,16}%PDF-\d")
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--(?>.*?-->)\s*)*+"
    rb"<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\b")
_MAIL = re.compile(
    rb"(?:(?:From|To|Received|Return-Path|Delivered-To|Message-ID|Date|Subject|MIME-Version|"
    rb"X-[\w-]+|DKIM-Signature):[^\n]*\n(?:[ \t][^\n]*\n)*){3}",
    re.IGNORECASE,
)
_MBOX = re.compile(rb"From \S+ [^\n]*\d{4}[^\n]*\n[\w-]+:")
_TAR_MAGIC, _TAR_AT = b"ustar", 257
_BINARY = ("gzip", "image", "pdf", "tar", "zip")  # beside those that are zip or OLE files
_MIMETYPE = "mimetype="


def sniff(path: Path, source: str, formats: Sequence[Format]) -> str:
    """The suffix of the format that the content of `path` shows, or that its name gives.

    Text keeps the suffix of its name, and is ".txt" where no format has that; "" stands for
    unknown binary data. Raises `EncryptedFile` for password-protected Office files.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    suffix = path.suffix.lower()
    if _PDF.match(head) or (suffix == ".pdf" and b"%PDF-" in head[:1024]):
        return ".pdf"  # readers accept the mark anywhere in the first kilobyte
    if head.startswith(_ZIP):
        return _zip_suffix(path, suffix, formats)
    if head.startswith(_OLE):
        return _ole_suffix(path, source, formats)
    if head[_TAR_AT:].startswith(_TAR_MAGIC):
        return ".tar"
    marked = next((f for f in formats if any(map(head.startswith, f.magic))), None)
    if marked:
        return suffix if suffix in marked.suffixes else marked.suffixes[0]
    if _HTML.match(head):
        return ".html"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return ".webp"
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return ".bmp"
    if suffix == ".tar":
        return ".tar"  # the oldest have no mark; the reader checks them
    if looks_binary(head):
        return ""
    return _text_suffix(head, suffix, formats)


def _text_suffix(head: bytes, suffix: str, formats: Sequence[Format]) -> str:
    """Text is what its name says, unless the name says nothing we know, or no text."""
    named = next((format for format in formats if suffix in format.suffixes), None)
    if named and not _is_binary(named):
        return suffix
    if _XML.match(head):
        return ".xml"
    if _MBOX.match(head):
        return ".mbox"
    return ".eml" if _MAIL.match(head) else ".txt"


def _is_binary(format: Format) -> bool:
    return bool(format.zip_part or format.ole_stream) or format.name in _BINARY


def _zip_suffix(path: Path, suffix: str, formats: Sequence[Format]) -> str:
    zipped = [format for format in formats if format.zip_part]
    if any(suffix in format.suffixes for format in zipped):
        return suffix  # also when damaged: its reader says so
    import zipfile  # with what it imports, a third of the time to import this room

    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.namelist()
            kind = archive.read("mimetype")[:200] if "mimetype" in members else b""
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, OSError):
        return ".zip"
    known = (format.suffixes[0] for format in zipped if _is_in(format.zip_part, members, kind))
    return next(known, suffix if _is_bundle(suffix) else ".zip")


def _is_in(part: str, members: Sequence[str], kind: bytes) -> bool:
    if part.startswith(_MIMETYPE):
        return kind.decode("ascii", "replace").strip() == part.removeprefix(_MIMETYPE)
    if part.endswith("/"):
        return any(name.startswith(part) for name in members)
    return part in members


def _is_bundle(suffix: str) -> bool:
    """Whether a program packs its own documents so: their members would tell nobody anything."""
    return suffix in (".pages", ".numbers", ".key")


def _ole_suffix(path: Path, source: str, formats: Sequence[Format]) -> str:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise EncryptedFile(
            f"{source} is encrypted and needs a password.",
            "Open it in its program, remove the password, and save it again.",
        )
    streams = [(f.ole_stream, f.suffixes[0]) for f in formats if f.ole_stream]
    streams += [("WordDocument", ".doc"), ("PowerPoint Document", ".ppt"), ("Book", ".xls")]
    found = (s for name, s in streams if name.encode("utf-16-le") in content)
    return next(found, ".ole")
