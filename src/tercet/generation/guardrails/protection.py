"""What one call of a model is shown of a question and its passages, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tercet.config import InjectionPolicy
from tercet.generation.guardrails.masking import Detector, Mask
from tercet.generation.guardrails.neutral import neutralise, report, unescape
from tercet.types import Context


class Protection:
    """A question and a context as one call of a model may see them.

    `question` and `context` are masked and made harmless, and for the prompt alone: quotes are
    looked up in the context that was given. `boundary` is a random word that stands in neither.
    `warnings` tell which sources hold orders to a model. Raises `SettingsError` if data is to be
    masked and the extra is not installed.
    """

    def __init__(
        self,
        question: str,
        context: Context,
        policy: InjectionPolicy = "flag",
        detectors: Sequence[Detector] = (),
    ) -> None:
        texts = [hit.chunk.text for hit in context.hits]
        leads = [hit.chunk.lead for hit in context.hits]
        self._mask = Mask(detectors, [question, *texts, *leads])
        # Masked first: a note inside of a secret would hide it from the detectors.
        shown = neutralise([self._mask.mask(text) for text in [*texts, *leads]], policy)
        hits = [
            replace(hit, chunk=replace(hit.chunk, text=text, lead=lead))
            for hit, text, lead in zip(
                context.hits, shown.texts[: len(texts)], shown.texts[len(texts) :], strict=True
            )
        ]
        self.question = self._mask.mask(question)
        self.context = replace(context, hits=tuple(hits))
        self.boundary = shown.boundary
        reports = (
            report(hit.source, found, policy)
            for hit, found in zip(context.hits * 2, shown.findings, strict=True)
        )
        self.warnings = tuple(dict.fromkeys(filter(None, reports)))

    def restored(self, written: str) -> str:
        """What the model wrote, with the values for placeholders and the usual brackets, so that
        its quotes can be found in the original."""
        return self._mask.unmask(unescape(written))
