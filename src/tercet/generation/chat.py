"""Answers written by a chat model from the packed context."""

from __future__ import annotations

import re

from tercet.generation.citations import cite
from tercet.generation.extractive import ABSTAINED, worth
from tercet.generation.prompts import NOT_FOUND, SYSTEM, user_message
from tercet.generation.sentences import split_sentences
from tercet.generation.support import rank_sentences
from tercet.ports import ChatModel, Encoder
from tercet.types import Citation, Context, Draft

_MARKER = re.compile(r"\[(\d+(?:\s*,\s*\d+)*)\]")


class ChatGenerator:
    """A `Generator` over any chat model.

    For every marker the model sets, the sentence of that passage which supports the marked
    statement best is quoted; a marker without such a passage is taken out of the answer.
    """

    depth = 0

    def __init__(self, model: ChatModel, encoder: Encoder) -> None:
        self.name = model.name
        self._model = model
        self._encoder = encoder

    def __call__(self, question: str, context: Context) -> Draft:
        if not context.hits:
            return Draft(ABSTAINED, abstained=True)
        text, usage = self._model.complete(SYSTEM, user_message(question, context))
        if NOT_FOUND in text:
            return Draft(ABSTAINED, abstained=True, usage=usage)
        return Draft(
            _without_wrong_markers(text, len(context.hits)),
            abstained=False,
            citations=tuple(self._citations(text, context)),
            usage=usage,
        )

    def _citations(self, text: str, context: Context) -> list[Citation]:
        """One citation a passage that is marked, in the order of the first marks."""
        found: dict[int, Citation] = {}
        for statement in split_sentences(text):
            for marker in _markers(statement.text):
                if marker not in found and 1 <= marker <= len(context.hits):
                    found[marker] = self._quote(statement.text, marker, context)
        return list(found.values())

    def _quote(self, statement: str, marker: int, context: Context) -> Citation:
        hit = context.hits[marker - 1]
        claim = _MARKER.sub("", statement)
        best = max(rank_sentences(claim, [hit], self._encoder), key=worth)
        return cite(marker, hit, best.sentence.start, best.sentence.end)


def _markers(text: str) -> list[int]:
    return [int(number) for group in _MARKER.findall(text) for number in group.split(",")]


def _without_wrong_markers(text: str, passages: int) -> str:
    """The text without markers that name no passage."""

    def keep(match: re.Match[str]) -> str:
        numbers = [int(number) for number in match[1].split(",")]
        return "".join(f"[{number}]" for number in numbers if 1 <= number <= passages)

    return _MARKER.sub(keep, text)
