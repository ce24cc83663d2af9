"""EPUB books: the chapters in reading order, each from XHTML to Markdown."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from tercet.errors import EncryptedFile
from tercet.loaders.decoding import clean, decode
from tercet.loaders.markup.html import to_markdown
from tercet.loaders.markup.markdown import headings, title_of
from tercet.loaders.office.core_properties import authors, iso_date
from tercet.loaders.office.packages import Package, local, named, opened
from tercet.types import Document, MetadataValue

if TYPE_CHECKING:
    from lxml.etree import _Element

_KIND = "EPUB book"
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_TAG = re.compile(r"<[^<>]*>")

# XHTML closes empty elements in their tag; HTML takes <a id="p7"/> or <title/> for open ones.
_CLOSED = re.compile(
    r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)\b)"
    r"([a-zA-Z][\w:.-]*)((?:\s[^<>]*?)?)/>"
)
_BREAK = re.compile(r"\s*<br\s*/?>\s*")
_INVISIBLE = re.compile("[\u00ad\u2060\ufeff]")  # where a line may, or may not, be broken
_LINE_ENDS = re.compile(r"[ \t]+$", re.MULTILINE)


class _Item(NamedTuple):
    """An entry of the book's manifest."""

    name: str
    kind: str
    properties: str


def read(path: Path, source: str) -> Document:
    """The chapters in reading order as Markdown, without the table of contents.

    Title: the book's, or what `markdown.title_of` finds. Metadata: author (a list when several),
    created (the date of publication), description, keywords (its subjects, a list), language,
    modified, publisher.

    Raises `EncryptedFile` when the text is under digital rights management; fonts may be.
    """
    with opened(path, source, _KIND) as package:
        name = _package_name(package)
        book = package.xml(name)
        chapters = list(_chapters(book, posixpath.dirname(name)))
        _check_rights(package, chapters)
        texts = [_text(package, chapter) for chapter in chapters if chapter in package.names]
    if not texts:
        raise package.damaged("none of its chapters is there")
    text = "\n\n".join(text for text in texts if text.strip())
    properties, found = _properties(book), headings(text)
    title = str(properties.pop("title", "")) or title_of(text, found, path)
    return Document(text=text, source=source, title=title, headings=found, metadata=properties)


def _package_name(package: Package) -> str:
    """The part that describes the book."""
    for element in package.xml(_CONTAINER).iter():
        if local(element) == "rootfile" and named(element, "full-path"):
            return unquote(named(element, "full-path"))
    raise package.damaged(f"{_CONTAINER} names no book")


def _chapters(book: _Element, folder: str) -> Iterator[str]:
    """The names of the parts to read, in reading order, each once."""
    items = {named(e, "id"): _item(e, folder) for e in book.iter() if local(e) == "item"}
    order = [named(e, "idref") for e in book.iter() if local(e) == "itemref"]
    for key in dict.fromkeys(order):
        item = items.get(key)
        if item and item.kind in _PAGES and "nav" not in item.properties.split():
            yield item.name


def _item(element: _Element, folder: str) -> _Item:
    href = unquote(named(element, "href").partition("#")[0])
    name = posixpath.normpath(posixpath.join(folder, href))
    return _Item(name, named(element, "media-type"), named(element, "properties"))


def _check_rights(package: Package, chapters: list[str]) -> None:
    if _ENCRYPTION not in package.names:
        return
    for element in package.xml(_ENCRYPTION).iter():
        if local(element) == "CipherReference" and unquote(named(element, "URI")) in chapters:
            raise EncryptedFile(
                f"{package.source} is encrypted: digital rights management protects its text.",
                "Ask the bookseller for a copy without it, or leave it out.",
            )


def _text(package: Package, name: str) -> str:
    xhtml = _INVISIBLE.sub("", clean(decode(package.read(name))))
    xhtml = _BREAK.sub("<br/>", _CLOSED.sub(r"<\1\2></\1>", xhtml))
    return _LINE_ENDS.sub("", to_markdown(xhtml))


def _properties(book: _Element) -> dict[str, MetadataValue]:
    stated: dict[str, list[str]] = {}
    for element in book.iterfind("{*}metadata//*"):
        name = named(element, "property") if local(element) == "meta" else local(element)
        value = " ".join(html.unescape(_TAG.sub(" ", element.text or "")).split())
        if name and value and not named(element, "refines"):
            stated.setdefault(name, []).append(value)
    found: dict[str, MetadataValue] = {
        key: stated[name][0]
        for name, key in {
            "title": "title",
            "description": "description",
            "language": "language",
            "publisher": "publisher",
        }.items()
        if name in stated
    }
    if "creator" in stated:
        found["author"] = authors(stated["creator"])
    if "subject" in stated:
        found["keywords"] = list(dict.fromkeys(stated["subject"]))
    for name, key in {"date": "created", "dcterms:modified": "modified"}.items():
        if dates := list(filter(None, map(iso_date, stated.get(name, [])))):
            found[key] = dates[0]
    return found
