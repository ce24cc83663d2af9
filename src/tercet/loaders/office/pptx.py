"""PowerPoint presentations: python-pptx opens them, and each slide becomes a page."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tercet.loaders.markup.outline import Outline, markdown_table, plain_number
from tercet.loaders.office.core_properties import core_properties
from tercet.loaders.office.packages import damaged, local, named, opened, parsed
from tercet.types import Document

if TYPE_CHECKING:
    from lxml.etree import _Element

_KIND = "PowerPoint presentation"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TITLES = ("title", "ctrTitle")
_REPEATED = ("dt", "ftr", "hdr", "sldNum")  # stand on every slide and say nothing of it
_BODY = ("body", "obj", "")  # placeholders whose paragraphs are list items, unless they say not

# python-pptx checks little itself: a missing part or attribute shows as whatever Python raises.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    LookupError,
    AttributeError,
    TypeError,
    ValueError,
    SyntaxError,  # lxml's XMLSyntaxError is one
    AssertionError,
    NotImplementedError,
    RecursionError,
)


def read(path: Path, source: str) -> Document:
    """One page a slide, hidden slides included, each under its title as a heading of level 2
    ("Slide 3" where it has none; level 1 on a title slide that opens the deck).

    Shapes come in the order of the file, which is that in which screen readers read them: text,
    lists, tables, the values of charts, the text of diagrams, then the notes below "Notes:".
    Title: the core property, or that of the title slide. Metadata: what `core_properties` finds.
    """
    with opened(path, source, _KIND) as package:
        properties = core_properties(package)
    outline = Outline()
    try:
        slides = _slides(path)
        for number, slide in enumerate(slides, 1):
            outline.page()
            _add_slide(outline, slide, number)
    except _damage() as error:
        raise damaged(source, _KIND, type(error).__name__) from error
    properties["page_count"] = len(slides)
    return outline.document(path, source, properties)


def _damage() -> tuple[type[Exception], ...]:
    from pptx.exc import PythonPptxError

    return (*_DAMAGE, PythonPptxError)


def _slides(path: Path) -> list[Any]:
    """The slides. `pptx.Presentation` would refuse slide shows and templates."""
    from pptx.package import Package

    return list(Package.open(str(path)).main_document_part.presentation.slides)


def _add_slide(outline: Outline, slide: Any, number: int) -> None:
    tree = slide.shapes._spTree
    _drop_fallbacks(tree)
    shapes = [shape for shape in _shapes(tree) if _placed_as(shape) not in _REPEATED]
    title = next((shape for shape in shapes if _placed_as(shape) in _TITLES and _text(shape)), None)
    blocks = [_block(slide, shape) for shape in shapes if shape is not title]
    notes = _notes(slide)
    if title is not None:
        opening = number == 1 and any(_placed_as(s) in ("ctrTitle", "subTitle") for s in shapes)
        outline.heading(1 if opening else 2, _text(title))
    elif any(blocks) or notes:
        outline.heading(2, f"Slide {number}")
    for block in blocks:
        outline.block(block)
    outline.block(f"Notes:\n{notes}" if notes else "")


def _notes(slide: Any) -> str:
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    return frame.text.replace("\v", "\n").strip() if frame is not None else ""


def _drop_fallbacks(tree: _Element) -> None:
    """Remove what older programs would show instead: it says the same once more."""
    for fallback in list(tree.iter(_FALLBACK)):
        parent = fallback.getparent()
        if parent is not None and len(parent) > 1:
            parent.remove(fallback)


def _shapes(tree: _Element) -> Iterator[_Element]:
    """The shapes below `tree`, those in groups too. Of alternatives the first is taken."""
    for child in tree:
        name = local(child)
        if name == "grpSp":
            yield from _shapes(child)
        elif name == "AlternateContent" and len(child):
            yield from _shapes(child[0])
        elif name in ("sp", "graphicFrame"):
            yield child


def _placed_as(shape: _Element) -> str | None:
    """The kind of placeholder that a shape fills; None for all other shapes."""
    for properties in shape:
        if local(properties).startswith("nv"):
            found = next((e for e in properties.iter() if local(e) == "ph"), None)
            return None if found is None else named(found, "type")
    return None


def _block(slide: Any, shape: _Element) -> str:
    for element in shape.iter():
        match local(element):
            case "tbl":
                rows = (row for row in element if local(row) == "tr")
                return markdown_table([[_text(c) for c in r if local(c) == "tc"] for r in rows])
            case "chart":
                return _chart(slide, named(element, "id"))
            case "relIds":
                return _diagram(slide, named(element, "dm"))
    return _listed(shape)


def _text(element: _Element) -> str:
    return "\n".join(text for text in map(_line, _paragraphs(element)) if text.strip())


def _listed(shape: _Element) -> str:
    """The paragraphs of a shape, items of lists behind a dash, indented by level."""
    paragraphs = [p for p in _paragraphs(shape) if _line(p).strip()]
    in_list = _placed_as(shape) in _BODY and len(paragraphs) > 1
    return "\n".join(_item(paragraph, in_list) for paragraph in paragraphs)


def _item(paragraph: _Element, in_list: bool) -> str:
    properties = next((e for e in paragraph if local(e) == "pPr"), None)
    marks = [local(element) for element in properties] if properties is not None else []
    if "buNone" in marks or not (in_list or "buChar" in marks or "buAutoNum" in marks):
        return _line(paragraph)
    level = named(properties, "lvl") if properties is not None else ""
    indent = "  " * min(int(level), 8) if level.isdecimal() else ""
    return f"{indent}- {' '.join(_line(paragraph).split())}"


def _paragraphs(shape: _Element) -> Iterator[_Element]:
    """Those of DrawingML; a formula's own paragraphs lie inside one of them."""
    return (element for element in shape.iter() if _is_paragraph(element))


def _is_paragraph(element: _Element) -> bool:
    return local(element) == "p" and "/drawingml/" in str(element.tag)


def _line(paragraph: _Element) -> str:
    """The text of a paragraph: of runs, fields and formulas."""
    parts = []
    for element in paragraph.iter():
        name = local(element)
        if name == "t":
            parts.append(element.text or "")
        elif name == "br":
            parts.append("\n")
    return "".join(parts).replace("\v", "\n").strip()


def _chart(slide: Any, relation: str) -> str:
    """Title, and a table of categories and values; "" for what python-pptx does not know."""
    try:
        chart = slide.part.related_part(relation).chart
        title = chart.chart_title.text_frame.text if chart.has_title else ""
        tables = [_plot(plot) for plot in chart.plots]
    except _damage():
        return ""  # the rest of the slide is sound
    return "\n\n".join(part for part in (" ".join(title.split()), *tables) if part)


def _plot(plot: Any) -> str:
    series = list(plot.series)
    values = [list(one.values) for one in series]
    labels = [" ".join(map(str, label)) for label in plot.categories.flattened_labels]
    labels += [str(n) for n in range(len(labels) + 1, max(map(len, values), default=0) + 1)]
    rows = [[label, *(_value(v, at) for v in values)] for at, label in enumerate(labels)]
    return markdown_table([["Category", *(one.name for one in series)], *rows])


def _value(values: list[float | None], at: int) -> str:
    value = values[at] if at < len(values) else None
    return "" if value is None else plain_number(value)


def _diagram(slide: Any, relation: str) -> str:
    """The texts of a SmartArt diagram, which lie in a part of their own."""
    try:
        data = parsed(slide.part.related_part(relation).blob)
    except _damage():
        return ""
    texts = [" ".join(_line(p).split()) for p in _paragraphs(data)]
    return "\n".join(f"- {text}" for text in texts if text)
