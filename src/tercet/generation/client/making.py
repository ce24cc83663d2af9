"""Settings to the client: the models in their order, on an endpoint that all of them share."""

from __future__ import annotations

import functools

from tercet.config import Settings
from tercet.generation.client.breaker import Breaker
from tercet.generation.client.endpoint import Endpoint
from tercet.generation.client.fallback import FallbackChat
from tercet.generation.client.limits import Asking, Limits
from tercet.generation.client.openai_chat import OpenAIChat
from tercet.generation.client.prices import read_prices
from tercet.generation.client.retries import Retries
from tercet.ports import ChatModel


def make_writer(settings: Settings) -> ChatModel:
    """The model that writes, with those that take its place. Raises `SettingsError`."""
    models = [_model(settings, name) for name in settings.writers]
    if len(models) == 1:
        return models[0]
    return FallbackChat(models, on_refusal=settings.fallback_on_refusal)


def _model(settings: Settings, name: str) -> OpenAIChat:
    key = settings.openai_api_key
    return OpenAIChat(
        _endpoint(
            settings.openai_base_url,
            key.get_secret_value() if key else None,
            settings.breaker_failures,
            settings.breaker_seconds,
        ),
        name,
        Asking(settings.temperature, settings.max_tokens or None, settings.seed, settings.chat_api),
        _limits(settings),
        Retries(settings.retries),
        prices=read_prices(settings.prices),
        log_content=settings.log_content,
    )


def _limits(settings: Settings) -> Limits:
    return Limits.within(
        settings.timeout,
        call=settings.answer_timeout,
        connect=settings.connect_timeout,
        first=settings.first_token_timeout,
        between=settings.token_timeout,
        characters=settings.max_answer_characters,
    )


@functools.lru_cache(maxsize=16)
def _endpoint(url: str | None, key: str | None, failures: int, seconds: float) -> Endpoint:
    """One object for all calls of an endpoint, since what one learns holds for the next."""
    return Endpoint(url, key, breaker=functools.partial(Breaker, failures, seconds))
