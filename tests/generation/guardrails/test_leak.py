"""Answers that give away the system prompt."""

from __future__ import annotations

import base64
import codecs

import pytest

from tercet.generation.guardrails.leak import find_leak
from tercet.generation.prompts import SYSTEM

PART = " ".join(SYSTEM.split()[4:40])
CANARY = "5f1b7c9a0d2e4c6b"


@pytest.mark.parametrize(
    "answer",
    [
        SYSTEM,
        f"Sure! {PART}",
        PART.upper(),
        PART.replace(" ", "\n* "),
        codecs.encode(PART, "rot13"),
        base64.b64encode(PART.encode()).decode(),
        PART[::-1],
        PART.replace("a", "\u0430"),
    ],
)
def test_leaks_are_found(answer: str) -> None:
    assert find_leak(answer, SYSTEM)


def test_the_canary_is_found() -> None:
    assert find_leak(f"It says {CANARY.upper()}.", "Be brief.", CANARY) == CANARY


@pytest.mark.parametrize(
    "answer",
    [
        "The X200 has a warranty of two years. [1]",
        "The passages do not hold the answer.",
        "Say only what the passages say.",
        "",
    ],
)
def test_honest_answers_pass(answer: str) -> None:
    assert not find_leak(answer, SYSTEM, CANARY)
