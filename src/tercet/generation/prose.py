"""Prose with markers: its sentences, and the sentences of the passages that they rest on."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from tercet.generation.claims import MARKER, without_markers
from tercet.generation.extractive.support import rank_sentences
from tercet.generation.quotes import Place
from tercet.generation.sentences import Sentence, split_sentences
from tercet.ports import Encoder
from tercet.types import Hit

_FIRST_MARKERS = re.compile(rf"(?:{MARKER.pattern}[ \t]*)+")


def without_wrong_markers(text: str, passages: int) -> str:
    """The text without markers that name no passage."""

    def keep(match: re.Match[str]) -> str:
        numbers = [int(number) for number in match[1].split(",")]
        return "".join(f"[{number}]" for number in numbers if 1 <= number <= passages)

    return MARKER.sub(keep, text)


def marked_sentences(text: str) -> list[Sentence]:
    """The sentences of a text; markers behind a full stop belong to the sentence before it."""
    found: list[Sentence] = []
    for sentence in split_sentences(text):
        start = sentence.start
        markers = _FIRST_MARKERS.match(text, start, sentence.end)
        if markers and found and "\n" not in text[found[-1].end : start]:
            end = start + len(markers.group().rstrip())
            found[-1] = _cut(text, found[-1].start, end)
            start = markers.end()
        if start < sentence.end:
            found.append(_cut(text, start, sentence.end))
    return found


def _cut(text: str, start: int, end: int) -> Sentence:
    return Sentence(text[start:end], start, end)


def sentence_behind(statement: str, marker: int, hit: Hit, encoder: Encoder) -> Place | None:
    """The sentence of a marked passage that supports the statement best."""
    ranked = rank_sentences(without_markers(statement), [hit], encoder)
    if not ranked:
        return None
    best = max(ranked, key=lambda one: one.score).sentence
    return Place(marker, best.start, best.end)


def sentence_like(statement: str, hits: Sequence[Hit], encoder: Encoder) -> Place | None:
    """The first sentence of the passages with most terms of a statement that cites none, found by
    terms alone; None if they share none."""
    places = [
        (Place(marker, sentence.start, sentence.end), sentence.text)
        for marker, hit in enumerate(hits, start=1)
        for sentence in split_sentences(hit.text)
    ]
    wanted, *given = encoder.sparse_passages([statement, *(text for _, text in places)])
    shared = [int(np.isin(wanted.indices, terms.indices).sum()) for terms in given]
    best = max(range(len(places)), key=lambda at: shared[at], default=-1)
    return places[best][0] if best >= 0 and shared[best] else None
