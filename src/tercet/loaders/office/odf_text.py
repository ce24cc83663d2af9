"""Pieces of OpenDocument text: lines, lists, tables, form fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from tercet.loaders.markup.outline import markdown_table
from tercet.loaders.office.packages import local, named

if TYPE_CHECKING:
    from lxml.etree import _Element

SILENT = frozenset(
    {"annotation", "annotation-end", "hidden-text", "ruby-text", "tracked-changes", "forms"}
    | {"desc", "event-listeners", "table-of-content", "title"}
)
"""Elements whose text is no part of the document, or says nothing new. (`title` and `desc`
describe pictures; the title of a presentation is an attribute.)"""

_SPACE = re.compile(r"[ \t\r\n]+")
_SPACES = re.compile(" {2,}")
_MOST_SPACES = 100  # one element may ask for any number
_MOST_REPEATED = 10_000  # characters that a repeated cell or row may come to
_EMPTY_CELLS = 1000  # in a row before one with text


def line(paragraph: _Element, labels: Mapping[str, str] | None = None) -> str:
    """The text of a paragraph or heading; `labels` are the texts of form fields by id. Of notes
    the mark is given, of text boxes nothing: see `beside`."""
    text = "".join(_inline(paragraph, labels or {}))
    return "\n".join(_SPACES.sub(" ", part).strip() for part in text.split("\n")).strip("\n")


def _inline(element: _Element, labels: Mapping[str, str]) -> Iterator[str]:
    yield _SPACE.sub(" ", element.text or "")
    for child in element:
        match local(child):
            case "s":
                yield " " * _count(child, "c", _MOST_SPACES)
            case "tab":
                yield "\t"
            case "line-break":
                yield "\n"
            case "control":
                yield f" {labels.get(named(child, 'control'), '')} "
            case "note":
                yield mark(child)
            case name if name and name not in SILENT and not is_drawing(child):
                yield from _inline(child, labels)
        yield _SPACE.sub(" ", child.tail or "")


def beside(paragraph: _Element) -> Iterator[_Element]:
    """The notes and drawings anchored in a paragraph."""
    for child in paragraph:
        if local(child) == "note" or is_drawing(child):
            yield child
        elif local(child) not in SILENT:
            yield from beside(child)


def is_drawing(element: _Element) -> bool:
    """Whether it may hold text of its own: a frame, a shape, a group."""
    return ":drawing:" in str(element.tag) and local(element) != "control"


def mark(note: _Element) -> str:
    """The mark of a footnote or endnote, in brackets."""
    citation = next((child for child in note if local(child) == "note-citation"), None)
    text = "" if citation is None else "".join(_inline(citation, {})).strip()
    return f"[{text}]" if text else ""


def paragraphs(parent: _Element) -> Iterator[_Element]:
    """All paragraphs and headings below `parent`, those in lists and tables too."""
    for child in parent:
        name = local(child)
        if name in ("p", "h"):
            yield child
        elif name not in SILENT:
            yield from paragraphs(child)


def items(parent: _Element, depth: int = 0) -> Iterator[tuple[str, _Element]]:
    """The content of a list: what goes before each element, and the element."""
    for item in parent:
        start = f"{'  ' * depth}- "
        for child in item if local(item) in ("list-item", "list-header") else ():
            if local(child) == "list":
                yield from items(child, depth + 1)
            else:
                yield start, child
                start = " " * len(start)


def table(element: _Element) -> str:
    """A Markdown table; its first row is the header."""
    rows: list[list[str]] = []
    for row in _rows(element):
        cells = _cells(row)
        size = sum(map(len, cells))
        count = _count(row, "number-rows-repeated", max(1, _MOST_REPEATED // max(1, size)))
        rows += [cells] * (count if size else 1)
    return markdown_table(rows)


def _rows(parent: _Element) -> Iterator[_Element]:
    for child in parent:
        name = local(child)
        if name == "table-row":
            yield child
        elif name in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(child)


def _cells(row: _Element) -> list[str]:
    cells: list[str] = []
    end = 0
    for cell in row:
        if local(cell) not in ("table-cell", "covered-table-cell"):
            continue
        text = " ".join(line(paragraph) for paragraph in paragraphs(cell))
        most = max(1, _MOST_REPEATED // len(text)) if text else _EMPTY_CELLS
        cells += [text] * _count(cell, "number-columns-repeated", most)
        end = len(cells) if text else end
    return cells[:end]


def field_labels(forms: Iterable[_Element]) -> Iterator[tuple[str, str]]:
    """Id and text of each form field: its label, or what is filled in."""
    for form in forms:
        for field in form.iter():
            if name := named(field, "id"):
                yield name, _field(field)


def _field(field: _Element) -> str:
    text = named(field, "label") or named(field, "current-value") or named(field, "value")
    if local(field) in ("checkbox", "radio"):
        state = named(field, "current-state") or named(field, "current-selected")
        return f"[{'x' if state in ('checked', 'true') else ' '}] {text}"
    chosen = [option for option in field if named(option, "current-selected") == "true"]
    return ", ".join(named(option, "label") for option in chosen) or text


def _count(element: _Element, name: str, most: int) -> int:
    value = named(element, name, "1")
    return min(int(value[:9]), most) if value.isdecimal() else 1
