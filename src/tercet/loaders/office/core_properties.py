"""What packages say about themselves: author, dates, title, keywords, number of pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tercet.errors import DamagedFile
from tercet.loaders.office.packages import Package, local, named

if TYPE_CHECKING:
    from lxml.etree import _Element

    from tercet.types import MetadataValue

_CORE = "docProps/core.xml"
_APP = "docProps/app.xml"
_META = "meta.xml"
_KEYS: dict[str, str] = {
    "category": "category",
    "created": "created",
    "creator": "author",
    "description": "description",
    "keywords": "keywords",
    "language": "language",
    "modified": "modified",
    "subject": "subject",
    "title": "title",
}
"""Local name of a core property -> the key it is known by."""

_OPEN_KEYS: dict[str, str] = {
    "creation-date": "created",
    "creator": "author",
    "date": "modified",
    "description": "description",
    "initial-creator": "author",
    "keyword": "keywords",
    "language": "language",
    "subject": "subject",
    "title": "title",
}
"""Local name in meta.xml -> key. `initial-creator` wins over `creator`, who saved it last."""

_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_BY_PROGRAM = re.compile(r"generated (?:by|using) ", re.IGNORECASE)


def core_properties(package: Package) -> dict[str, MetadataValue]:
    """What an Office package states: author (a list when several), category, created, modified,
    description, keywords (a list), language, page_count, subject, title.

    {} where the part is missing or malformed: the text may still be sound.
    """
    found: dict[str, MetadataValue] = {}
    for element in _children(package, _CORE):
        _put(found, _KEYS.get(local(element), ""), _text(element))
    for element in _children(package, _APP):
        if local(element) == "Pages" and _text(element).isdecimal():
            found["page_count"] = int(_text(element)[:9])
    return found


def open_document_properties(package: Package) -> dict[str, MetadataValue]:
    """As `core_properties`, of an OpenDocument package."""
    found: dict[str, MetadataValue] = {}
    keywords: list[str] = []
    meta = next(iter(_children(package, _META)), None)
    for element in meta if meta is not None else ():
        name = local(element)
        if name == "document-statistic" and named(element, "page-count").isdecimal():
            found["page_count"] = int(named(element, "page-count")[:9])
        elif name == "keyword":
            keywords.append(_text(element))
        elif not (name == "creator" and "author" in found):
            _put(found, _OPEN_KEYS.get(name, ""), _text(element))
    _put(found, "keywords", ",".join(keywords))
    return found


def listed(value: str, separators: str) -> list[str]:
    """The parts of a value that lie between separators, none of them empty."""
    parts = re.split(f"[{re.escape(separators)}]", value)
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def iso_date(value: str) -> str:
    """The date at the beginning of an ISO 8601 time, or "" when there is none."""
    date = _DATE.match(value)
    return date.group() if date else ""


def authors(names: list[str]) -> MetadataValue:
    """One name as text, several as a list."""
    return names[0] if len(names) == 1 else list(names)


def _put(found: dict[str, MetadataValue], key: str, value: str) -> None:
    typed = _typed(key, value) if key and value else ""
    if typed:
        found[key] = typed


def _typed(key: str, value: str) -> MetadataValue:
    if key in ("created", "modified"):
        return iso_date(value)
    if key == "keywords":
        return list(listed(value, ",;"))
    if key == "author":
        return authors(listed(value, ";")) if value.strip("; ") else ""
    if key == "description" and _BY_PROGRAM.match(value):
        return ""
    return value


def _children(package: Package, name: str) -> list[_Element]:
    if name not in package.names:
        return []
    try:
        return list(package.xml(name))
    except DamagedFile:
        return []


def _text(element: _Element) -> str:
    return " ".join((element.text or "").split())
