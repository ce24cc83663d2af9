"""Whether an answer gives away what the model was told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tercet.generation.guardrails.encodings import decoded_parts
from tercet.generation.guardrails.views import views

WORDS = 10  # that follow each other in both: the longest run by chance in honest answers is less
_WORD = re.compile(r"[^\W_]+")


def find_leak(answer: str, system: str, canary: str = "") -> str:
    """What of the system prompt stands in the answer: a run of at least `WORDS` of its words, or
    the canary (a random word of the prompt); "" if nothing does.

    The answer is read as it is, spelled out, reversed, in rot13 and decoded. A translation or a
    summary of the prompt is not found.
    """
    runs = _runs(_WORD.findall(system.lower()))
    for text in _readings(answer):
        if canary and canary.lower() in text:
            return canary
        words = _WORD.findall(text)
        for start in range(len(words) - WORDS + 1):
            if (run := " ".join(words[start : start + WORDS])) in runs:
                return run
    return ""


def _runs(words: list[str]) -> set[str]:
    return {" ".join(words[i : i + WORDS]) for i in range(len(words) - WORDS + 1)}


def _readings(answer: str) -> Iterator[str]:
    yield from (view.text for view in views(answer))
    yield answer[::-1].lower()
    for part in decoded_parts(answer):
        yield from (view.text for view in views(part.text))
