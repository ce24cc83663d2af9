"""What went wrong, as one error of Tercet's tree that says what to do."""

from __future__ import annotations

import functools
import importlib
import importlib.util
from typing import TYPE_CHECKING

from tercet.errors import (
    AnswerCut,
    ContextTooLong,
    GenerationError,
    KeyRefused,
    ModelFailed,
    ModelMissing,
    ModelRefused,
    ModelTimeout,
    ModelUnreachable,
    RateLimited,
)
from tercet.generation.client.waits import retry_after

if TYPE_CHECKING:
    import openai

# Phrases by which endpoints say it, where they have no code for it: OpenAI, vLLM, llama.cpp, Azure.
_TOO_LONG = (
    "context_length_exceeded",
    "maximum context length",
    "context length",
    "exceed_context_size",
    "exceeds the available context",
    "context window",
    "prompt is too long",
)
_FILTERED = ("content_filter", "content management policy", "content_policy_violation")
_NO_CREDIT = ("insufficient_quota", "billing_hard_limit", "billing_not_active")
_NO_MODEL = ("model_not_found",)
_NEVER = (501, 505)  # statuses of a server that will not be able to next time either


@functools.cache
def transport_errors() -> tuple[type[Exception], ...]:
    """What the HTTP libraries raise; newer versions of the openai client bring one of their own."""
    found = [name for name in ("httpx", "httpx2") if importlib.util.find_spec(name)]
    return tuple(importlib.import_module(name).HTTPError for name in found)


def broken_off(model: str, error: Exception) -> GenerationError:
    """The error for a connection that ended in the middle of an answer."""
    return AnswerCut(
        f"The answer of {model} broke off: {_reason(error)}.", "Ask again; check the network."
    )


def not_connected(model: str, error: openai.OpenAIError, seconds: float) -> GenerationError:
    """The error for a request that came to no response."""
    import openai

    if isinstance(error, openai.APITimeoutError):
        return ModelTimeout(
            f"The endpoint of {model} could not be connected to in {seconds:g} s.",
            "Check OPENAI_BASE_URL and the network, or raise TERCET_CONNECT_TIMEOUT.",
        )
    return ModelUnreachable(
        f"The model {model} cannot be reached: {_reason(error.__cause__ or error)}.",
        "Check OPENAI_BASE_URL and the network.",
    )


def refused(model: str, error: openai.APIStatusError, key: str) -> GenerationError:
    """The error for a response with a status of 400 and above; `key` is kept out of it."""
    status, told = error.status_code, words_of(error)
    message = f"The model {model} refused the request ({status}): {_short(told, key)}."
    wait = retry_after(error.response.headers)
    if status in (400, 413, 422):
        return _bad_request(model, status, told.lower(), message)
    if status in (401, 403, 404):
        return _not_allowed(status, told.lower(), message)
    if status == 429:
        return _limited(told.lower(), message, wait)
    if status >= 500 or status in (408, 409, 425):
        return ModelFailed(
            message, "Ask again later.", retriable=status not in _NEVER, retry_after=wait
        )
    return GenerationError(message, "Check OPENAI_BASE_URL and the settings of the model.")


def words_of(error: openai.APIStatusError) -> str:
    """All that an endpoint says in an error: message, code, type and parameter."""
    body = error.body
    if isinstance(body, dict):
        inner = body.get("error")
        body = inner if isinstance(inner, dict) else body
        parts = (body.get(name) for name in ("message", "detail", "code", "type", "param"))
        return " ".join(str(part) for part in parts if part)
    return str(body or error.message)


def _bad_request(model: str, status: int, told: str, message: str) -> GenerationError:
    if status == 413 or any(phrase in told for phrase in _TOO_LONG):
        return ContextTooLong(message, "Lower TERCET_CONTEXT_TOKENS, or use another model.")
    if any(phrase in told for phrase in _FILTERED):
        return ModelRefused(message, "Ask it in other words.")
    return GenerationError(message, "Check TERCET_MODEL and its settings.")


def _not_allowed(status: int, told: str, message: str) -> GenerationError:
    if status == 404 or any(phrase in told for phrase in _NO_MODEL):
        return ModelMissing(message, "Check TERCET_MODEL and OPENAI_BASE_URL.")
    more = " and what it may use" if status == 403 else ""
    return KeyRefused(message, f"Check OPENAI_API_KEY{more}.")


def _limited(told: str, message: str, wait: float | None) -> GenerationError:
    if any(phrase in told for phrase in _NO_CREDIT):
        return RateLimited(message, "Check the account's credit and limits.", retriable=False)
    until = f" {wait:.0f} s" if wait else ""
    return RateLimited(
        message, f"Wait{until}, or raise the limit of the account.", retry_after=wait
    )


def _short(told: str, key: str) -> str:
    """Its beginning, on one line, without the key."""
    line = " ".join(told.split())
    return (line.replace(key, "***") if len(key) > 4 else line)[:300].rstrip(".")


def _reason(error: BaseException) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:300].rstrip(".")
