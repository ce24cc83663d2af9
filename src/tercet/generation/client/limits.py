"""How a model is asked, and how much it may take: data, deciding nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Api = Literal["auto", "chat", "responses"]


class Prompt(NamedTuple):
    """The two messages of a call."""

    system: str
    user: str


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked of a model besides the prompt; None leaves it to the endpoint.

    `api` auto is chat completions, until the endpoint says that it serves a model by responses.
    """

    temperature: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    api: Api = "auto"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and characters that a call may take.

    `call` is the whole of it, retries and other models included; `attempt` one request from
    first to last; `connect` until there is a connection; `first` until the model writes or
    thinks its first token; `between` from one token to the next. `characters` bounds the answer.
    """

    call: float = 120.0
    attempt: float = 60.0
    connect: float = 10.0
    first: float = 60.0
    between: float = 20.0
    characters: int = 1_000_000

    @classmethod
    def within(
        cls,
        timeout: float,
        *,
        call: float = 0.0,
        connect: float = 0.0,
        first: float = 0.0,
        between: float = 0.0,
        characters: int = 1_000_000,
    ) -> Limits:
        """Limits from that of an attempt; 0 derives: twice of it for the call, a sixth to
        connect, all of it for the first token, a third between two."""
        return cls(
            call=call or 2 * timeout,
            attempt=timeout,
            connect=min(connect or timeout / 6, timeout),
            first=min(first or timeout, timeout),
            between=min(between or timeout / 3, timeout),
            characters=characters,
        )
