"""RSS and Atom feeds: a heading for every item."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tercet.loaders.data.xml_tree import line, local
from tercet.loaders.markup.html import to_markdown
from tercet.loaders.markup.markdown import headings
from tercet.loaders.markup.outline import Outline
from tercet.types import Document, MetadataValue

if TYPE_CHECKING:
    from lxml.etree import _Element

_BODIES = ("encoded", "content", "description", "summary")
_FIELDS = {
    "author": "Author",
    "category": "Category",
    "creator": "Author",
    "date": "Date",
    "link": "Link",
    "pubDate": "Date",
    "published": "Date",
    "updated": "Updated",
}
_HEADING = re.compile(r"^(#{1,4})(?= )", re.MULTILINE)


def feed(root: _Element, path: Path, source: str) -> Document:
    """The items in their order, each with its date, author, categories and link as lines.

    Of several texts of an item the longest is given, HTML as Markdown. Metadata: language,
    author and description of the feed.
    """
    made = Outline()
    channel = next((child for child in root if local(child) == "channel"), root)
    title = _first(channel, "title")
    made.heading(1, title)
    made.block(_first(channel, "description", "subtitle"))
    for item in root.iter():
        if local(item) in ("item", "entry"):
            _add(made, item)
    document = made.document(path, source, {"title": title, **_metadata(channel)})
    return replace(document, headings=headings(document.text))


def _metadata(channel: _Element) -> dict[str, MetadataValue]:
    stated = {
        "author": _first(channel, "creator", "author", "managingEditor"),
        "description": _first(channel, "description", "subtitle"),
        "language": _first(channel, "language"),
    }
    return {key: value for key, value in stated.items() if value}


def _first(element: _Element, *names: str) -> str:
    """The text of the first child with one of the names."""
    found = (line(child) for child in element if local(child) in names)
    return next(filter(None, found), "")


def _add(made: Outline, item: _Element) -> None:
    made.heading(2, _text(_first(item, "title")))
    fields: dict[str, list[str]] = {}
    for child in item:
        label = _FIELDS.get(local(child))
        value = (line(child) or child.get("href") or child.get("term") or "") if label else ""
        if label and value:
            fields.setdefault(label, []).append(value)
    lines = (f"{label}: {', '.join(dict.fromkeys(fields[label]))}" for label in fields)
    made.block("\n".join(lines))
    made.block(
        max((_body(child) for child in item if local(child) in _BODIES), key=len, default="")
    )


def _body(element: _Element) -> str:
    """The text with its own headings below that of the item."""
    from lxml import etree

    if len(element):  # XHTML inside Atom
        markup = "".join(etree.tostring(child, encoding="unicode") for child in element)
    else:
        markup = element.text or ""
    return _HEADING.sub(r"##\1", _text(markup))


def _text(markup: str) -> str:
    return to_markdown(markup) if "<" in markup or "&" in markup else markup.strip()
