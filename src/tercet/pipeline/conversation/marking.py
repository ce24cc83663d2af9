"""Markers in a question that mean citations of earlier answers: `[2]`, or `[1:2]` for the first
turn's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from tercet.errors import UsageError
from tercet.pipeline.conversation.history import Passage, Turn
from tercet.types import Citation

_MARKER = re.compile(r"\s*\[(?:(\d{1,3}):)?(\d{1,3})\]")


class Marked(NamedTuple):
    """The question without its markers, and what each of them means."""

    question: str
    citations: tuple[Citation, ...] = ()
    passages: tuple[Passage, ...] = ()


def resolve(question: str, turns: Sequence[Turn]) -> Marked:
    """What the markers of a question mean; one that means nothing stays in the question, as
    brackets have other uses too."""
    citations: list[Citation] = []
    passages: list[Passage] = []

    def take(match: re.Match[str]) -> str:
        found = _find(turns, int(match[2]), int(match[1]) if match[1] else None)
        if found is None:
            return match[0]
        citations.append(found[0])
        passages.append(found[1])
        return ""

    text = " ".join(_MARKER.sub(take, question).split())
    return Marked(text, tuple(citations), tuple(passages))


def citation(turns: Sequence[Turn], marker: int, turn: int | None = None) -> Citation:
    """The citation with a marker: of that turn (the first is 1), else of the newest turn that has
    it. Raises `UsageError` where there is none."""
    found = _find(turns, marker, turn)
    if found is None:
        where = f"turn {turn}" if turn else "this conversation"
        raise UsageError(f"There is no citation [{marker}] in {where}.", "`:sources` lists them.")
    return found[0]


def _find(
    turns: Sequence[Turn], marker: int, number: int | None
) -> tuple[Citation, Passage] | None:
    chosen = turns[::-1] if number is None else turns[max(0, number - 1) : number]
    for turn in chosen:
        for one, passage in zip(turn.citations, turn.passages, strict=True):
            if one.marker == marker:
                return one, passage
    return None
