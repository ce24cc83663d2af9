"""A chat model behind any OpenAI-compatible endpoint."""

from __future__ import annotations

import dataclasses
import queue
from collections.abc import Generator, Iterator, Mapping
from typing import TYPE_CHECKING

from tercet.errors import (
    AnswerCut,
    BreakerOpen,
    GenerationError,
    MalformedAnswer,
    ModelFailed,
    ModelRefused,
    ModelTimeout,
    ModelUnreachable,
    RateLimited,
)
from tercet.generation.client.answering import answer, drained
from tercet.generation.client.background import iterate
from tercet.generation.client.call import Call, Reply
from tercet.generation.client.endpoint import Endpoint, parameters
from tercet.generation.client.failures import refused, words_of
from tercet.generation.client.limits import Asking, Limits, Prompt
from tercet.generation.client.pieces import Piece
from tercet.generation.client.prices import Price, price_of
from tercet.generation.client.reading import Request, read, too_long
from tercet.generation.client.retries import Retries
from tercet.generation.client.waits import used_up
from tercet.types import Completion

if TYPE_CHECKING:
    pass

# What speaks against an endpoint, and not against the request.
OUTAGES = (ModelUnreachable, ModelTimeout, ModelFailed, AnswerCut)
_GRACE = 5.0  # seconds that the loop may be late before it is taken for dead


