"""Word documents: mammoth makes HTML of them, which becomes Markdown."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

from tercet.loaders.markup.html import to_markdown
from tercet.loaders.markup.markdown import headings, title_of
from tercet.loaders.office.core_properties import core_properties
from tercet.loaders.office.packages import damaged, opened
from tercet.types import Document

if TYPE_CHECKING:
    from mammoth.documents import Image

_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => h2:fresh"
_KIND = "Word document"

# What mammoth and the parsers below it raise on malformed packages. It checks little itself, so
# a missing part or attribute shows as whatever Python raises.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    ExpatError,
    EOFError,
    OSError,
    LookupError,
    AttributeError,
    TypeError,
    ValueError,
    NotImplementedError,
    RecursionError,
)


def read(path: Path, source: str) -> Document:
    """The document as Markdown, tables with their first row as header, pictures left out.

    Title: the core property, or what `markdown.title_of` finds.
    Metadata: what `core_properties` finds.
    """
    with opened(path, source, _KIND) as package:
        properties = core_properties(package)
    text = to_markdown(_html(path, source))
    found = headings(text)
    title = str(properties.pop("title", "")) or title_of(text, found, path)
    return Document(text=text, source=source, title=title, headings=found, metadata=properties)


def _html(path: Path, source: str) -> str:
    import mammoth

    try:
        with path.open("rb") as file:
            result = mammoth.convert_to_html(file, style_map=_STYLES, convert_image=_no_image)
    except _DAMAGE as error:
        raise damaged(source, _KIND, type(error).__name__) from error
    return str(result.value)


def _no_image(image: Image) -> list[object]:
    return []
