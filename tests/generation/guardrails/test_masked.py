"""No call of a model is sent what is to be masked, whoever makes it."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercet.generation.guardrails.detectors import make_detectors
from tercet.generation.guardrails.masked import Masked
from tercet.generation.guardrails.neutral import new_boundary
from tercet.types import Completion

pytest.importorskip("phonenumbers")
pytest.importorskip("detect_secrets")

DETECTORS = make_detectors(("secrets", "personal"))
MAIL = "anna.maier@example.org"
USER = f"Is {MAIL} the owner of AKIAIOSFODNN7EXAMPLE? See [2]."


class Echo:
    """A model that says what it was sent, in pieces of `size` characters."""

    name = "echo"

    def __init__(self, size: int = 7) -> None:
        self.seen: list[str] = []
        self._size = size

    def complete(self, system: str, user: str) -> Completion:
        self.seen.append(user)
        return Completion(user)

    def stream(self, system: str, user: str) -> Generator[str, None, Completion]:
        self.seen.append(user)
        for start in range(0, len(user), self._size):
            yield user[start : start + self._size]
        return Completion(user)


def test_the_model_sees_placeholders_and_the_caller_the_values() -> None:
    model = Echo()
    assert Masked(model, DETECTORS).complete("Judge.", USER).text == USER
    [sent] = model.seen
    assert "example.org" not in sent
    assert "AKIA" not in sent
    assert "[EMAIL_1]" in sent


@given(st.integers(1, 60))
def test_a_stream_says_the_same_however_it_is_cut(size: int) -> None:
    model = Echo(size)
    pieces: list[str] = []
    stream = Masked(model, DETECTORS).stream("Judge.", USER)
    try:
        while True:
            pieces.append(next(stream))
    except StopIteration as end:
        assert end.value.text == USER
    assert "".join(pieces) == USER
    assert "AKIA" not in model.seen[0]


def test_the_boundary_of_passages_is_no_secret() -> None:
    for _ in range(200):
        word = new_boundary(())
        user = f'<passage-{word} number="1" source="a.md">\nText.\n</passage-{word}>'
        model = Echo()
        Masked(model, DETECTORS).complete("", user)
        assert model.seen == [user]
