"""XML that holds a document (DocBook, JATS, TEI and others): paragraphs, headings, tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tercet.loaders.data.xml_tree import is_mixed, language, line, local, spaced
from tercet.loaders.markup.outline import Outline, markdown_table
from tercet.types import Document, MetadataValue

if TYPE_CHECKING:
    from lxml.etree import _Element


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


_TITLES = _names("title head heading article-title bridgehead")
_TABLES = _names("table informaltable tgroup")
_ROWS = _names("tr row")
_CELLS = _names("td th entry cell")
_CODE = _names("programlisting screen preformat literallayout")
_ITEMS = _names("li listitem list-item")
_PARAGRAPHS = _names("p para simpara ab l quote disp-quote")
_LISTS = _names("list itemizedlist orderedlist ul ol fig figure table-wrap")
_BLOCKS = _TABLES | _CODE | _ITEMS | _PARAGRAPHS | _LISTS
_CITATIONS = _names(
    "mixed-citation element-citation nlm-citation citation bibl biblStruct biblioentry bibliomixed"
)
_FIELD = 200  # characters; a longer field is a paragraph of its own


def prose(root: _Element, path: Path, source: str) -> Document:
    """The document: titles as headings, short fields as lines `tag: text`."""
    writer = _Writer(root)
    writer.walk(root, 0)
    metadata = {**language(root), **_metadata(root)}
    return writer.finish().document(path, source, metadata)


class _Writer:
    """Walks the tree; libxml2 lets it be 256 levels deep."""

    def __init__(self, root: _Element) -> None:
        self._made = Outline()
        self._lines: list[str] = []
        # Below an untitled root the first title is that of the whole, and others come below it.
        self._base = 1 if _is_titled(root) else 2
        self._has_title = False

    def finish(self) -> Outline:
        self._flush()
        return self._made

    def walk(self, element: _Element, depth: int) -> None:
        """The element, inside `depth` elements that have a title."""
        name = local(element)
        if name in _TITLES:
            self._title(element, depth)
        elif name in _TABLES and (rows := list(_rows(element))):
            self._block(markdown_table(rows))
        elif name in _CODE:
            self._block("```\n" + "".join(_texts(element)).strip("\n") + "\n```")
        elif name in _CITATIONS:
            self._block(line(element) if is_mixed(element) else spaced(element))
        elif name in _ITEMS and not _holds(element, _LISTS | _TABLES | _CODE):
            self._lines.append(f"- {line(element) if is_mixed(element) else spaced(element)}")
        elif is_mixed(element) or len(element) == 0:
            self._text(element, depth)
        elif _is_small(element):
            self._lines.append(f"{name}: {spaced(element)}")
        else:
            below = depth + _is_titled(element)
            for child in element:
                self.walk(child, depth if local(child) in _TITLES else below)

    def _title(self, element: _Element, depth: int) -> None:
        parent = element.getparent()
        if parent is not None and local(parent) == "caption":
            self._block(line(element))
            return
        self._flush()
        self._made.heading(depth + self._base if self._has_title else 1, line(element))
        self._has_title = True

    def _text(self, element: _Element, depth: int) -> None:
        """A paragraph or field; blocks inside it come out as blocks."""
        if len(element) == 0:
            self._leaf(local(element), line(element))
            return
        pieces = [element.text or ""]
        for child in element:
            if _holds(child, _BLOCKS):
                self._block(" ".join("".join(pieces).split()))
                self.walk(child, depth)
                pieces = [child.tail or ""]
            else:
                pieces += [*_texts(child), child.tail or ""]
        self._block(" ".join("".join(pieces).split()))

    def _leaf(self, name: str, text: str) -> None:
        if name in _PARAGRAPHS or len(text) > _FIELD:
            self._block(text)
        elif text:
            self._lines.append(f"{name}: {text}")

    def _block(self, text: str) -> None:
        self._flush()
        self._made.block(text)

    def _flush(self) -> None:
        lines, self._lines = self._lines, []
        self._made.block("\n".join(lines))


def _texts(element: _Element) -> Iterator[str]:
    return (str(text) for text in element.itertext())


def _is_titled(element: _Element) -> bool:
    return any(local(child) in _TITLES for child in element)


def _holds(element: _Element, names: frozenset[str]) -> bool:
    return any(local(inner) in names for inner in element.iter())


def _is_small(element: _Element) -> bool:
    """Whether it is a group of a few short fields: a name, a date."""
    length = 0
    for text in element.itertext():
        length += len(str(text).strip())
        if length > _FIELD:
            return False
    return not _holds(element, _BLOCKS | _TITLES | _CITATIONS)


def _rows(element: _Element) -> Iterator[list[str]]:
    for row in element.iter():
        if local(row) in _ROWS:
            cells = [line(cell) for cell in row if local(cell) in _CELLS]
            if any(cells):
                yield cells


def _metadata(root: _Element) -> dict[str, MetadataValue]:
    """Authors, date and keywords of JATS and DocBook."""
    found: dict[str, MetadataValue] = {}
    authors = list(dict.fromkeys(filter(None, map(_author, root.iter()))))
    if authors:
        found["author"] = authors[0] if len(authors) == 1 else list(authors)
    if created := next(filter(None, map(_date, root.iter())), ""):
        found["created"] = created
    words = [line(element) for element in root.iter() if local(element) in ("kwd", "keyword")]
    if words := list(dict.fromkeys(filter(None, words))):
        found["keywords"] = list(words)
    return found


def _author(element: _Element) -> str:
    is_author = element.get("contrib-type") == "author" or local(element) == "author"
    if not is_author or _is_cited(element):
        return ""
    parts = {local(inner): line(inner) for inner in element.iter()}
    first = parts.get("given-names") or parts.get("firstname") or parts.get("forename") or ""
    name = f"{first} {parts.get('surname', '')}".strip()
    return name or ("" if len(element) else line(element))


def _is_cited(element: _Element) -> bool:
    return any(local(above) in _CITATIONS for above in element.iterancestors())


def _date(element: _Element) -> str:
    """The ISO date of a <pub-date>, if it is stated to the day."""
    if local(element) != "pub-date":
        return ""
    parts = {local(inner): line(inner) for inner in element}
    numbers = [parts.get(name, "") for name in ("year", "month", "day")]
    if not all(number.isascii() and number.isdigit() for number in numbers):
        return ""
    return f"{numbers[0]:0>4}-{numbers[1]:0>2}-{numbers[2]:0>2}"
