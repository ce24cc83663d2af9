"""XML: documents as paragraphs and headings, data as lines and tables, feeds as items."""

from __future__ import annotations

import re
from html.entities import html5
from pathlib import Path
from typing import TYPE_CHECKING

from tercet.errors import DamagedFile
from tercet.loaders.data.records import TooDeep
from tercet.loaders.data.xml_feed import feed
from tercet.loaders.data.xml_prose import prose
from tercet.loaders.data.xml_tree import data, is_prose, local
from tercet.loaders.decoding import clean, decode
from tercet.loaders.markup import html
from tercet.types import Document

if TYPE_CHECKING:
    from lxml.etree import XMLSyntaxError, _Element

_DECLARATION = re.compile(r"\s*<\?xml\b[^<>]*\?>")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_OWN = ("amp", "apos", "gt", "lt", "quot")  # the entities that XML itself has
_FEEDS = ("rss", "feed", "RDF")


def read(path: Path, source: str) -> Document:
    """The text of the elements, in a form that depends on what the XML is.

    XHTML is read as HTML. RSS and Atom feeds have a heading for every item. Where text and
    elements are mixed it is a document (DocBook, JATS, TEI): titles become headings, tables
    Markdown tables, short fields lines `tag: text`. Other XML is data: lines `path: value`, and
    tables of like elements. Metadata, where stated: language; for feeds author and description;
    for JATS and DocBook author, created, keywords.

    Nothing is fetched, and entities of other files are left as they are called. Raises
    `DamagedFile` for XML that is not well-formed, is nested over 256 levels, or has
    entities that unfold without end.
    """
    root = _root(path.read_bytes(), source)
    if local(root).lower() == "html":
        return html.read(path, source)
    if local(root) in _FEEDS:
        return feed(root, path, source)
    if is_prose(root):
        return prose(root, path, source)
    try:
        return data(root, path, source)
    except TooDeep:
        return prose(root, path, source)


def _root(content: bytes, source: str) -> _Element:
    from lxml import etree

    try:
        return _parsed(content)
    except etree.XMLSyntaxError as error:
        if _is_attack(error):
            raise _damaged(source, error) from error
    try:
        return _parsed_anyway(content)
    except etree.XMLSyntaxError as error:
        raise _damaged(source, error) from error


def _parsed(content: bytes) -> _Element:
    """The root. The parser limits what internal entities unfold to, and knows no others."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities="internal",  # type: ignore[arg-type]  # the stubs are older
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(content, parser)


def _parsed_anyway(content: bytes) -> _Element:
    """As `_parsed`, whatever the encoding is declared to be, with the entities that HTML names;
    others are left in the text as `&name;`."""
    from lxml import etree

    text = _DECLARATION.sub("", clean(decode(content)), count=1).strip()
    text = _NAMED.sub(_character, text)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(text.encode("utf-8", "replace"), parser)


def _character(entity: re.Match[str]) -> str:
    name = entity.group(1)
    return entity.group() if name in _OWN else html5.get(f"{name};", f"&amp;{name};")


def _is_attack(error: XMLSyntaxError) -> bool:
    from lxml import etree

    code: int = error.code  # type: ignore[attr-defined]  # the stubs do not know it
    return code in (etree.ErrorTypes.ERR_ENTITY_LOOP, etree.ErrorTypes.ERR_RESOURCE_LIMIT)


def _damaged(source: str, error: XMLSyntaxError) -> DamagedFile:
    return DamagedFile(
        f"{source} is damaged: it is no well-formed XML ({error.msg}).",
        "Mend it at that place, restore it from a backup, or leave it out.",
    )
