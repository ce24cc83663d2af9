"""What tokens cost."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tercet.errors import SettingsError
from tercet.types import Usage

_DATE = re.compile(r"-\d{4}-\d{2}-\d{2}$")


class Price(NamedTuple):
    """US dollars for a million tokens: sent, sent and cached, written."""

    input: float
    cached: float
    output: float

    def of(self, usage: Usage) -> float:
        cached = min(usage.cached_tokens, usage.input_tokens)
        fresh = usage.input_tokens - cached
        return (
            fresh * self.input + cached * self.cached + usage.output_tokens * self.output
        ) / 1_000_000


# List prices of OpenAI's API for standard processing, as third parties quoted the official page
# (developers.openai.com/api/docs/pricing) from March to June 2026. They hold for OpenAI's own
# endpoint alone, and they change: TERCET_PRICES names a file that wins.
OPENAI: dict[str, Price] = {
    "gpt-4o": Price(2.50, 1.25, 10.00),
    "gpt-4o-mini": Price(0.15, 0.075, 0.60),
    "gpt-4.1-mini": Price(0.40, 0.10, 1.60),
    "gpt-4.1-nano": Price(0.10, 0.025, 0.40),
    "gpt-5.4": Price(2.50, 0.25, 15.00),
    "gpt-5.4-mini": Price(0.75, 0.075, 4.50),
    "gpt-5.4-nano": Price(0.20, 0.02, 1.25),
    "gpt-5.5": Price(5.00, 0.50, 30.00),
}


def price_of(model: str, url: str | None, own: Mapping[str, Price]) -> Price | None:
    """The price of a model at an endpoint, None where it is unknown.

    `own` are the user's; those known here count only for OpenAI itself (`url` None or its host).
    A name with a date (gpt-4o-2024-11-20) has the price of the name without, unless it has its own.
    """
    at_openai = url is None or urlsplit(url).hostname == "api.openai.com"
    known = {**OPENAI, **own} if at_openai else dict(own)
    return known.get(model) or known.get(_DATE.sub("", model))


def read_prices(path: Path | None) -> dict[str, Price]:
    """The user's prices: a TOML or JSON file with a table `{input, output, cached}` a model.

    `cached` is that of `input` where it is left out. Raises `SettingsError`.
    """
    if path is None:
        return {}
    try:
        text = path.read_text(encoding="utf-8")
        tables = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
        return {model: _price(table) for model, table in tables.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise SettingsError(
            f"The prices in {path} cannot be used: {type(error).__name__}: {error}.",
            'Write a table a model: ["gpt-4o"] input = 2.5, cached = 1.25, output = 10.',
        ) from None


def _price(table: Mapping[str, Any]) -> Price:
    price = Price(
        float(table["input"]), float(table.get("cached", table["input"])), float(table["output"])
    )
    if not all(0 <= part < 1e9 for part in price):
        raise ValueError("a price is negative or no number")
    return price
