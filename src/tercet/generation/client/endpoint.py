"""An endpoint, and all that calls have learned of it; one object for all threads."""

from __future__ import annotations

import asyncio
import functools
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tercet.errors import SettingsError
from tercet.generation.client.background import event_loop
from tercet.generation.client.breaker import Breaker
from tercet.generation.client.limits import Asking
from tercet.generation.client.retries import RetryBudget

if TYPE_CHECKING:
    import openai

# What some endpoints do not understand, in the order in which it is given up when they do not
# say what it was.
OPTIONAL = ("stream_options", "seed", "max_tokens", "temperature", "stream")


@dataclass
class Abilities:
    """What a model at an endpoint does not understand, as far as it has said so."""

    without: set[str] = field(default_factory=set)
    new_limit: bool = False  # the limit of tokens is called max_completion_tokens
    responses: bool = False  # it is served by the responses API alone
    proven: bool = False  # a request as it is made now was understood

    def learn(self, told: str, sent: frozenset[str]) -> bool:
        """Whether a refused request may be made again in another form, which is kept.

        `told` is what the endpoint said, in lower case; `sent` the parameters of the request.
        """
        if "v1/responses" in told and not self.responses and "messages" in sent:
            self.responses = True
            return True
        if "max_completion_tokens" in told and not self.new_limit:
            self.new_limit = True
            return True
        if "max_completion_tokens" in sent:
            sent |= {"max_tokens"}
        named = [name for name in OPTIONAL if name in sent and re.search(rf"\b{name}\b", told)]
        if not named and not self.proven:  # a guess, as long as nothing is known to be understood
            named = [name for name in OPTIONAL[:2] if name in sent]
        self.without.update(named[:1])
        return bool(named)


@dataclass
class Standing:
    """A model at an endpoint: its breaker, its abilities, and until when it wants to be left
    alone (monotonic seconds)."""

    breaker: Breaker
    abilities: Abilities = field(default_factory=Abilities)
    not_before: float = 0.0

    def leave_alone(self, seconds: float) -> None:
        self.not_before = max(self.not_before, time.monotonic() + seconds)

    @property
    def pause(self) -> float:
        """Seconds still to wait."""
        return max(0.0, self.not_before - time.monotonic())


class Endpoint:
    """An OpenAI-compatible endpoint; `url` None is OpenAI's own.

    Raises `SettingsError` for a key that cannot be sent.
    """

    def __init__(
        self,
        url: str | None,
        key: str | None,
        *,
        breaker: Callable[[], Breaker] = Breaker,
        budget: RetryBudget | None = None,
    ) -> None:
        self.url = url
        # Local servers want no key, but the client wants one to send.
        self.key = _sound((key or "").strip()) or "none"
        self.budget = budget or RetryBudget()
        self._breaker = breaker
        self._standings: dict[str, Standing] = {}
        self._client: tuple[asyncio.AbstractEventLoop, openai.AsyncOpenAI] | None = None
        self._lock = threading.Lock()

    @property
    def host(self) -> str:
        """For messages and logs: without whatever else the URL may hold."""
        return urlsplit(self.url).netloc.rpartition("@")[2] if self.url else "api.openai.com"

    def standing(self, model: str) -> Standing:
        with self._lock:
            if model not in self._standings:
                self._standings[model] = Standing(self._breaker())
            return self._standings[model]

    def client(self) -> openai.AsyncOpenAI:
        """The client on the loop of this process."""
        with self._lock:
            loop = event_loop()
            if self._client is None or self._client[0] is not loop:
                root = _root_client(loop)
                self._client = loop, root.with_options(api_key=self.key, base_url=self.url)
            return self._client[1]


def _sound(key: str) -> str:
    if key.isascii() and key.isprintable() and " " not in key:
        return key
    raise SettingsError(
        "OPENAI_API_KEY holds a space or another character that no key has.", "Copy it again."
    )


@functools.lru_cache(maxsize=1)
def _root_client(loop: asyncio.AbstractEventLoop) -> openai.AsyncOpenAI:
    """The client that all others are copies of: they share its connections, which belong to the
    loop, and its TLS context, which takes longer to make than a short answer."""
    import openai

    return openai.AsyncOpenAI(api_key="none", base_url="https://api.openai.com/v1", max_retries=0)


def parameters(asking: Asking, abilities: Abilities, *, responses: bool) -> dict[str, object]:
    """The optional parameters of a request, in the words of either API, as far as the endpoint
    understands them."""
    limit = "max_output_tokens" if responses else "max_tokens"
    if abilities.new_limit and not responses:
        limit = "max_completion_tokens"
    wanted: dict[str, object] = {
        "stream": True,
        "temperature": asking.temperature,
        limit: asking.max_tokens,
    }
    if not responses:
        streamed = "stream" not in abilities.without
        wanted["stream_options"] = {"include_usage": True} if streamed else None
        wanted["seed"] = asking.seed
    left_out = abilities.without | ({limit} if "max_tokens" in abilities.without else set())
    return {k: v for k, v in wanted.items() if v is not None and k not in left_out}
