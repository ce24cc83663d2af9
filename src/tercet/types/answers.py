"""From hits to an answer with its proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from tercet.types.search import Hit

# What happens to statements that nothing supports: shown as they are, marked, or taken out.
GuardPolicy: TypeAlias = Literal["off", "flag", "block"]

GUARDS: tuple[GuardPolicy, ...] = ("off", "flag", "block")

# What stands behind a statement that is not supported.
FLAG = "[unsupported]"


@dataclass(frozen=True, slots=True)
class Context:
    """The hits that fit the budget, in the order shown to the writer: hit i is marked [i+1].

    A hit may be several found ones joined. `twins[i]` are those that say the same as hit i and are
    not shown; empty, or one entry a hit. `dropped` counts the hits that did not fit, `cut` are
    these, and `warnings` says so in words.
    """

    hits: tuple[Hit, ...]
    dropped: int = 0
    cut: tuple[Hit, ...] = ()
    twins: tuple[tuple[Hit, ...], ...] = ()
    warnings: tuple[str, ...] = ()


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
class Statement:
    """A sentence or claim of an answer, as it stands in the text: how well what it cites supports
    it (0 to 1), whether that is enough, and the markers of the passages it cites."""

    text: str
    support: float
    supported: bool
    markers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """What a call of a model took, failed attempts included; zeros where no model was called.

    `cached_tokens` are those of `input_tokens` that the endpoint had at hand. `cost` is in US
    dollars, None where a price or a count is unknown. `model` wrote the text and ended for
    `finish`: "stop", or "length" where a limit of tokens cut it. `seconds` are from the call to
    its end, `retries` attempts beyond the first; these four tell two equal usages not apart.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost: float | None = None
    model: str = field(default="", compare=False)
    finish: str = field(default="", compare=False)
    retries: int = field(default=0, compare=False)
    seconds: float = field(default=0.0, compare=False)


class Completion(NamedTuple):
    """What a chat model wrote, and the tokens it took."""

    text: str
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a generator returns: the text, whether it abstained, its citations and usage, the
    statements that the text is made of (none where it only quotes), and what the user should know
    (a quote that is not there)."""

    text: str
    abstained: bool
    citations: tuple[Citation, ...] = ()
    usage: Usage = Usage()
    statements: tuple[Statement, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One search on the way to an answer of several hops: what was searched for, what was found,
    `how` it came about in words, and the quotes that it rests on."""

    question: str
    text: str
    how: str = ""
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question, its proof, and what it was made from. `ms` is by stage.

    `statements` are all that the model made, those too that the guard took out of `text`.
    `asked` is the question as it was searched for and answered, where that is another one than
    `question`: a follow-up made self-contained. `steps` are the hops before the last.
    """

    question: str
    text: str
    abstained: bool
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    usage: Usage = Usage()
    cost: float | None = None
    ms: Mapping[str, float] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    warnings: tuple[str, ...] = ()
    asked: str = ""
    steps: tuple[Step, ...] = ()
