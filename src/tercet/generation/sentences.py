"""Text to sentences with exact offsets."""

from __future__ import annotations

import re
from typing import NamedTuple

# A sentence ends at . ! ? (with closing quotes or brackets) before white space, at CJK full
# stops, and at a line end that ends a paragraph, list item, heading or table row.
_END = re.compile(
    r"""(?<=[.!?])["'”’)\]]*\s+(?=["'“‘(\[]?[^\W_a-z])"""
    r"""|(?<=[。！？])\s*"""
    r"""|\n\s*\n\s*"""
    r"""|\n(?=\s*(?:[-*+•|#>]|\d+[.)]\s))"""
    r"""|(?<=\|)[ \t]*\n"""
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|Nos|Fig|Figs|Eq|vs|etc|cf|al|approx|e\.g|i\.e|Inc|Ltd|Co|"
    r"Corp|Jr|Sr|Art|Sec|pp|Vol|[A-Z]))\.$"
)
# A first line and a second one that begins with a capital: a title above text, if it is short.
_TITLE = re.compile(r"\s*(?P<title>[^\n]+)\n\s*(?=[^\W_a-z])(?P<text>[^\n]+)")


class Sentence(NamedTuple):
    """A sentence: text, and the characters [start, end) it takes in what was cut."""

    text: str
    start: int
    end: int


def split_sentences(text: str) -> list[Sentence]:
    """The sentences of a text in order, without the white space around them."""
    sentences: list[Sentence] = []
    start = 0
    for match in _END.finditer(text):
        if "\n" not in match.group() and _ABBREVIATION.search(text[start : match.start()]):
            continue
        _append(sentences, text, start, match.end())
        start = match.end()
    _append(sentences, text, start, len(text))
    return sentences


def _append(sentences: list[Sentence], text: str, start: int, end: int) -> None:
    title = _TITLE.match(text, start, end)
    # Text that only wraps fills its lines.
    if title and 2 * len(title["title"]) < len(title["text"]):
        _append_one(sentences, text, start, title.start("text"))
        start = title.start("text")
    _append_one(sentences, text, start, end)


def _append_one(sentences: list[Sentence], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    body = piece.strip()
    if body:
        begin = start + len(piece) - len(piece.lstrip())
        sentences.append(Sentence(body, begin, begin + len(body)))
