"""Which words of a query met which words of a passage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from tercet.ports.embedding import Spelling
from tercet.types import Chunk, FloatArray, SparseVector, TermMatch, TokenMatch

Part: TypeAlias = Literal["text", "labels", "lead"]
Span: TypeAlias = tuple[int, int]


class Place(NamedTuple):
    """A part of what is embedded: what it says, and where it lies in the document if it is of the
    chunk's own text."""

    text: str
    part: Part
    start: int | None = None
    end: int | None = None


def token_matches(
    query: str, asked: FloatArray, chunk: Chunk, stored: FloatArray, spelling: Spelling
) -> tuple[TokenMatch, ...] | None:
    """For each token of the query, in order, the nearest token of the passage (MaxSim: Khattab and
    Zaharia, ColBERT, SIGIR 2020). `asked` [q, d] and `stored` [p, d] are the token vectors.

    None if the model does not tell its tokens, or the text is not that of the vectors.
    """
    spans = spelling.late_spans(query)
    theirs = spelling.late_spans(chunk.passage)
    if spans is None or theirs is None or (len(spans), len(theirs)) != (len(asked), len(stored)):
        return None
    if not len(stored) or not len(asked):
        return ()
    products = asked @ stored.T
    nearest = products.argmax(axis=1)
    return tuple(
        _token_match(query[slice(*span)], asked[row], stored[best], place_of(chunk, theirs[best]))
        for row, (span, best) in enumerate(zip(spans, nearest.tolist(), strict=True))
    )


def _token_match(token: str, asked: FloatArray, stored: FloatArray, place: Place) -> TokenMatch:
    weight, length = float(np.linalg.norm(asked)), float(np.linalg.norm(stored))
    added = float(asked @ stored)
    # A token that counts nothing has no direction, so nothing is nearest to it.
    similarity = added / (weight * length) if weight and length else 0.0
    text, part, start, end = place
    return TokenMatch(token, text, part, weight, similarity, added, start, end)


def term_matches(
    query: str,
    asked: SparseVector,
    chunk: Chunk,
    stored: SparseVector,
    idf: Mapping[int, float],
    spelling: Spelling,
) -> tuple[TermMatch, ...] | None:
    """The terms that query and passage share, most added first; `idf` is that of each term. None
    if the model does not tell which words its terms are."""
    ours, theirs = spelling.sparse_terms(query), spelling.sparse_terms(chunk.passage)
    if ours is None or theirs is None:
        return None
    weights = weights_of(stored)
    found = []
    for id, count in weights_of(asked).items():
        if weight := weights.get(id, 0.0):
            words = (query[term.start : term.end] for term in ours if term.id == id)
            places = [place_of(chunk, term[1:]) for term in theirs if term.id == id]
            found.append(_term_match(words, places, weight, count * idf.get(id, 0.0)))
    return tuple(sorted(found, key=lambda match: -match.added))


def _term_match(
    words: Iterator[str], places: Sequence[Place], weight: float, idf: float
) -> TermMatch:
    return TermMatch(
        query_words=_distinct(words),
        words=_distinct(place.text for place in places),
        weight=weight,
        idf=idf,
        added=weight * idf,
        spans=tuple(_spans(places)),
    )


def _spans(places: Sequence[Place]) -> Iterator[Span]:
    for place in places:
        if place.start is not None and place.end is not None:
            yield place.start, place.end


def _distinct(words: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def weights_of(vector: SparseVector) -> dict[int, float]:
    """The weight of each term."""
    return dict(zip(vector.indices.tolist(), vector.values.tolist(), strict=True))


def place_of(chunk: Chunk, span: Span) -> Place:
    """The place of the characters [start, end) of what is embedded of a chunk."""
    passage, (start, end) = chunk.passage, span
    before = len(passage) - len(chunk.text)
    if start >= before:
        shift = chunk.start - before
        return Place(passage[start:end], "text", start + shift, end + shift)
    lead_start = before - len(chunk.lead) - 1
    return Place(passage[start:end], "lead" if chunk.lead and start >= lead_start else "labels")
