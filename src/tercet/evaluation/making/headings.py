"""Questions from headings: what a reader of the table of contents would look for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from tercet.evaluation.making.made import Made
from tercet.evaluation.making.terms import words_of
from tercet.types import Chunk

_NUMBER = re.compile(r"^(?:(?:chapter|section|part)\s+)?[\dIVX]+(?:[.:-]\d+)*[.:)]?\s+", re.I)
_MARKS = re.compile(r"[`*_#]+")
_LEAST_WORDS = 3  # a shorter heading ("Overview") gets those above it
_MOST_PLACES = 3  # a heading in more documents is boilerplate


class HeadingQuestions:
    """Makes a question of the heading path of a chunk: the innermost heading, and those above it
    until there are three words. All documents with the same path answer it."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._sources: dict[str, set[str]] = defaultdict(set)
        self._first: dict[tuple[str, str], Chunk] = {}
        for chunk in chunks:
            query = _query(chunk.headings)
            self._sources[query].update(chunk.sources or (chunk.source,))
            self._first.setdefault((chunk.document, query), chunk)

    def __call__(self, chunk: Chunk) -> Made | None:
        """The question, or None if the path says too little or stands in many documents."""
        query = _query(chunk.headings)
        sources = self._sources[query]
        if len(words_of(query)) < _LEAST_WORDS or len(sources) > _MOST_PLACES:
            return None
        own = chunk.sources or (chunk.source,)
        first = self._first[chunk.document, query]
        # A page is known of this document only.
        page = first.page if sources == set(own) else None
        return Made(query, tuple(sorted(sources)), page, "", "heading")


def _query(headings: Sequence[str]) -> str:
    chosen: list[str] = []
    for heading in reversed(headings):
        if len(words_of(" ".join(chosen))) >= _LEAST_WORDS:
            break
        plain = _NUMBER.sub("", _MARKS.sub("", heading)).strip()
        if plain and plain.lower() not in " ".join(chosen).lower():
            chosen.append(plain)
    return ", ".join(chosen)
