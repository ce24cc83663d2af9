"""Builds a Markdown text block by block, and knows where its headings and pages are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from pathlib import Path

from tercet.loaders.decoding import clean, writable
from tercet.types import Document, Heading, MetadataValue, Page

_GAP = "\n\n"
_DEEPEST = 6  # Markdown has no more levels of headings


class Outline:
    """Takes blocks in reading order. Empty blocks and headings are left out."""

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._headings: list[tuple[int, str, int]] = []  # level, text, index of its block
        self._pages: list[int] = []  # index of the first block of each page

    def page(self) -> None:
        """What comes now lies on the next page."""
        self._pages.append(len(self._blocks))

    def heading(self, level: int, text: str) -> None:
        """A heading on a line of its own; levels below the sixth become the sixth."""
        text = " ".join(_clean(text).split())
        level = min(max(level, 1), _DEEPEST)
        if text:
            self._headings.append((level, text, len(self._blocks)))
            self._blocks.append(f"{'#' * level} {text}")

    def block(self, text: str) -> None:
        """A paragraph, list or table."""
        text = _clean(text).strip("\n")
        if text.strip():
            self._blocks.append(text)

    def document(self, path: Path, source: str, properties: dict[str, MetadataValue]) -> Document:
        """All of it. Title: the property of that name, or the first heading of level 1, or the
        name of the file."""
        text = _GAP.join(self._blocks)
        starts = [0, *accumulate(len(block) + len(_GAP) for block in self._blocks)]
        starts[-1] = len(text)
        found = tuple(Heading(level, text, starts[at]) for level, text, at in self._headings)
        first = next((heading.text for heading in found if heading.level == 1), path.stem)
        return Document(
            text=text,
            source=source,
            title=str(properties.get("title", "")) or first,
            pages=self._tiles(starts),
            headings=found,
            metadata={key: value for key, value in properties.items() if key != "title"},
        )

    def _tiles(self, starts: Sequence[int]) -> tuple[Page, ...]:
        if not self._pages:
            return ()
        edges = [0, *(starts[at] for at in self._pages[1:]), starts[-1]]
        return tuple(Page(number, *span) for number, span in enumerate(pairwise(edges), 1))


def _clean(text: str) -> str:
    return writable(clean(text))


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose first row is the header. Rows and columns without any text are
    left out; line ends in cells become spaces, and pipes are escaped."""
    cells = [[_cell(cell) for cell in row] for row in rows]
    width = max(map(len, cells), default=0)
    used = [column for column in range(width) if any(_at(row, column) for row in cells)]
    lines = [[_at(row, column) for column in used] for row in cells if any(row)]
    if not lines:
        return ""
    lines.insert(1, ["---"] * len(used))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plain_number(value: float) -> str:
    """A number as people write it: 1 for 1.0, 0.3 for 0.1 + 0.2 (15 digits, as in Excel)."""
    return f"{value:.15g}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _at(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""
