"""Hits in the order that a model which writes puts them in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

from tercet.errors import GenerationError, SettingsError
from tercet.ports import ChatModel
from tercet.retrieval.rerankers.prompts import SYSTEM, user_message
from tercet.types import Hit

# Passages in one prompt, and how far the next prompt lies before it: Sun et al., EMNLP 2023.
WINDOW = 20
STEP = 10

# A line that is an order and nothing else; it may be broken after a number.
_ORDER = re.compile(r"^[ \t]*(\[\d+\](?:\s*>\s*\[\d+\])*)\s*\.?[ \t]*$", re.MULTILINE)
_NUMBER = re.compile(r"\d+")


class ListwiseReranker:
    """A `Reranker` that shows passages side by side to a chat model (RankGPT: Sun et al., "Is
    ChatGPT Good at Search?", EMNLP 2023).

    Of more than `WINDOW` passages the last ones are ordered first; the best of them go into the
    next window, and so on to the front. `model` is called once, with the first query; None is
    said to be a setting that is missing.
    """

    def __init__(self, name: str, model: Callable[[], ChatModel | None], depth: int) -> None:
        self.name = name
        self.depth = depth
        self._make = model

    def __call__(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        """All of the hits. A model gives an order and no scores, so these fall evenly from 1 for
        the first. Raises `GenerationError` when the model fails or gives no order, `SettingsError`
        when none is set."""
        order = list(hits)
        for start in _starts(len(order)):
            order[start : start + WINDOW] = self._put_in_order(query, order[start : start + WINDOW])
        return [replace(hit, score=1 - place / len(order)) for place, hit in enumerate(order)]

    @cached_property
    def _model(self) -> ChatModel:
        model = self._make()
        if model is None:
            raise SettingsError(
                "The reranker is the model that writes (TERCET_RERANKER), and none is set.",
                "Set OPENAI_API_KEY or OPENAI_BASE_URL.",
            )
        return model

    def _put_in_order(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        if len(hits) < 2:
            return list(hits)
        reply = self._model.complete(SYSTEM, user_message(query, hits)).text
        places = parse_order(reply, len(hits))
        if not places:
            raise GenerationError(
                f"The model {self.name} gave no order of the passages.",
                "Ask again, or set another TERCET_MODEL.",
                retriable=True,
            )
        return [hits[place] for place in places]


def parse_order(reply: str, size: int) -> list[int]:
    """The order of `size` passages as 0-based places; empty if the reply holds none.

    Only a line such as `[3] > [1]` counts, of several the longest. Numbers of no passage and
    repeats are passed over; passages that are not named follow in their order.
    """
    lines: list[str] = _ORDER.findall(reply)
    if not lines:
        return []
    # The most digits a place can have; a longer number is none, and may be too long for `int`.
    named = [
        int(number) - 1
        for number in _NUMBER.findall(max(lines, key=lambda line: line.count("[")))
        if len(number) <= len(str(size))
    ]
    valid = [place for place in dict.fromkeys(named) if 0 <= place < size]
    return list(dict.fromkeys((*valid, *range(size)))) if valid else []


def _starts(size: int) -> list[int]:
    """Where the windows begin, the last one first; the first one begins at 0."""
    return [*range(size - WINDOW, 0, -STEP), 0]
