"""Endpoints that are played, and models at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from loguru import logger

from tercet.generation.client.endpoint import Endpoint
from tercet.generation.client.limits import Asking, Limits
from tercet.generation.client.openai_chat import OpenAIChat
from tercet.generation.client.prices import Price
from tercet.generation.client.retries import Retries

PRICES = {"m": Price(1.0, 0.5, 10.0), "n": Price(10.0, 5.0, 100.0)}
KEY = "sk-secret-key-of-the-tests"


@pytest.fixture(scope="session", autouse=True)
def _loaded() -> None:
    """What is slow to import is not on the time of the first test."""
    Endpoint("http://127.0.0.1:9", None).client()


@pytest.fixture
def model() -> Callable[..., OpenAIChat]:
    """A model at a URL; with an `endpoint` given, it shares what is known of that."""

    def make(
        url: str,
        limits: Limits,
        *,
        name: str = "m",
        retries: int = 1,
        endpoint: Endpoint | None = None,
        asking: Asking | None = None,
        log_content: bool = False,
    ) -> OpenAIChat:
        return OpenAIChat(
            endpoint or Endpoint(url, KEY),
            name,
            asking or Asking(0.7, max_tokens=50, seed=7),
            limits,
            Retries(retries, first=0.02),
            prices=PRICES,
            log_content=log_content,
        )

    return make


@pytest.fixture
def events() -> Iterator[list[dict[str, Any]]]:
    """The structured fields of all calls that are logged."""
    seen: list[dict[str, Any]] = []
    sink = logger.add(lambda message: seen.append(dict(message.record["extra"])), level="DEBUG")
    yield seen
    logger.remove(sink)
