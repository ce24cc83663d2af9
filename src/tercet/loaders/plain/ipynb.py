"""Jupyter notebooks: the prose as it is, the code in fences, the outputs that are text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tercet.errors import DamagedFile
from tercet.loaders.decoding import clean, decode, writable
from tercet.loaders.markup.html import to_markdown
from tercet.loaders.markup.markdown import headings, title_of
from tercet.types import Document, MetadataValue

_FENCE = re.compile(r"`{3,}")
_TERMINAL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")  # colours and cursor moves


def read(path: Path, source: str) -> Document:
    """Markdown cells as they are, code cells and their outputs in fences.

    Outputs: what was printed, the text of results, errors by name, and tables as Markdown tables;
    no images. Title: that of the metadata, or what `markdown.title_of` finds. Metadata:
    programming_language, author. Raises `DamagedFile` for what is no notebook.
    """
    notebook = _notebook(path, source)
    metadata = _mapping(notebook.get("metadata"))
    language = _language(metadata)
    blocks = (block for cell in _cells(notebook) for block in _blocks(cell, language))
    text = writable(clean("\n\n".join(block for block in blocks if block.strip())))
    found = headings(text)
    title = metadata.get("title")
    return Document(
        text=text,
        source=source,
        title=title if title and isinstance(title, str) else title_of(text, found, path),
        headings=found,
        metadata=_metadata(metadata, language),
    )


def _notebook(path: Path, source: str) -> dict[str, Any]:
    try:
        notebook = json.loads(decode(path.read_bytes()))
    except (ValueError, RecursionError) as error:
        raise _damaged(source) from error
    if not isinstance(notebook, dict) or not {"cells", "worksheets"} & notebook.keys():
        raise _damaged(source)
    return notebook


def _damaged(source: str) -> DamagedFile:
    return DamagedFile(
        f"{source} is damaged: it is no readable notebook.",
        "Open it in Jupyter and save it again, or restore it from a backup.",
    )


def _cells(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The cells; version 3 has them in worksheets."""
    sheets = [_mapping(sheet) for sheet in _list(notebook.get("worksheets"))]
    for part in (notebook, *sheets):
        yield from (cell for cell in _list(part.get("cells")) if isinstance(cell, dict))


def _blocks(cell: dict[str, Any], language: str) -> Iterator[str]:
    text = _joined(cell.get("source", cell.get("input"))).strip("\n")
    kind = cell.get("cell_type")
    if kind == "heading":  # version 3
        level = cell.get("level")
        yield f"{'#' * (level if isinstance(level, int) and 1 <= level <= 6 else 1)} {text}"
    elif kind != "code":
        yield text
    else:
        yield _fenced(text, language)
        for output in _list(cell.get("outputs")):
            yield _output(_mapping(output))


def _output(output: dict[str, Any]) -> str:
    if output.get("output_type") in ("error", "pyerr"):
        return _fenced(f"{output.get('ename')}: {output.get('evalue')}")
    if output.get("output_type") == "stream":
        return _fenced(_joined(output.get("text")))
    data = _mapping(output.get("data", output))
    html = _joined(data.get("text/html", data.get("html")))
    if "<table" in html:
        return to_markdown(html)
    if any(kind.startswith("image/") or kind in ("png", "jpeg", "svg") for kind in data):
        return ""  # the text beside an image is its size
    return _fenced(_joined(data.get("text/plain", data.get("text"))))


def _fenced(text: str, language: str = "") -> str:
    """The text between fences longer than any in it."""
    text = _TERMINAL.sub("", text).strip("\n")
    longest = max((len(run) for run in _FENCE.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}" if text.strip() else ""


def _joined(source: object) -> str:
    """Text is one string or a list of lines."""
    return "".join(part for part in _list(source, source) if isinstance(part, str))


def _language(metadata: dict[str, Any]) -> str:
    stated = (
        _mapping(metadata.get("language_info")).get("name"),
        _mapping(metadata.get("kernelspec")).get("language"),
    )
    return next((name for name in stated if isinstance(name, str) and name.isprintable()), "")


def _metadata(metadata: dict[str, Any], language: str) -> dict[str, MetadataValue]:
    found: dict[str, MetadataValue] = {"programming_language": language} if language else {}
    authors = [_mapping(author).get("name") for author in _list(metadata.get("authors"))]
    names = [writable(name) for name in authors if isinstance(name, str) and name]
    if names:
        found["author"] = names[0] if len(names) == 1 else list(names)
    return found


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object, otherwise: object = ()) -> list[Any]:
    if isinstance(value, list):
        return value
    return [otherwise] if isinstance(otherwise, str) else []
