"""A second opinion on claims: a chat model says for each whether its evidence supports it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from tercet.errors import GenerationError
from tercet.generation.entailment import Evidence
from tercet.generation.prompts import JUDGE, judged_message
from tercet.ports import ChatModel
from tercet.types import Usage

_VERDICT = re.compile(r"^\W*(?:claim\s*)?(\d+)\W+(yes|no)\b", re.IGNORECASE | re.MULTILINE)


class Verdicts(NamedTuple):
    """Yes or no for each claim, None where the judge said neither; the tokens it took, and what
    went wrong, if anything."""

    supported: tuple[bool | None, ...]
    usage: Usage = Usage()
    warning: str = ""


class Judge:
    """Asks one chat model once an answer."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    def __call__(self, claims: Sequence[str], evidence: Sequence[Evidence]) -> Verdicts:
        """The verdicts, in the order of the claims. A judge that fails has none, and a warning."""
        if not claims:
            return Verdicts(())
        pairs = [(claim, its.near) for claim, its in zip(claims, evidence, strict=True)]
        try:
            completion = self._model.complete(JUDGE, judged_message(pairs))
        except GenerationError as error:
            return Verdicts(
                (None,) * len(claims), warning=f"Support was scored without the judge: {error}"
            )
        said = {int(number): word.lower() == "yes" for number, word in
                _VERDICT.findall(completion.text)}  # fmt: skip
        found = tuple(said.get(number) for number in range(1, len(claims) + 1))
        missing = sum(verdict is None for verdict in found)
        warning = f"The judge {self._model.name} left {missing} of {len(found)} claims unjudged."
        return Verdicts(found, completion.usage, warning if missing else "")
