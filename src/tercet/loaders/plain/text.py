"""Plain text in any encoding."""

from __future__ import annotations

from pathlib import Path

from tercet.loaders.decoding import clean, decode
from tercet.types import Document


def read(path: Path, source: str) -> Document:
    """The text of the file, line ends as newlines, NULs removed; titled after the file."""
    return Document(text=clean(decode(path.read_bytes())), source=source, title=path.stem)
