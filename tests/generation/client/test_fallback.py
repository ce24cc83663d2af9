"""Several models in order, and what calls of an endpoint share."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tercet.errors import (
    AnswerCut,
    BreakerOpen,
    KeyRefused,
    ModelFailed,
    ModelMissing,
    ModelRefused,
    ModelTimeout,
    RateLimited,
    SettingsError,
)
from tercet.generation.client.breaker import Breaker
from tercet.generation.client.endpoint import Endpoint
from tercet.generation.client.fallback import FallbackChat
from tercet.generation.client.limits import Limits
from tercet.generation.client.openai_chat import OpenAIChat
from tercet.generation.client.retries import RetryBudget
from tests.generation.client.played import (
    Step,
    breaks_off,
    closes,
    delta,
    fails,
    played,
    says,
    streams,
)
from tests.generation.client.script import COST, PATIENT

Make = Callable[..., OpenAIChat]
Events = list[dict[str, Any]]
other = says("From the other.")


def both(make: Make, endpoint: Endpoint, url: str, **more: Any) -> list[OpenAIChat]:
    return [make(url, PATIENT, name=name, endpoint=endpoint, **more) for name in ("m", "n")]


@pytest.mark.parametrize(
    ("step", "seen", "code"),
    [
        (fails(404), 1, "MODEL_MISSING"),
        (fails(500), 2, "MODEL_FAILED"),
        (fails(429), 2, "RATE_LIMITED"),
        (fails(429, headers="Retry-After: 3600\r\n"), 1, "RATE_LIMITED"),
        (fails(429, code="insufficient_quota"), 1, "RATE_LIMITED"),
        (closes, 2, "MODEL_UNREACHABLE"),
        (breaks_off("Two ye"), 2, "ANSWER_CUT"),
        (says(), 2, "MALFORMED_ANSWER"),
    ],
)
def test_the_next_model_answers_when_one_is_out(
    step: Step, seen: int, code: str, model: Make, events: Events
) -> None:
    with played({"m": [step], "n": [other]}) as endpoint:
        completion = FallbackChat(both(model, Endpoint(endpoint.url, "k"), endpoint.url)).complete(
            "s", "u"
        )
    assert completion.text == "From the other."
    assert completion.usage.model == "n"
    assert [request["model"] for request in endpoint.requests] == ["m"] * seen + ["n"]
    [event] = events
    assert (event["model"], event["outcome"]) == ("n", "ok")
    assert event["tried"] == [f"m: {code}"] * seen


def test_every_attempt_is_paid_once_at_its_own_price(model: Make) -> None:
    with played({"m": [says()], "n": [other]}) as endpoint:
        models = both(model, Endpoint(endpoint.url, "k"), endpoint.url)
        usage = FallbackChat(models).complete("s", "u").usage
    assert usage.input_tokens == 3000
    assert usage.cost == pytest.approx(2 * COST + 10 * COST)
    assert usage.retries == 1


@pytest.mark.parametrize(
    ("step", "error"),
    [(says("No", finish="content_filter"), ModelRefused), (fails(401), KeyRefused)],
)
def test_what_the_next_would_not_do_better_is_passed_on(
    step: Step, error: type[Exception], model: Make
) -> None:
    with played({"m": [step], "n": [other]}) as endpoint:
        models = both(model, Endpoint(endpoint.url, "k"), endpoint.url)
        with pytest.raises(error):
            FallbackChat(models).complete("s", "u")
    assert len(endpoint.requests) == 1


def test_refusals_go_on_to_the_next_if_that_is_set(model: Make) -> None:
    with played({"m": [streams(delta("stop", refusal="No."))], "n": [other]}) as endpoint:
        models = both(model, Endpoint(endpoint.url, "k"), endpoint.url)
        assert FallbackChat(models, on_refusal=True).complete("s", "u").text == "From the other."


def test_when_all_are_out_the_error_tells_of_each(model: Make) -> None:
    with played({"m": [breaks_off("Two years")], "n": [fails(404)]}) as endpoint:
        models = both(model, Endpoint(endpoint.url, "k"), endpoint.url)
        with pytest.raises(ModelMissing, match="m: ANSWER_CUT") as caught:
            FallbackChat(models).complete("s", "u")
    assert caught.value.partial == "Two years"


def test_an_open_breaker_asks_nothing_until_its_time_is_over(model: Make) -> None:
    now = [0.0]
    with played([fails(500), fails(500), fails(500), other]) as endpoint:
        shared = Endpoint(endpoint.url, "k", breaker=lambda: Breaker(2, 30, lambda: now[0]))
        chat = model(endpoint.url, PATIENT, endpoint=shared)
        with pytest.raises(ModelFailed):
            chat.complete("s", "u")
        with pytest.raises(BreakerOpen, match="30 s"):
            chat.complete("s", "u")
        assert len(endpoint.requests) == 2
        now[0] = 31
        with pytest.raises(ModelFailed):  # the one that sees: no retry while it is open
            chat.complete("s", "u")
        assert len(endpoint.requests) == 3
        now[0] = 62
        assert chat.complete("s", "u").text == "From the other."
        assert chat.complete("s", "u").text == "From the other."


def test_refusals_of_an_endpoint_that_is_up_open_no_breaker(model: Make) -> None:
    with played([fails(401)]) as endpoint:
        chat = model(endpoint.url, PATIENT)
        for _ in range(7):
            with pytest.raises(KeyRefused):
                chat.complete("s", "u")
    assert len(endpoint.requests) == 7


def test_the_budget_of_retries_is_one_for_all_calls(model: Make) -> None:
    with played([fails(429)]) as endpoint:
        shared = Endpoint(endpoint.url, "k", budget=RetryBudget(most=3))
        chat = model(endpoint.url, PATIENT, endpoint=shared)
        for _ in range(6):
            with pytest.raises(RateLimited):
                chat.complete("s", "u")
    assert len(endpoint.requests) == 6 + 3


def test_all_calls_leave_an_endpoint_alone_that_asked_for_it(model: Make) -> None:
    with played([fails(429, headers="Retry-After: 60\r\n"), other]) as endpoint:
        chat = model(endpoint.url, PATIENT)
        for _ in range(2):
            with pytest.raises(RateLimited, match="60 s"):
                chat.complete("s", "u")
    assert len(endpoint.requests) == 1


def test_a_limit_that_is_used_up_is_waited_for_before_the_next_call(model: Make) -> None:
    used_up = "x-ratelimit-remaining-tokens: 0\r\nx-ratelimit-reset-tokens: 300ms\r\n"
    with played([says("One.", headers=used_up), other]) as endpoint:
        chat = model(endpoint.url, PATIENT)
        assert [chat.complete("s", "u").text for _ in range(2)] == ["One.", "From the other."]
    assert endpoint.times[1] - endpoint.times[0] >= 0.28


def test_many_threads_share_a_model(model: Make, events: Events) -> None:
    step = says("ok", usage={"prompt_tokens": 10, "completion_tokens": 1})
    with played([step]) as endpoint:
        chat = model(endpoint.url, PATIENT)
        with ThreadPoolExecutor(8) as pool:
            usages = [c.usage for c in pool.map(lambda n: chat.complete("s", str(n)), range(40))]
    assert {usage.input_tokens for usage in usages} == {10}
    assert sorted(int(request["messages"][1]["content"]) for request in endpoint.requests) == list(
        range(40)
    )
    assert len(events) == 40
    assert len(endpoint.connections) <= 8  # they are used again


def test_what_an_endpoint_does_not_know_is_asked_once(model: Make) -> None:
    with played([fails(400, "stream_options?"), other]) as endpoint:
        chat = model(endpoint.url, PATIENT)
        for _ in range(3):
            chat.complete("s", "u")
    assert len(endpoint.requests) == 4


def test_an_endpoint_that_is_not_there(model: Make) -> None:
    with played([other]) as endpoint:
        url = endpoint.url
    with pytest.raises(Exception, match="OPENAI_BASE_URL") as caught:
        model(url, PATIENT).complete("s", "u")
    assert caught.value.code == "MODEL_UNREACHABLE"  # type: ignore[attr-defined]


def test_a_connection_that_nobody_takes_up_is_given_up(model: Make) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as held:
        for _ in range(2):  # more than its queue holds
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}/v1"
        limits = Limits(call=5, attempt=5, connect=0.2, first=5, between=5)
        started = time.monotonic()
        with pytest.raises(ModelTimeout, match=r"connected to in 0\.2 s"):
            model(url, limits, retries=0).complete("s", "u")
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("key", ["sk-two parts", "sk-\u2026", "sk-a\nsk-b"])
def test_a_key_that_cannot_be_sent_is_said_and_not_shown(key: str) -> None:
    with pytest.raises(SettingsError, match="OPENAI_API_KEY") as caught:
        Endpoint("http://127.0.0.1:9/v1", key)
    assert key not in str(caught.value)


def test_the_log_has_content_only_if_asked(model: Make, events: Events) -> None:
    with played([says("The answer.")]) as endpoint:
        model(endpoint.url, PATIENT).complete("A system.", "A question?")
        model(endpoint.url, PATIENT, log_content=True).complete("A system.", "A question?")
    bare, full = events
    assert not any("answer" in str(value) or "question" in str(value) for value in bare.values())
    assert "sk-secret" not in str(events)
    assert (full["system"], full["user"], full["text"]) == (
        "A system.",
        "A question?",
        "The answer.",
    )


def test_an_answer_cut_in_the_log_is_not_lost(model: Make, events: Events) -> None:
    with played([breaks_off("Two years")]) as endpoint, pytest.raises(AnswerCut):
        model(endpoint.url, PATIENT, retries=0, log_content=True).complete("s", "u")
    assert (events[0]["outcome"], events[0]["text"]) == ("ANSWER_CUT", "Two years")
