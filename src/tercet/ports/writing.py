"""What writes answers."""

from __future__ import annotations

import collections.abc
from typing import Protocol

from tercet.types import Completion, Context, Draft


class ChatModel(Protocol):
    """A model that writes."""

    name: str

    def complete(self, system: str, user: str) -> Completion:
        """What the model answers to one message.

        Raises `GenerationError`, whose `partial` is what had arrived.
        """
        ...

    def stream(self, system: str, user: str) -> collections.abc.Generator[str, None, Completion]:
        """The answer as it comes, for doors that show it; the generator returns the whole.

        Closing it stops the model. Raises as `complete` does. What was shown cannot be taken
        back: once text has come, nothing is tried again and no other model asked.
        """
        ...


class Generator(Protocol):
    """Writes an answer from a context. `depth` is how many hits it wants to choose from, if
    that is more than are asked for."""

    name: str
    depth: int

    def __call__(self, question: str, context: Context) -> Draft:
        """A draft whose every citation quotes a hit of the context.

        Raises `GenerationError` when the model cannot be reached or refuses.
        """
        ...
