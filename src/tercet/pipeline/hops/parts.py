"""What the hops call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from tercet.pipeline.ask import Route
from tercet.types import Answer, Citation, Completion, Hit, Query


class Bridge(Protocol):
    """A name that leads on, and the question that is left with it."""

    @property
    def entity(self) -> str: ...

    @property
    def question(self) -> str: ...

    def citation(self) -> Citation: ...


@dataclass(frozen=True)
class Parts:
    """`ask` answers a question by a route; `bridges` finds what leads on from the hits of a
    question; `decompose` has a model take a question apart into so many at most, and raises
    `GenerationError`; None where there is no model."""

    ask: Callable[[Query, Route | None], Answer]
    bridges: Callable[[str, Sequence[Hit]], Sequence[Bridge]]
    decompose: Callable[[str, int], tuple[list[str], Completion]] | None = None
