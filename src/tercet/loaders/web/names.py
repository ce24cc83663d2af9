"""What a file from the web is called, so that its reader is found; and how it is encoded."""

from __future__ import annotations

import codecs
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from tercet.loaders.spool import safe_name

if TYPE_CHECKING:
    from collections.abc import Callable

_SPECIFIC: dict[str, str] = {
    "application/epub+zip": ".epub",
    "application/msword": ".doc",
    "application/pdf": ".pdf",
    "application/rtf": ".rtf",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-outlook": ".msg",
    "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.oasis.opendocument.presentation": ".odp",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/x-ipynb+json": ".ipynb",
    "application/xhtml+xml": ".html",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "message/rfc822": ".eml",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/rtf": ".rtf",
    "text/tab-separated-values": ".tsv",
    "text/vtt": ".vtt",
}
"""Content types that say what a file is."""

_GENERAL: dict[str, str] = {
    "application/gzip": ".gz",
    "application/json": ".json",
    "application/x-gzip": ".gz",
    "application/x-ndjson": ".jsonl",
    "application/x-tar": ".tar",
    "application/xml": ".xml",
    "application/zip": ".zip",
    "text/plain": ".txt",
    "text/xml": ".xml",
}
"""Content types of many formats: the suffix in the address says more, if it is a known one."""

_PAGE = "index"  # what the first page of a site is called
_LATIN = ("iso8859-1", "ascii")  # the names `codecs` knows them by; browsers read cp1252


def file_name(path: str, content_type: str, is_known: Callable[[str], bool]) -> str:
    """The name for a file at the `path` of an address (percent-encoded), with a suffix.

    The suffix comes from the content type; where that says little, from the address, if
    `is_known`. Names are short enough for any file system.
    """
    last = PurePosixPath(safe_name(unquote(path.rstrip("/")).rpartition("/")[2] or _PAGE))
    suffix = _suffix(content_type, last.suffix.lower(), is_known)
    stem = last.stem if suffix and _is_suffix(last.suffix) else last.name
    return stem.encode()[:150].decode(errors="ignore") + suffix


def _suffix(content_type: str, named: str, is_known: Callable[[str], bool]) -> str:
    kind = content_type.partition(";")[0].strip().lower()
    if kind in _SPECIFIC:
        suffix = _SPECIFIC[kind]
        return named if named == ".htm" and suffix == ".html" else suffix
    if is_known(named):
        return named
    if kind.endswith("+xml"):
        return ".xml"
    if kind.endswith("+json"):
        return ".json"
    return _GENERAL.get(kind, ".txt" if kind.startswith("text/") else "")


def _is_suffix(suffix: str) -> bool:
    """Whether it looks like one, and is not the rest of a name with a dot: `v1.2`."""
    return suffix[1:2].isalpha() and suffix[1:].isalnum() and len(suffix) <= 6


def told_encoding(content_type: str) -> str:
    """The encoding that a content type gives for a text, as `codecs` calls it; "" if none, or
    if the text tells by itself: as UTF-8, or as XML does."""
    kind, _, parameters = content_type.lower().partition(";")
    if not kind.strip().startswith("text/") or "xml" in kind:
        return ""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            return _codec(value.strip(" \t\"'"))
    return ""


def _codec(name: str) -> str:
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    if not getattr(codec, "_is_text_encoding", True) or codec.name == "utf-8":
        return ""
    return "cp1252" if codec.name in _LATIN else codec.name
