"""A chat model behind any OpenAI-compatible endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tercet.errors import GenerationError
from tercet.types import Completion, Usage

if TYPE_CHECKING:
    import openai
    from openai.types.chat import ChatCompletion


class OpenAIChat:
    """A `ChatModel` over chat completions."""

    def __init__(self, client: openai.OpenAI, model: str, temperature: float) -> None:
        self.name = model
        self._client = client
        self._temperature = temperature

    def complete(self, system: str, user: str) -> Completion:
        completion = self._complete(system, user)
        text = (completion.choices[0].message.content or "").strip() if completion.choices else ""
        if not text:
            raise GenerationError(
                f"The model {self.name} returned an empty answer.", "Ask again.", retriable=True
            )
        return Completion(text, _usage(completion))

    def _complete(self, system: str, user: str) -> ChatCompletion:
        import openai

        try:
            return self._client.chat.completions.create(
                model=self.name,
                temperature=self._temperature,
                messages=[
                    {"role": "system", "content": system},
                    {"role": "user", "content": user},
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
