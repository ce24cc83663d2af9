"""What a stream shows, and when it stops."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tercet.generation.client.endpoint import Endpoint
from tercet.generation.client.fallback import FallbackChat
from tercet.generation.client.openai_chat import OpenAIChat
from tests.generation.client.played import (
    Step,
    breaks_off,
    delta,
    drips,
    fails,
    hangs,
    played,
    says,
)
from tests.generation.client.script import COST, HASTY, PATIENT

Make = Callable[..., OpenAIChat]
Events = list[dict[str, Any]]
other = says("From the other.")


def test_a_stream_shows_text_as_it_comes_and_returns_the_whole(model: Make, events: Events) -> None:
    with played([says("Two ", "years ", "[1].")]) as endpoint:
        stream = model(endpoint.url, PATIENT).stream("s", "u")
        shown = []
        while True:
            try:
                shown.append(next(stream))
            except StopIteration as end:
                completion = end.value
                break
    assert shown == ["Two ", "years ", "[1]."]
    assert completion.text == "Two years [1]."
    assert completion.usage.cost == pytest.approx(COST)
    assert events[0]["first_token_seconds"] <= events[0]["seconds"]


def test_the_first_words_are_there_before_the_last_are_written(model: Make) -> None:
    with played([drips(lambda n: delta(content=f"{n} "), 0.05)]) as endpoint:
        stream = model(endpoint.url, PATIENT).stream("s", "u")
        assert next(stream) == "0 "
        stream.close()


def test_a_stream_that_is_closed_stops_the_request(model: Make, events: Events) -> None:
    broken = []

    def endless(line: Any) -> None:
        try:
            drips(lambda n: delta(content="a " * 2000), 0.01)(line)
        except OSError:
            broken.append(time.monotonic())
            raise

    with played([endless]) as endpoint:
        stream = model(endpoint.url, PATIENT).stream("s", "u")
        next(stream)
        stream.close()
        deadline = time.monotonic() + 3
        while not broken and time.monotonic() < deadline:
            time.sleep(0.01)
    assert broken
    assert events[0]["outcome"] == "closed"


@pytest.mark.parametrize("step", [breaks_off("Two ye"), hangs(delta(content="Two ye"))])
def test_what_was_shown_is_neither_shown_again_nor_lost(step: Step, model: Make) -> None:
    with played({"m": [step], "n": [other]}) as endpoint:
        shared = Endpoint(endpoint.url, "k")
        models = [model(endpoint.url, HASTY, name=name, endpoint=shared) for name in ("m", "n")]
        shown = []
        with pytest.raises(Exception, match="Ask again") as caught:
            for text in FallbackChat(models).stream("s", "u"):
                shown.append(text)
    assert shown == ["Two ye"]
    assert caught.value.partial == "Two ye"  # type: ignore[attr-defined]
    assert len(endpoint.requests) == 1


def test_a_stream_is_tried_again_as_long_as_nothing_was_shown(model: Make) -> None:
    with played([fails(500), other]) as endpoint:
        assert list(model(endpoint.url, PATIENT).stream("s", "u")) == ["From the other."]
