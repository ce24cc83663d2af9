"""The sentences and rows of the hits, each with the labels it stands under."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tercet.generation.rows import Row, find_tables
from tercet.generation.sentences import Sentence, split_sentences
from tercet.types import Chunk, Hit

_HEADING = re.compile(r"^#{1,6}[ \t]+(?P<text>[^\n]+)$", re.MULTILINE)


class Place(NamedTuple):
    """A sentence of a hit, or a row of a table in it: the hit's marker (1 for the first), the
    sentence's own `words` (of a row what it says), the `labels` above it, and the `row` if it is
    one."""

    marker: int
    hit: Hit
    sentence: Sentence
    words: str
    labels: str
    row: Row | None = None

    @property
    def said(self) -> str:
        """The sentence, or the row without its marks."""
        return self.row.said if self.row else self.sentence.text

    @property
    def label(self) -> str:
        """That of a row; of a sentence ""."""
        return self.row.label if self.row else ""

    @property
    def whole(self) -> str:
        """The words below their labels: by themselves many sentences say little ("The cause was
        a faulty controller")."""
        return f"{self.labels}\n{self.words}" if self.labels else self.words

    @property
    def answer(self) -> str:
        """Where the kind of an answer shows: of a row the titles and labels tell units."""
        return self.whole if self.row else self.said


def find_places(hits: Sequence[Hit]) -> Iterator[Place]:
    """All that may be quoted, in order. Headings and what is no statement are only labels."""
    for marker, hit in enumerate(hits, start=1):
        tables = find_tables(hit.chunk)
        headings = [(match.start(), match["text"]) for match in _HEADING.finditer(hit.text)]
        for sentence in split_sentences(hit.text):
            labels = _labels(hit.chunk, headings, sentence.start)
            if row := tables.rows.get(sentence.start):
                yield Place(marker, hit, sentence, row.statement, labels, row)
            elif sentence.start not in tables.silent and _speaks(sentence.text):
                yield Place(marker, hit, sentence, sentence.text, labels)


def _labels(chunk: Chunk, headings: Sequence[tuple[int, str]], start: int) -> str:
    """The document's title and the nearest heading."""
    above = [text for at, text in headings if at < start] or chunk.headings
    return " > ".join(dict.fromkeys(label for label in (chunk.title, *above[-1:]) if label))


def _speaks(text: str) -> bool:
    """Not a heading, and not the number of a list item that stands alone."""
    return not _HEADING.fullmatch(text) and any(map(str.isalpha, text))
