"""The parts of the client alone: waits, jitter, budget, breaker, prices, events of a stream."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercet.build import make_chat_model
from tercet.config import read_settings
from tercet.errors import GenerationError, SettingsError
from tercet.generation.client.breaker import Breaker
from tercet.generation.client.fallback import FallbackChat
from tercet.generation.client.limits import Limits
from tercet.generation.client.openai_chat import OpenAIChat
from tercet.generation.client.pieces import read_piece
from tercet.generation.client.prices import OPENAI, Price, price_of, read_prices
from tercet.generation.client.retries import Retries, RetryBudget
from tercet.generation.client.sse import EventStream
from tercet.generation.client.waits import retry_after, used_up
from tercet.types import Usage

NOW = 1_445_412_480.0  # Wed, 21 Oct 2015 07:28:00 GMT


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:42 GMT"}, 42),
        ({"retry-after": "Wed, 21 Oct 2015 09:28:42 +0200"}, 42),
        ({"retry-after": "Wed, 21 Oct 2015 07:27:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"x-ratelimit-reset-requests": "6m0s"}, 360),
        ({"x-ratelimit-reset-tokens": "20ms"}, 0.02),
        ({"x-ratelimit-reset": "1h2m3.5s"}, 3723.5),
        ({"x-ratelimit-reset": "12"}, 12),
        ({"x-ratelimit-reset": str(int(NOW + 9))}, 9),
        ({"x-ratelimit-reset": str(int((NOW + 9) * 1000))}, 9),
        ({"x-ratelimit-reset": "tomorrow"}, None),
        (
            {
                "x-ratelimit-reset-requests": "60s",
                "x-ratelimit-remaining-requests": "5",
                "x-ratelimit-reset-tokens": "2s",
                "x-ratelimit-remaining-tokens": "0",
            },
            2,
        ),
        ({}, None),
    ],
)
def test_the_time_that_headers_ask_for(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == (None if seconds is None else pytest.approx(seconds))


def test_a_limit_with_something_left_asks_for_no_pause() -> None:
    assert used_up({"x-ratelimit-remaining-tokens": "1", "x-ratelimit-reset-tokens": "9s"}) is None


@given(st.dictionaries(st.sampled_from(["retry-after", "x-ratelimit-reset"]), st.text()))
def test_no_header_breaks_it(headers: dict[str, str]) -> None:
    seconds = retry_after(headers, NOW)
    assert seconds is None or seconds >= 0


@given(st.integers(0, 50), st.integers(0, 2**32))
def test_jitter_is_full_and_bounded(retry: int, seed: int) -> None:
    retries = Retries(first=0.5, longest=20, uniform=random.Random(seed).uniform)
    assert 0 <= retries.wait(retry, None) <= min(20, 0.5 * 2**retry)
    assert 7 <= retries.wait(retry, 7.0) <= 7.5


def test_jitter_spreads_over_all_of_its_time() -> None:
    draw = random.Random(1)
    waits = [Retries(uniform=draw.uniform).wait(3, None) for _ in range(2000)]
    assert sum(waits) / len(waits) == pytest.approx(2.0, rel=0.1)  # half of 0.5 x 2^3
    assert min(waits) < 0.1 and max(waits) > 3.9


def test_a_budget_gives_a_tenth_back() -> None:
    budget = RetryBudget(most=2)
    assert [budget.take() for _ in range(3)] == [True, True, False]
    for _ in range(11):  # ten tenths are a little less than one
        budget.succeeded()
    assert [budget.take() for _ in range(2)] == [True, False]


def test_a_breaker_lets_one_through_to_see() -> None:
    now = [0.0]
    breaker = Breaker(2, 10, lambda: now[0])
    breaker.failed()
    assert breaker.admit() == 0
    breaker.failed()
    assert breaker.admit() == pytest.approx(10)
    now[0] = 10
    assert breaker.admit() == 0
    assert breaker.admit() > 0  # while that one is out
    breaker.released()
    assert breaker.admit() == 0
    breaker.failed()
    assert breaker.admit() == pytest.approx(10)
    now[0] = 20
    assert breaker.admit() == 0
    breaker.succeeded()
    assert (breaker.admit(), breaker.admit()) == (0, 0)


def test_successes_between_failures_keep_a_breaker_closed() -> None:
    breaker = Breaker(2)
    for _ in range(5):
        breaker.failed()
        breaker.succeeded()
    assert breaker.admit() == 0


def test_cached_tokens_have_their_own_price() -> None:
    assert Price(1, 0.5, 10).of(Usage(1_000_000, 100_000, 400_000)) == pytest.approx(0.6 + 0.2 + 1)


def test_prices_known_here_are_those_of_one_endpoint() -> None:
    assert price_of("gpt-4o", None, {}) == OPENAI["gpt-4o"]
    assert price_of("gpt-4o-2024-11-20", "https://api.openai.com/v1", {}) == OPENAI["gpt-4o"]
    assert price_of("gpt-4o", "http://localhost:8000/v1", {}) is None
    assert price_of("gpt-4o-audio", None, {}) is None


@pytest.mark.parametrize("suffix", [".toml", ".json"])
def test_a_file_of_prices_wins(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"prices{suffix}"
    table = {"gpt-4o": {"input": 1, "cached": 0.1, "output": 2}, "own": {"input": 3, "output": 4}}
    lines = (
        f"[{name}]\n" + "\n".join(f"{k} = {v}" for k, v in t.items()) for name, t in table.items()
    )
    path.write_text(json.dumps(table) if suffix == ".json" else "\n".join(lines))
    own = read_prices(path)
    assert price_of("gpt-4o", None, own) == Price(1, 0.1, 2)
    assert price_of("own", "http://localhost/v1", own) == Price(3, 3, 4)


@pytest.mark.parametrize(
    "text",
    ["[m]\ninput = 1", "[m]\ninput = -1\noutput = 1", "m = 3", "[", "[m]\ninput = nan\noutput = 1"],
)
def test_wrong_prices_are_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=r"prices\.toml"):
        read_prices(path)


LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n")), max_size=5)


@given(LINES, st.sampled_from(["\n", "\r\n"]), st.integers(1, 20))
def test_events_do_not_depend_on_how_bytes_come(texts: list[str], end: str, size: int) -> None:
    stream = "".join(f": comment{end}data: {text}{end}{end}" for text in texts).encode()
    events, found = EventStream(), []
    for at in range(0, len(stream), size):
        found += events.feed(stream[at : at + size])
    assert [event.decode() for event in found + events.end()] == texts


WORDS = """choices delta message content usage type response output text finish_reason
    prompt_tokens tool_calls error object"""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(WORDS.split()), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_body_breaks_the_reader(body: object) -> None:
    try:
        piece = read_piece(json.dumps(body).encode())
    except GenerationError:
        return
    assert isinstance(piece.text, str)


def test_limits_follow_from_one_timeout() -> None:
    assert Limits.within(60) == Limits(call=120, attempt=60, connect=10, first=60, between=20)
    assert Limits.within(6, first=9).first == 6


def test_the_settings_make_the_model() -> None:
    assert make_chat_model(read_settings()) is None
    one = {"openai_base_url": "http://127.0.0.1:9/v1", "model": "a"}
    alone = make_chat_model(read_settings(one))
    several = make_chat_model(read_settings({**one, "fallback_models": "b, a,,c"}))
    assert isinstance(alone, OpenAIChat) and isinstance(several, FallbackChat)
    assert [model.name for model in several._models] == ["a", "b", "c"]
    assert several._models[0].endpoint is alone.endpoint  # what is learned is shared
