"""OpenDocument texts and presentations: their XML, read with lxml."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tercet.loaders.markup.outline import Outline
from tercet.loaders.office.core_properties import open_document_properties
from tercet.loaders.office.odf_text import (
    SILENT,
    beside,
    field_labels,
    items,
    line,
    mark,
    paragraphs,
    table,
)
from tercet.loaders.office.packages import Package, encrypted, local, named, opened
from tercet.types import Document, MetadataValue

if TYPE_CHECKING:
    from lxml.etree import _Element

_TEXT = "OpenDocument text"
_SLIDES = "OpenDocument presentation"
_MANIFEST = "META-INF/manifest.xml"
_TITLE_LEVELS = {"Title": 1, "Subtitle": 2}
_FURNITURE = ("date-time", "footer", "header", "page-number")  # on every slide


def read(path: Path, source: str) -> Document:
    """The text as Markdown: headings by their outline level, the styles "Title" and "Subtitle"
    as levels 1 and 2, lists behind dashes, tables, footnotes after the paragraph that they
    belong to, labels and content of form fields. Left out: tables of contents, comments, text
    that was deleted under change tracking.

    Title: the property, or the first heading of level 1, or the name of the file. Metadata:
    what `core_properties.open_document_properties` finds.
    """
    body, properties = _opened(path, source, _TEXT, "text")
    outline = Outline()
    _Flow(outline, body).add(body)
    return outline.document(path, source, properties)


def read_slides(path: Path, source: str) -> Document:
    """One page a slide, hidden ones included, each under its title as a heading of level 2
    ("Slide 3" where it has none; level 1 on an opening slide with a subtitle); then its texts,
    lists and tables in the order of the file, and its notes below "Notes:".

    Title and metadata: as `read`.
    """
    body, properties = _opened(path, source, _SLIDES, "presentation")
    outline = Outline()
    flow = _Flow(outline, body)
    slides = [element for element in body if local(element) == "page"]
    for number, slide in enumerate(slides, 1):
        outline.page()
        _add_slide(outline, flow, slide, number)
    return outline.document(path, source, {**properties, "page_count": len(slides)})


def _opened(
    path: Path, source: str, kind: str, content: str
) -> tuple[_Element, dict[str, MetadataValue]]:
    """The element that holds the content, and the properties."""
    with opened(path, source, kind) as package:
        if is_encrypted(package):
            raise encrypted(source)
        root = package.xml("content.xml")
        properties = open_document_properties(package)
    found = next(root.iterfind(f"{{*}}body/{{*}}{content}"), None)
    if found is None:
        raise package.damaged("content.xml has no content")
    return found, properties


def is_encrypted(package: Package) -> bool:
    """Whether the manifest of an OpenDocument package says so."""
    if _MANIFEST not in package.names:
        return False
    return any(local(e) == "encryption-data" for e in package.xml(_MANIFEST).iter())


class _Flow:
    """Adds elements of a text to an outline, in their order."""

    def __init__(self, outline: Outline, body: _Element) -> None:
        self._outline = outline
        styles = body.getroottree().getroot().iterfind("{*}automatic-styles/{*}style")
        self._parents = {named(s, "name"): named(s, "parent-style-name") for s in styles}
        self._labels = dict(field_labels(body.iterfind("{*}forms")))

    def add(self, elements: Iterable[_Element]) -> None:
        for element in elements:
            match local(element):
                case "h":
                    self._add_heading(element, named(element, "outline-level"))
                case "p":
                    self._add_paragraph(element)
                case "list":
                    self._add_list(element)
                case "table":
                    self._outline.block(table(element))
                case "note":
                    notes = " ".join(line(paragraph) for paragraph in paragraphs(element))
                    self._outline.block(f"{mark(element)} {notes}".strip())
                case name if name and name not in SILENT:
                    self.add(element)  # sections, indexes, frames, shapes, groups

    def _add_heading(self, element: _Element, level: str) -> None:
        self._outline.heading(int(level[:1]) if level.isdecimal() else 1, line(element))
        self.add(beside(element))

    def _add_paragraph(self, element: _Element) -> None:
        style = named(element, "style-name")
        level = _TITLE_LEVELS.get(style) or _TITLE_LEVELS.get(self._parents.get(style, ""))
        if level:
            self._add_heading(element, str(level))
        else:
            self._outline.block(line(element, self._labels))
            self.add(beside(element))

    def _add_list(self, element: _Element) -> None:
        """A list as one block. Numbered headings are items too: they stay headings."""
        lines: list[str] = []
        anchored: list[_Element] = []
        for start, item in items(element):
            if local(item) == "p":
                text = " ".join(line(item, self._labels).split())
                lines += [start + text] if text else []
                anchored += beside(item)
            else:
                self._outline.block("\n".join(lines))
                lines = []
                self.add([item])
        self._outline.block("\n".join(lines))
        self.add(anchored)


def _add_slide(outline: Outline, flow: _Flow, slide: _Element, number: int) -> None:
    kinds = {shape: named(shape, "class") for shape in slide if named(shape, "class") != "page"}
    title = next((s for s, kind in kinds.items() if kind == "title" and _text(s)), None)
    notes = "\n".join(_notes(slide))
    shapes = [s for s, kind in kinds.items() if s is not title and kind not in _FURNITURE]
    shapes = [shape for shape in shapes if local(shape) != "notes"]
    if title is not None:
        outline.heading(1 if number == 1 and "subtitle" in kinds.values() else 2, _text(title))
    elif notes or any(_text(shape) for shape in shapes):
        outline.heading(2, f"Slide {number}")
    flow.add(shapes)
    outline.block(f"Notes:\n{notes}" if notes else "")


def _notes(slide: _Element) -> Iterable[str]:
    for frame in slide.iterfind("{*}notes/*"):
        if named(frame, "class") == "notes":
            yield from filter(None, map(line, paragraphs(frame)))


def _text(shape: _Element) -> str:
    return " ".join(filter(None, map(line, paragraphs(shape))))
