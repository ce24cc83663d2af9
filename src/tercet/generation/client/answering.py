"""A call from the question to the answer: the models in order, one account, one event."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from tercet.errors import (
    AnswerCut,
    BreakerOpen,
    GenerationError,
    MalformedAnswer,
    ModelFailed,
    ModelMissing,
    ModelRefused,
    ModelTimeout,
    ModelUnreachable,
    RateLimited,
)
from tercet.generation.client.call import Call
from tercet.generation.client.events import CallEvent, emit
from tercet.generation.client.limits import Prompt
from tercet.types import Completion

if TYPE_CHECKING:
    from tercet.generation.client.openai_chat import OpenAIChat

# What one model may fail at and another not.
OUT = (
    AnswerCut,
    BreakerOpen,
    MalformedAnswer,
    ModelFailed,
    ModelMissing,
    ModelTimeout,
    ModelUnreachable,
    RateLimited,
)


def answer(
    models: Sequence[OpenAIChat], prompt: Prompt, *, live: bool, on_refusal: bool = False
) -> Generator[str, None, Completion]:
    """The text as it comes, if `live`, from the first model that is not out; returns the whole.

    `on_refusal` asks the next model too where one will not answer. Raises the error of the last
    model that was asked, with the text that had arrived.
    """
    models[0].endpoint.client()  # what is slow to import is not on the call's time
    call = Call(prompt, models[0].limits, live)
    model, outcome, finish = models[0], "closed", ""
    try:
        for model in models:
            try:
                finish = yield from model.run(call)
                outcome = "ok"
                return Completion(call.answer, call.usage(model.name, finish))
            except GenerationError as error:
                outcome = error.code
                if model is models[-1] or not _next_may(error, call, on_refusal):
                    _add_account(error, model.name, call)
                    raise
        raise AssertionError("the last model ends in a return or an error")
    finally:
        emit(
            CallEvent(
                model.name,
                model.endpoint.host,
                outcome,
                call.usage(model.name, finish),
                call.first_token,
                call.tried,
                prompt if model.log_content else None,
                call.answer or call.partial,
            )
        )


def drained(answering: Generator[str, None, Completion]) -> Completion:
    """The whole answer."""
    while True:
        try:
            next(answering)
        except StopIteration as end:
            completion: Completion = end.value
            return completion


def _next_may(error: GenerationError, call: Call, on_refusal: bool) -> bool:
    """Whether the next model is asked."""
    if call.shown or call.left <= 0:
        return False
    return isinstance(error, OUT) or (on_refusal and isinstance(error, ModelRefused))


def _add_account(error: GenerationError, model: str, call: Call) -> None:
    """Completes the error with what had arrived, and with what became of the models before."""
    error.partial = call.partial
    before = dict.fromkeys(entry for entry in call.tried if not entry.startswith(f"{model}: "))
    if before:
        error.message = f"{error.message} Before it, {', '.join(before)}."
