"""The account of one call: what it has taken so far, whichever models and attempts it took."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from tercet.errors import GenerationError
from tercet.generation.client.limits import Limits, Prompt
from tercet.generation.client.pieces import Piece
from tercet.generation.client.prices import Price
from tercet.types import Usage


@dataclass
class Reply:
    """What one attempt has brought. Endpoints that tell usage again and again tell the sum, so
    the last one counts."""

    text: list[str] = field(default_factory=list)
    refusal: str = ""
    finish: str = ""
    usage: Usage | None = None
    tool: bool = False
    characters: int = 0

    def add(self, piece: Piece) -> None:
        if piece.text:
            self.text.append(piece.text)
            self.characters += len(piece.text)
        self.refusal += piece.refusal
        self.finish = self.finish or piece.finish
        self.usage = piece.usage or self.usage
        self.tool = self.tool or piece.tool

    @property
    def whole(self) -> str:
        return "".join(self.text).strip()


@dataclass
class Call:
    """One call, from the question to its end. `live` says that text is shown as it comes."""

    prompt: Prompt
    limits: Limits
    live: bool
    started: float = field(default_factory=time.monotonic)
    retries: int = 0
    partial: str = ""
    answer: str = ""
    shown: bool = False
    first_token: float | None = None
    tried: list[str] = field(default_factory=list)
    _usage: Usage = field(default_factory=Usage)
    _cost: float | None = None
    _costs_known: bool = True

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    @property
    def left(self) -> float:
        """Seconds until it has to be over."""
        return self.limits.call - self.seconds

    def count(self, reply: Reply, price: Price | None) -> None:
        """Add what an attempt took; to be called once for each, however it ended.

        An attempt that wrote text without telling its usage leaves the cost unknown.
        """
        self.partial = max(self.partial, reply.whole, key=len)
        if reply.usage is None:
            self._costs_known = self._costs_known and not reply.text
            return
        old, new = self._usage, reply.usage
        self._usage = Usage(
            old.input_tokens + new.input_tokens,
            old.output_tokens + new.output_tokens,
            old.cached_tokens + new.cached_tokens,
        )
        if price is None:
            self._costs_known = False
        else:
            self._cost = (self._cost or 0.0) + price.of(new)

    def saw_token(self) -> None:
        if self.first_token is None:
            self.first_token = round(self.seconds, 4)

    def note(self, model: str, error: GenerationError) -> None:
        self.tried.append(f"{model}: {error.code}")

    def usage(self, model: str = "", finish: str = "") -> Usage:
        """All that the call has taken until now."""
        return Usage(
            self._usage.input_tokens,
            self._usage.output_tokens,
            self._usage.cached_tokens,
            self._cost if self._costs_known else None,
            model=model,
            finish=finish,
            retries=self.retries,
            seconds=self.seconds,
        )
