"""A chat model that sees placeholders where secrets and personal data stand."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from tercet.generation.guardrails.masking import Detector, Mask
from tercet.ports import ChatModel
from tercet.types import Completion

# How long a placeholder may be; text that is held back is no longer than that.
_LONGEST = 24


class Masked:
    """A `ChatModel` that masks each message before it is sent, and puts the values back into what
    comes. Whatever asks a model goes through it: judges, rerankers, rewriting, expansions.
    """

    def __init__(self, model: ChatModel, detectors: Sequence[Detector]) -> None:
        self.name = model.name
        self._model = model
        self._detectors = detectors

    def complete(self, system: str, user: str) -> Completion:
        mask = Mask(self._detectors, [user])
        written = self._model.complete(system, mask.mask(user))
        return written._replace(text=mask.unmask(written.text))

    def stream(self, system: str, user: str) -> Generator[str, None, Completion]:
        mask = Mask(self._detectors, [user])
        pieces = self._model.stream(system, mask.mask(user))
        held = ""
        while True:
            try:
                held += next(pieces)
            except StopIteration as end:
                written: Completion = end.value
                break
            ready, held = _ready(held)
            if ready:
                yield mask.unmask(ready)
        if held:
            yield mask.unmask(held)
        return written._replace(text=mask.unmask(written.text))


def _ready(text: str) -> tuple[str, str]:
    """What can be shown, and the beginning of what may become a placeholder."""
    start = text.rfind("[")
    if start < 0 or "]" in text[start:] or len(text) - start > _LONGEST:
        return text, ""
    return text[:start], text[start:]
