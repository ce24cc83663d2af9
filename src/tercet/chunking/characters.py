"""The guide's chunks: windows of a fixed number of characters."""

from __future__ import annotations

from collections.abc import Iterator

from tercet.chunking.context import make_chunks
from tercet.chunking.measures import check_measures
from tercet.types import Chunk, Document


class CharacterChunker:
    """Windows of `chunk_size` characters that share exactly `chunk_overlap` with the next.

    The last one ends where the text ends, and none lies wholly inside another. Raises
    `SettingsError` when the overlap is not smaller than the size.
    """

    def __init__(self, chunk_size: int = 1000, chunk_overlap: int = 200) -> None:
        check_measures(chunk_size, chunk_overlap)
        self.name = f"characters-{chunk_size}-{chunk_overlap}-v2"
        self._size = chunk_size
        self._overlap = chunk_overlap

    def __call__(self, document: Document) -> list[Chunk]:
        return make_chunks(document, self._spans(len(document.text)))

    def _spans(self, length: int) -> Iterator[tuple[int, int]]:
        start = 0
        while start < length:
            end = min(start + self._size, length)
            yield start, end
            if end == length:
                return
            start = end - self._overlap
