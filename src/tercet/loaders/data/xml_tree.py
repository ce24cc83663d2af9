"""What the readers of XML share: names and texts of elements; and XML that holds data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tercet.loaders.data.records import Value, name_of, outline
from tercet.loaders.decoding import clean, writable
from tercet.types import Document, MetadataValue

if TYPE_CHECKING:
    from lxml.etree import _Element


def local(element: _Element) -> str:
    """The name of an element without its namespace; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def line(element: _Element) -> str:
    """All text of an element as one line, as it runs."""
    return _sound("".join(_texts(element)))


def spaced(element: _Element) -> str:
    """All texts of an element with spaces between them: fields that stand side by side."""
    return _sound(" ".join(_texts(element)))


def is_mixed(element: _Element) -> bool:
    """Whether text stands between the children."""
    if len(element) == 0:
        return False
    texts = (element.text, *(child.tail for child in element))
    return any(text and not text.isspace() for text in texts)


def is_prose(root: _Element) -> bool:
    """Whether it is a document for people: text and elements are mixed somewhere."""
    return any(is_mixed(element) for element in root.iter())


def language(root: _Element) -> dict[str, MetadataValue]:
    """The stated language of the root, as metadata."""
    stated = root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("lang")
    return {"language": stated.strip()} if stated and stated.strip() else {}


def data(root: _Element, path: Path, source: str) -> Document:
    """XML that holds data, as `records.outline` gives it: attributes and elements are fields.

    Raises `records.TooDeep`.
    """
    value = _value(root)
    kept = ("title", "name")
    named = {key: value[key] for key in kept if key in value} if isinstance(value, dict) else {}
    title = _sound(name_of(named)) or path.stem
    return outline(value).document(path, source, {"title": title, **language(root)})


def _value(element: _Element) -> Value:
    text = _sound(element.text or "")
    fields: dict[str, list[Value]] = {}
    for name, stated in element.attrib.items():
        if not str(name).startswith("{"):  # schema locations and the like
            fields.setdefault(str(name), []).append(str(stated))
    for child in element:
        if name := local(child):
            fields.setdefault(name, []).append(_value(child))
    if not fields:
        return text
    if text:
        fields.setdefault("text", []).append(text)
    filled = {name: [part for part in parts if part != ""] for name, parts in fields.items()}
    return {name: _single(parts) for name, parts in filled.items() if parts}


def _single(parts: list[Value]) -> Value:
    return parts[0] if len(parts) == 1 else parts


def _texts(element: _Element) -> Iterator[str]:
    return (str(text) for text in element.itertext())


def _sound(text: str) -> str:
    return writable(clean(" ".join(text.split())))
