"""A chat model that says what it is told to, for tests of what is made of it."""

from __future__ import annotations

from collections.abc import Generator

from tercet.errors import GenerationError
from tercet.types import Completion


class Played:
    """A `ChatModel` with one answer, or one failure; it keeps what it was sent."""

    name = "played"

    def __init__(self, answer: Completion | GenerationError | str) -> None:
        self._answer = Completion(answer) if isinstance(answer, str) else answer
        self.sent: list[tuple[str, str]] = []

    def complete(self, system: str, user: str) -> Completion:
        self.sent.append((system, user))
        if isinstance(self._answer, GenerationError):
            raise self._answer
        return self._answer

    def stream(self, system: str, user: str) -> Generator[str, None, Completion]:
        completion = self.complete(system, user)
        yield completion.text
        return completion
