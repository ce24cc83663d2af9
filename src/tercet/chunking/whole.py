"""One chunk a document: for collections whose documents are passages already."""

from __future__ import annotations

from tercet.chunking.context import make_chunks
from tercet.types import Chunk, Document


class WholeChunker:
    """Leaves every document in one piece; an empty one has none."""

    name = "whole-v1"

    def __call__(self, document: Document) -> list[Chunk]:
        length = len(document.text)
        return make_chunks(document, [(0, length)] if length else [])
