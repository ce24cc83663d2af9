"""Word documents: mammoth makes HTML of them, which becomes Markdown."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

from tercet.errors import DamagedFile, EncryptedFile, LoadError
from tercet.loaders.html import to_markdown
from tercet.loaders.markdown import headings, title_of
from tercet.types import Document, MetadataValue

if TYPE_CHECKING:
    from mammoth.documents import Image

_CORE = "docProps/core.xml"
_CORE_KEYS: dict[str, str] = {
    "category": "category",
    "created": "created",
    "creator": "author",
    "keywords": "keywords",
    "modified": "modified",
    "title": "title",
}
"""Local name of a core property -> the key it is known by."""

_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => h2:fresh"
_UNPACKED_LIMIT = 1 << 30  # bytes; a larger document is an attack or needs more memory than we have

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
    Metadata: author, category, keywords (a list), created and modified as ISO dates.
    """
    with path.open("rb"):
        pass  # "permission denied" must not be mistaken for damage below
    properties = _properties(path, source)
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
        raise _damaged(source, error) from error
    return str(result.value)


def _no_image(image: Image) -> list[object]:
    return []


def _properties(path: Path, source: str) -> dict[str, MetadataValue]:
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive.infolist(), source)
            names = archive.namelist()
            return _parsed(archive.read(_CORE)) if _CORE in names else {}
    except ElementTree.ParseError:
        return {}  # the text may still be sound
    except _DAMAGE as error:
        raise _damaged(source, error) from error


def _check_members(members: list[zipfile.ZipInfo], source: str) -> None:
    if any(member.flag_bits & 1 for member in members):
        raise EncryptedFile(
            f"{source} is encrypted and needs a password.", "Save it without a password."
        )
    if sum(member.file_size for member in members) > _UNPACKED_LIMIT:
        raise LoadError(
            f"{source} unpacks to more than a gigabyte.", "Split it into smaller documents."
        )


def _parsed(xml: bytes) -> dict[str, MetadataValue]:
    """The core properties. A document type could define entities that unfold without end."""
    if b"<!DOCTYPE" in xml:
        return {}
    found: dict[str, MetadataValue] = {}
    for element in ElementTree.fromstring(xml):
        key = _CORE_KEYS.get(element.tag.rpartition("}")[2])
        value = " ".join((element.text or "").split())
        if key and value:
            found[key] = _typed(key, value)
    return found


def _typed(key: str, value: str) -> MetadataValue:
    if key in ("created", "modified"):
        return value[:10]  # W3CDTF: the date comes first
    if key == "keywords":
        return [word.strip() for word in value.replace(";", ",").split(",") if word.strip()]
    return value


def _damaged(source: str, error: Exception) -> DamagedFile:
    return DamagedFile(
        f"{source} is damaged: it is no readable Word document ({type(error).__name__}).",
        "Open it in Word or LibreOffice and save it again, or restore it from a backup.",
    )
