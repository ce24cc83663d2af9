"""From hits to an answer with its proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tercet.types.search import Hit


@dataclass(frozen=True, slots=True)
class Context:
    """The hits that fit the budget, in the order shown to the writer: hit i is marked [i+1].

    `dropped` counts the hits that did not fit.
    """

    hits: tuple[Hit, ...]
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote that stands at [start, end) of the source's text; `verified` says it was found
    there to the letter."""

    marker: int
    source: str
    quote: str
    start: int
    end: int
    page: int | None = None
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens a model was sent and wrote; zeros where no model was called."""

    input_tokens: int = 0
    output_tokens: int = 0


class Completion(NamedTuple):
    """What a chat model wrote, and the tokens it took."""

    text: str
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a generator returns: the text, whether it abstained, its citations and usage."""

    text: str
    abstained: bool
    citations: tuple[Citation, ...] = ()
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question, its proof, and what it was made from. `ms` is by stage."""

    question: str
    text: str
    abstained: bool
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    usage: Usage = Usage()
    cost: float | None = None
    ms: Mapping[str, float] = field(default_factory=dict)
