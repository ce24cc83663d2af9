"""Several models in order: the next is asked when one is out."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from tercet.generation.client.answering import answer, drained
from tercet.generation.client.limits import Prompt
from tercet.generation.client.openai_chat import OpenAIChat
from tercet.types import Completion


class FallbackChat:
    """A `ChatModel` over several, the first of which gives its name.

    A model is out when its breaker is open, when the endpoint does not have it, or when its
    retries are used up. A refusal of the content is an answer of a kind, and passed on unless
    `on_refusal`; so are errors that the next model would make too. Time and cost are those of
    all attempts; `usage.model` says which wrote.
    """

    def __init__(self, models: Sequence[OpenAIChat], *, on_refusal: bool = False) -> None:
        self.name = models[0].name
        self._models = tuple(models)
        self._on_refusal = on_refusal

    def complete(self, system: str, user: str) -> Completion:
        return drained(self._answer(system, user, live=False))

    def stream(self, system: str, user: str) -> Generator[str, None, Completion]:
        return self._answer(system, user, live=True)

    def _answer(self, system: str, user: str, *, live: bool) -> Generator[str, None, Completion]:
        prompt = Prompt(system, user)
        return answer(self._models, prompt, live=live, on_refusal=self._on_refusal)
