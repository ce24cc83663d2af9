"""What a chat model makes of a question, read into lines."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from functools import cached_property

from tercet.errors import GenerationError
from tercet.ports import ChatModel

LONGEST_LINE = 300  # characters of a reworded question
LONGEST_PASSAGE = 2000  # of a passage; about 500 tokens, more than a chunk has by default
_KEPT = 32  # replies that are remembered

_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
# A bullet, or a number with a mark after it: "1." "2)" "(3)" "4:" "a)"; not "3.5 litres",
# "10:30" or the initial in "A. Smith".
_MARKER = re.compile(
    r"^(?:[-*+•–—>#]+\s+|\(?(?:\d{1,2}[.):]|[A-Za-z]\))(?!\d)\)?(?:\s+|$))+",
)
_QUOTES = "\"'`*_“”‘’«» \t"
_WORD = re.compile(r"\w")


class Writer:
    """Asks a chat model, which is made with the first question.

    The last replies are remembered: one query may be searched in several rounds
    (`tercet.retrieval.grouping`), and is to be paid for once.
    """

    def __init__(self, model: Callable[[], ChatModel]) -> None:
        self._make = model
        self._reply = functools.lru_cache(_KEPT)(self._ask)

    def lines(self, system: str, question: str, most: int) -> list[str]:
        """At most `most` other ways to put the question; none if the model repeats it. Raises
        `GenerationError` when the model fails or writes nothing that is a line."""
        found = parse_lines(self._reply(system, question))
        if not found:
            raise self._nothing()
        asked = _key(question)
        return [line for line in found if _key(line) != asked][:most]

    def passage(self, system: str, question: str) -> str:
        """A text on the question, in one paragraph. Raises `GenerationError`."""
        words = _THOUGHT.sub("", self._reply(system, question)).split()
        if not words:
            raise self._nothing()
        return _shortened(" ".join(words), LONGEST_PASSAGE)

    @cached_property
    def _model(self) -> ChatModel:
        return self._make()

    def _ask(self, system: str, question: str) -> str:
        return self._model.complete(system, question).text

    def _nothing(self) -> GenerationError:
        return GenerationError(
            f"The model {self._model.name} wrote nothing to search for.",
            "Ask again, or set another TERCET_MODEL.",
            retriable=True,
        )


def parse_lines(reply: str) -> list[str]:
    """The questions in a reply, one a line, each once: without what the model thought, bullets,
    numbers, quotation marks, lines that announce others ("Here they are:"), and without what is
    beyond `LONGEST_LINE` characters."""
    lines = [_bare(line) for line in _THOUGHT.sub("", reply).splitlines()]
    found = [line for line in lines if _WORD.search(line) and not line.endswith(":")]
    distinct: dict[str, str] = {}
    for line in found:
        distinct.setdefault(_key(line), _shortened(line, LONGEST_LINE))
    return list(distinct.values())


def _bare(line: str) -> str:
    line = line.strip()
    if line.startswith("```"):
        return ""
    return " ".join(_MARKER.sub("", line).strip(_QUOTES).split())


def _key(line: str) -> str:
    """What two ways to put a question have in common if they differ in case and marks alone."""
    return " ".join(re.findall(r"\w+", line.casefold()))


def _shortened(text: str, limit: int) -> str:
    """The text, or as many of its words as fit."""
    if len(text) <= limit:
        return text
    return text[: limit + 1].rpartition(" ")[0] or text[:limit]
