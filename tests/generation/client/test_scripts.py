"""Every way to fail ends in a right answer or one clear error, in time, and loses nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tercet.errors import GenerationError
from tercet.generation.client.openai_chat import OpenAIChat
from tests.generation.client.conftest import KEY
from tests.generation.client.played import played
from tests.generation.client.script import COST, HASTY, Script
from tests.generation.client.scripts_answers import ANSWERS
from tests.generation.client.scripts_transport import TRANSPORT

SCRIPTS = [*ANSWERS, *TRANSPORT]

SLACK = 1.0  # seconds that a busy machine may add to a limit


def outcome(model: OpenAIChat) -> tuple[str, GenerationError | None]:
    try:
        return model.complete("Be brief.", "How long?").text, None
    except GenerationError as error:
        return "", error


@pytest.mark.parametrize("script", SCRIPTS, ids=[script.name for script in SCRIPTS])
def test_failures_end_well(
    script: Script, model: Callable[..., OpenAIChat], events: list[dict[str, Any]]
) -> None:
    with played(script.steps) as endpoint:
        started = time.monotonic()
        text, error = outcome(model(endpoint.url, script.limits))
        took = time.monotonic() - started
    limit = script.limits.call if script.limits is HASTY else 2.0
    assert took < limit + SLACK
    assert (type(error) if error else text) == script.gives
    assert len(endpoint.requests) == script.requests
    assert script.holds(endpoint)
    if error:
        assert error.partial.startswith(script.partial)
        assert bool(error.partial) == bool(script.partial)
        assert error.help
        assert KEY not in str(error)
    check_account(script, events)


def check_account(script: Script, events: list[dict[str, Any]]) -> None:
    """One event tells what was used, each attempt once, and a cost only where all is known."""
    [event] = events
    assert event["event"] == "model_call"
    counted = (event["input_tokens"], event["cached_tokens"], event["output_tokens"])
    assert counted == (1000 * script.times, 400 * script.times, 100 * script.times)
    known = script.costs and script.times
    assert event["cost"] == (pytest.approx(COST * script.times) if known else None)


def test_there_are_many_scripts_of_different_names() -> None:
    assert len({script.name for script in SCRIPTS}) == len(SCRIPTS) >= 60
