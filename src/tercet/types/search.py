"""What is asked of an index, how it is carried out, and what is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from tercet.types.documents import Chunk
from tercet.types.filters import Filter
from tercet.types.vectors import LegName, Vectors

Mode: TypeAlias = Literal["fused", "hybrid", "rerank", "dense", "sparse", "late"]

MODES: tuple[Mode, ...] = ("fused", "hybrid", "rerank", "dense", "sparse", "late")


@dataclass(frozen=True, slots=True)
class Leg:
    """Nearest points by one named vector, among all or among the `prefetch` results."""

    using: LegName
    limit: int
    prefetch: tuple[Plan, ...] = ()


@dataclass(frozen=True, slots=True)
class Fuse:
    """The prefetched lists made one: `dbsf` (distribution-based scores) or `rrf` (ranks)."""

    method: Literal["dbsf", "rrf"]
    limit: int
    prefetch: tuple[Plan, ...]


Plan: TypeAlias = Leg | Fuse


@dataclass(frozen=True, slots=True)
class Search:
    """One engine call: a plan, the vectors it uses, and the filter every leg obeys."""

    plan: Plan
    vectors: Vectors
    filter: Filter | None = None


@dataclass(frozen=True, slots=True)
class LegScore:
    """A hit's standing in one leg: raw score and 1-based rank."""

    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of the index.

    `limit` hits come back; each leg contributes `prefetch_limit` candidates. `tenant` ""
    is the shared tenant. With `explain`, hits carry their standing in each leg.
    """

    text: str
    mode: Mode = "fused"
    limit: int = 10
    prefetch_limit: int = 50
    filter: Filter | None = None
    tenant: str = ""
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found, its score in the mode asked for, and its standing in the legs."""

    chunk: Chunk
    score: float
    legs: Mapping[str, LegScore] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.chunk.id

    @property
    def source(self) -> str:
        return self.chunk.source

    @property
    def text(self) -> str:
        return self.chunk.text

    @property
    def page(self) -> int | None:
        return self.chunk.page


class Found(NamedTuple):
    """The hits of a query, best first, and the milliseconds each stage took."""

    hits: list[Hit]
    ms: Mapping[str, float]
