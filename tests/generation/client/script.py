"""What a script of failures is, and what most of them are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tercet.errors import (
    GenerationError,
)
from tercet.generation.client.limits import Limits
from tests.generation.client.played import (
    USAGE,
    Step,
    delta,
    event,
    says,
    streams,
    told,
)

PATIENT = Limits(call=20, attempt=10, connect=5, first=10, between=10, characters=5000)
HASTY = Limits(call=1.3, attempt=0.6, connect=0.5, first=0.4, between=0.3, characters=5000)
OK = "Two years [1]."
COST = 0.0018  # of USAGE at the prices of the tests
good = says("Two years", " [1].")
DONE = "data: [DONE]\n\n"
END = delta(finish="stop") + told(USAGE) + DONE


@dataclass(frozen=True)
class Script:
    """`gives` is a text, or the class of the error; `requests` how many the server saw; `times`
    how often USAGE is counted; `costs` false where the cost must be unknown."""

    name: str
    steps: Sequence[Step]
    gives: str | type[GenerationError]
    requests: int = 1
    times: int = 0
    partial: str = ""
    costs: bool = True
    limits: Limits = PATIENT
    holds: Callable[[Any], bool] = field(default=lambda endpoint: True)


def without(name: str) -> Callable[[Any], bool]:
    """Whether the first request had the parameter, and the last has not."""
    return lambda seen: name in seen.requests[0] and name not in seen.requests[-1]


def in_bytes(text: str) -> Step:
    """A stream in chunks of one byte, which cut characters too."""

    def step(line: Any) -> None:
        line.head()
        for byte in text.encode():
            line.chunk(bytes([byte]))
        line.end()

    return step


def cut_after_end(line: Any) -> None:
    line.head()
    line.chunk(delta(content=OK) + delta(finish="stop") + told(USAGE))
    line.wait(0.1)  # a reset throws away what the other side has not read
    line.reset()


WHOLE = {
    "choices": [{"message": {"content": OK}, "finish_reason": "stop"}],
    "usage": USAGE,
}
PARTS = {
    "choices": [{"message": {"content": [{"type": "text", "text": OK}]}, "finish_reason": "stop"}]
}
CALLED = delta(tool_calls=[{"function": {"name": "search", "arguments": "{}"}}])
tool = streams(CALLED, delta(finish="tool_calls"), told(USAGE), DONE)
empty = says()
RESPONSE = {
    "usage": {
        "input_tokens": 1000,
        "output_tokens": 100,
        "input_tokens_details": {"cached_tokens": 400},
    }
}
responded = streams(
    event({"type": "response.created", "response": {"status": "in_progress"}}),
    event({"type": "response.output_text.delta", "delta": "Two years"}),
    event({"type": "response.output_text.delta", "delta": " [1]."}),
    event({"type": "response.completed", "response": {"status": "completed", **RESPONSE}}),
)
reset = "x-ratelimit-remaining-requests: 0\r\nx-ratelimit-reset-requests: 100ms\r\n"
TOO_MUCH = delta(content="word " * 300)
