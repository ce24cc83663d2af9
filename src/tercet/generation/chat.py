"""Answers written by an OpenAI-compatible model from the packed context."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tercet.errors import GenerationError
from tercet.generation.citations import cite
from tercet.generation.extractive import ABSTAINED, worth
from tercet.generation.prompts import NOT_FOUND, SYSTEM, user_message
from tercet.generation.sentences import split_sentences
from tercet.generation.support import rank_sentences
from tercet.ports import Encoder
from tercet.types import Citation, Context, Draft, Usage

if TYPE_CHECKING:
    import openai
    from openai.types.chat import ChatCompletion

_MARKER = re.compile(r"\[(\d+(?:\s*,\s*\d+)*)\]")


class ChatGenerator:
    """A `Generator` over the chat completions of any OpenAI-compatible endpoint.

    For every marker the model sets, the sentence of that passage which supports the marked
    statement best is quoted; a marker without such a passage is taken out of the answer.
    """

    depth = 0

    def __init__(
        self, client: openai.OpenAI, encoder: Encoder, model: str, temperature: float
    ) -> None:
        self.name = model
        self._client = client
        self._encoder = encoder
        self._temperature = temperature

    def __call__(self, question: str, context: Context) -> Draft:
        if not context.hits:
            return Draft(ABSTAINED, abstained=True)
        completion = self._complete(question, context)
        text = (completion.choices[0].message.content or "").strip() if completion.choices else ""
        if not text:
            raise GenerationError(
                f"The model {self.name} returned an empty answer.", "Ask again.", retriable=True
            )
        usage = _usage(completion)
        if NOT_FOUND in text:
            return Draft(ABSTAINED, abstained=True, usage=usage)
        return Draft(
            _without_wrong_markers(text, len(context.hits)),
            abstained=False,
            citations=tuple(self._citations(text, context)),
            usage=usage,
        )

    def _complete(self, question: str, context: Context) -> ChatCompletion:
        import openai

        try:
            return self._client.chat.completions.create(
                model=self.name,
                temperature=self._temperature,
                messages=[
                    {"role": "system", "content": SYSTEM},
                    {"role": "user", "content": user_message(question, context)},
                ],
            )
        except openai.APIStatusError as error:
            raise _refused(self.name, error.status_code, error.message) from error
        except openai.OpenAIError as error:
            raise GenerationError(
                f"The model {self.name} cannot be reached: {error}.",
                "Check OPENAI_BASE_URL and the network.",
                retriable=True,
            ) from error

    def _citations(self, text: str, context: Context) -> list[Citation]:
        """One citation a passage that is marked, in the order of the first marks."""
        found: dict[int, Citation] = {}
        for statement in split_sentences(text):
            for marker in _markers(statement.text):
                if marker not in found and 1 <= marker <= len(context.hits):
                    found[marker] = self._quote(statement.text, marker, context)
        return list(found.values())

    def _quote(self, statement: str, marker: int, context: Context) -> Citation:
        hit = context.hits[marker - 1]
        claim = _MARKER.sub("", statement)
        best = max(rank_sentences(claim, [hit], self._encoder), key=worth)
        return cite(marker, hit, best.sentence.start, best.sentence.end)


def _markers(text: str) -> list[int]:
    return [int(number) for group in _MARKER.findall(text) for number in group.split(",")]


def _without_wrong_markers(text: str, passages: int) -> str:
    """The text without markers that name no passage."""

    def keep(match: re.Match[str]) -> str:
        numbers = [int(number) for number in match[1].split(",")]
        return "".join(f"[{number}]" for number in numbers if 1 <= number <= passages)

    return _MARKER.sub(keep, text)


def _usage(completion: ChatCompletion) -> Usage:
    usage = completion.usage
    return Usage(usage.prompt_tokens, usage.completion_tokens) if usage else Usage()


def _refused(model: str, status: int, message: str) -> GenerationError:
    helps: dict[int, str] = {
        401: "Check OPENAI_API_KEY.",
        403: "Check OPENAI_API_KEY and what it may use.",
        404: "Check TERCET_MODEL and OPENAI_BASE_URL.",
        429: "Wait, or raise the limit of the account.",
    }
    return GenerationError(
        f"The model {model} refused the request ({status}): {message}.",
        helps.get(status, ""),
        retriable=status == 429 or status >= 500,
    )
