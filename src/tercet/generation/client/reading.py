"""One request to an endpoint: its answer in pieces, as they come, within the limits."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tercet.errors import AnswerTooLong, MalformedAnswer, ModelTimeout
from tercet.generation.client.failures import broken_off, not_connected, refused, transport_errors
from tercet.generation.client.limits import Limits
from tercet.generation.client.pieces import DONE, Piece, read_piece
from tercet.generation.client.sse import EventStream

if TYPE_CHECKING:
    import openai

_GOODBYE = 0.1  # seconds that an endpoint has to close a stream that it has ended
_MOST_BYTES_A_CHARACTER = 12  # a character outside the BMP, escaped in JSON: two of \uXXXX


@dataclass(frozen=True, slots=True)
class Request:
    """A request in the words of the API that it goes to; `seen` is given the headers of the
    response, on the loop's thread."""

    model: str
    body: Mapping[str, object]
    responses: bool
    limits: Limits
    key: str
    seen: Callable[[Mapping[str, str]], None]


async def read(client: openai.AsyncOpenAI, request: Request) -> AsyncIterator[Piece]:
    """The pieces of the answer. Raises `GenerationError`; `openai.BadRequestError` and its like
    (400, 404, 422) come through, because the request may have another form."""
    limits, now = request.limits, asyncio.get_running_loop().time
    end = now() + limits.attempt
    started = False
    timer = asyncio.timeout_at(min(now() + limits.first, end))
    try:
        async with timer:
            async for piece in _pieces(client, request):
                if piece.alive and not timer.expired():
                    started = True
                    timer.reschedule(min(now() + limits.between, end))
                yield piece
    except TimeoutError:
        raise _late(request, started, now() >= end - 0.001) from None


def _late(request: Request, started: bool, over: bool) -> ModelTimeout:
    limits = request.limits
    if over:
        what, seconds, setting = "did not end", limits.attempt, "TERCET_TIMEOUT"
    elif started:
        what, seconds, setting = "stood still for", limits.between, "TERCET_TOKEN_TIMEOUT"
    else:
        what, seconds, setting = "did not begin", limits.first, "TERCET_FIRST_TOKEN_TIMEOUT"
    within = "" if what.endswith("for") else " within"
    return ModelTimeout(
        f"The answer of {request.model} {what}{within} {seconds:.3g} s.",
        f"Ask again, or raise {setting}.",
    )


async def _pieces(client: openai.AsyncOpenAI, request: Request) -> AsyncIterator[Piece]:
    import openai

    try:
        async with _send(client, request) as response:
            request.seen(response.headers)
            async for piece in _body(response, request):
                yield piece
    except (openai.BadRequestError, openai.NotFoundError, openai.UnprocessableEntityError):
        raise
    except openai.APIStatusError as error:
        raise refused(request.model, error, request.key) from error
    except openai.OpenAIError as error:
        raise not_connected(request.model, error, request.limits.connect) from error
    except transport_errors() as error:
        raise broken_off(request.model, error) from error


def _send(client: openai.AsyncOpenAI, request: Request) -> Any:
    """The request, sent when the result is entered."""
    import openai

    # The loop keeps the other limits: these here would begin anew with every byte.
    timeout = openai.Timeout(None, connect=request.limits.connect)
    api: Any = client.responses if request.responses else client.chat.completions
    return api.with_streaming_response.create(**request.body, timeout=timeout)


async def _body(response: Any, request: Request) -> AsyncIterator[Piece]:
    kind = response.headers.get("content-type", "").lower()
    if "html" in kind:
        raise MalformedAnswer(
            f"The endpoint of {request.model} sent a web page.",
            "Check OPENAI_BASE_URL; it often ends in /v1.",
            retriable=False,
        )
    received = response.iter_bytes()
    cut = _streamed if "json" not in kind else _whole
    async for data in cut(received, request):
        yield (piece := read_piece(data))
        if data.strip() == DONE or (piece.finish and request.responses):
            await _drain(received)
            return


async def _drain(received: AsyncIterator[bytes]) -> None:
    """Reads what is left after the end, so that the connection can be used again."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_GOODBYE):
            async for _ in received:
                pass


async def _streamed(chunks: AsyncIterator[bytes], request: Request) -> AsyncIterator[bytes]:
    events = EventStream()
    async for received in chunks:
        for data in events.feed(received):
            yield data
        _check_size(events.pending, request)
    for data in events.end():
        yield data


async def _whole(chunks: AsyncIterator[bytes], request: Request) -> AsyncIterator[bytes]:
    """The body of an endpoint that does not stream."""
    body = bytearray()
    async for received in chunks:
        body += received
        _check_size(len(body), request)
    yield bytes(body)


def _check_size(pending: int, request: Request) -> None:
    if pending > _MOST_BYTES_A_CHARACTER * request.limits.characters + 65536:
        raise too_long(request.model, request.limits)


def too_long(model: str, limits: Limits) -> AnswerTooLong:
    return AnswerTooLong(
        f"The answer of {model} is longer than {limits.characters:,} characters.",
        "Set TERCET_MAX_TOKENS, or raise TERCET_MAX_ANSWER_CHARACTERS.",
    )