class OpenAIChat:
    """A `ChatModel` over chat completions or, where offered, responses.

    Every request streams, so that what had arrived is there when it breaks off. What can be
    retried is, within the limits and the budget of the endpoint. `log_content` puts prompt and
    answer into the event of each call. Safe in threads.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        model: str,
        asking: Asking | None = None,
        limits: Limits | None = None,
        retries: Retries | None = None,
        *,
        prices: Mapping[str, Price] | None = None,
        log_content: bool = False,
    ) -> None:
        self.name = model
        self.limits = limits or Limits()
        self.log_content = log_content
        self.endpoint = endpoint
        self._asking = asking or Asking()
        self._retries = retries or Retries()
        self._price = price_of(model, endpoint.url, prices or {})
        self._standing = endpoint.standing(model)

    def complete(self, system: str, user: str) -> Completion:
        return drained(answer((self,), Prompt(system, user), live=False))

    def stream(self, system: str, user: str) -> Generator[str, None, Completion]:
        return answer((self,), Prompt(system, user), live=True)

    def run(self, call: Call) -> Generator[str, None, str]:
        """The text as it comes, with retries; returns why it ended. `call` keeps the account."""
        for retry in range(self._retries.most + 1):
            try:
                return (yield from self._attempt(call))
            except GenerationError as error:
                call.note(self.name, error)
                wait = self._wait(error, retry, call)
                if wait is None:
                    raise
            self._retries.sleep(wait)
            call.retries += 1
        raise AssertionError("the last retry ends in a return or an error")

    def _wait(self, error: GenerationError, retry: int, call: Call) -> float | None:
        """Seconds until the next attempt, None where there is none."""
        if error.retry_after is not None:
            self._standing.leave_alone(error.retry_after)
        if not error.retriable or call.shown or retry == self._retries.most:
            return None
        if isinstance(error, BreakerOpen) or self._standing.breaker.is_open:
            return None
        wait = self._retries.wait(retry, error.retry_after)
        if wait >= call.left or not self.endpoint.budget.take():
            return None
        return wait

    def _attempt(self, call: Call) -> Generator[str, None, str]:
        """One attempt, on the books of the breaker and of the call."""
        self._admitted(call)
        breaker, reply = self._standing.breaker, Reply()
        try:
            yield from self._read(call, reply)
            self._judge(reply)
        except OUTAGES:
            breaker.failed()
            raise
        except GenerationError:
            breaker.succeeded()  # the endpoint is up, whatever it says
            raise
        except BaseException:
            breaker.released()  # given up by the caller: says nothing of the endpoint
            raise
        finally:
            call.count(reply, self._price)
        breaker.succeeded()
        self.endpoint.budget.succeeded()
        call.answer = reply.whole
        return reply.finish

    def _admitted(self, call: Call) -> None:
        """Waits as long as the endpoint asked for. Raises `RateLimited` where that is longer
        than the call may take, `BreakerOpen` where it is to be left alone."""
        pause = self._standing.pause
        if pause >= call.left:
            raise RateLimited(
                f"{self.endpoint.host} wants {self.name} left alone for {pause:.0f} s more.",
                f"Wait {pause:.0f} s, or raise the limit of the account.",
                retry_after=pause,
            )
        if pause:
            self._retries.sleep(pause)
        if closed_for := self._standing.breaker.admit():
            raise BreakerOpen(
                f"{self.name} at {self.endpoint.host} failed several times in a row and is not "
                f"asked for {closed_for:.0f} s.",
                "Wait, check the endpoint, or set TERCET_FALLBACK_MODELS.",
            )

    def _read(self, call: Call, reply: Reply) -> Iterator[str]:
        """The text of one attempt. A request that the endpoint does not understand is made
        again without what it does not know, which it is not asked for any more."""
        import openai

        while True:
            request = self._request(call)
            try:
                yield from self._collect(request, call, reply)
                self._standing.abilities.proven = True
                return
            except openai.APIStatusError as error:
                failed = refused(self.name, error, self.endpoint.key)
                told = words_of(error).lower()
            if not self._may_ask_again(failed, told, request) or call.left <= 0:
                raise failed

    def _may_ask_again(self, failed: GenerationError, told: str, request: Request) -> bool:
        """Whether the request, which was not understood, has another form."""
        elsewhere = "v1/responses" in told and not request.responses
        if type(failed) is not GenerationError and not elsewhere:
            return False
        return self._standing.abilities.learn(told, frozenset(request.body))

    def _collect(self, request: Request, call: Call, reply: Reply) -> Iterator[str]:
        patience = request.limits.attempt + _GRACE
        try:
            for piece in iterate(read(self.endpoint.client(), request), patience):
                reply.add(piece)
                if piece.alive:
                    call.saw_token()
                if reply.characters > request.limits.characters:
                    raise too_long(self.name, request.limits)
                yield from self._show(piece, call)
        except (AnswerCut, ModelTimeout):
            if not reply.finish:  # else all was there but the endpoint's goodbye
                raise
        except queue.Empty:
            raise ModelTimeout(f"Nothing came of {self.name} for {patience:g} s.") from None

    def _show(self, piece: Piece, call: Call) -> Iterator[str]:
        if piece.text and call.live:
            call.shown = True
            yield piece.text

    def _request(self, call: Call) -> Request:
        abilities, asking, prompt = self._standing.abilities, self._asking, call.prompt
        responses = asking.api == "responses" or (asking.api == "auto" and abilities.responses)
        body = parameters(asking, abilities, responses=responses) | {"model": self.name}
        if responses:
            body |= {"instructions": prompt.system, "input": prompt.user}
        else:
            body["messages"] = [
                {"role": "system", "content": prompt.system},
                {"role": "user", "content": prompt.user},
            ]
        attempt = min(call.limits.attempt, max(call.left, 0.001))
        limits = dataclasses.replace(call.limits, attempt=attempt)
        return Request(self.name, body, responses, limits, self.endpoint.key, self._seen)

    def _seen(self, headers: Mapping[str, str]) -> None:
        """What an endpoint says of its limits in a response that is well."""
        if (pause := used_up(headers)) is not None:
            self._standing.leave_alone(pause)

    def _judge(self, reply: Reply) -> None:
        """Raises what is wrong with a reply that came to its end."""
        if reply.refusal or reply.finish == "content_filter":
            reason = reply.refusal.strip()[:300] or "a filter stopped it"
            raise ModelRefused(
                f"The model {self.name} will not answer this: {reason}", "Ask it in other words."
            )
        if not reply.finish:
            raise AnswerCut(
                f"The answer of {self.name} broke off before its end.",
                "Ask again; check the endpoint's log.",
            )
        if not reply.whole:
            raise self._nothing(reply)

    def _nothing(self, reply: Reply) -> MalformedAnswer:
        if reply.tool:
            return MalformedAnswer(
                f"The model {self.name} called a tool that nobody offered.", "Ask again."
            )
        if reply.finish == "length":
            return MalformedAnswer(
                f"The model {self.name} used all its tokens before it wrote anything.",
                "Raise TERCET_MAX_TOKENS.",
                retriable=False,
            )
        return MalformedAnswer(f"The model {self.name} returned an empty answer.", "Ask again.")
