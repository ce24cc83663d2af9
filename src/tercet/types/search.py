"""What is asked of an index, how it is carried out, and what is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from tercet.types.documents import Chunk
from tercet.types.filters import Filter
from tercet.types.vectors import LegName, Vectors

Mode: TypeAlias = Literal["fused", "hybrid", "rerank", "dense", "sparse", "late"]

Window: TypeAlias = Literal["chunk", "neighbours", "section"]

FusionMethod: TypeAlias = Literal["dbsf", "rrf", "vote"]

# The constant of reciprocal rank fusion: Cormack, Clarke and Buettcher, SIGIR 2009.
RRF_K = 60

WINDOWS: tuple[Window, ...] = ("chunk", "neighbours", "section")

MODES: tuple[Mode, ...] = ("fused", "hybrid", "rerank", "dense", "sparse", "late")


@dataclass(frozen=True, slots=True)
class Leg:
    """Nearest points by one named vector, among all or among the `prefetch` results."""

    using: LegName
    limit: int
    prefetch: tuple[Plan, ...] = ()


@dataclass(frozen=True, slots=True)
class Fuse:
    """The prefetched lists made one.

    `dbsf` adds scores standardised by list (distribution-based score fusion), `rrf` adds
    weight / (k + rank), `vote` is `dbsf` with a weight a list. Empty weights are all 1.
    """

    method: FusionMethod
    limit: int
    prefetch: tuple[Plan, ...]
    weights: tuple[float, ...] = ()
    k: int = RRF_K


Plan: TypeAlias = Leg | Fuse


class Fusion(NamedTuple):
    """How the legs of a mode are fused: the method, `weights` by leg (empty: each its default),
    and the constant of `rrf`."""

    method: FusionMethod = "dbsf"
    weights: Mapping[LegName, float] = {}
    k: int = RRF_K


class Recency(NamedTuple):
    """A preference for what is new, by the date in the metadata `field`.

    The scores of the candidates, put between 0 and 1, are multiplied by
    1 - weight + weight * 0.5 ** (age / half_life): the share `weight` of a score halves with every
    `half_life` days by which the hit's date lies before the newest one among the candidates. A hit
    without a date has the mean factor of those with one (see `tercet.retrieval.recency`).
    """

    field: str
    half_life: float
    weight: float = 0.5


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
    is the shared tenant. With `explain`, hits carry how they came to their place.

    What the search does beside the mode: `fusion` of the legs (None: the mode's own), `expand`
    (names of expansions), `rerank` (whether the reranker of the settings, if any, has its say),
    `recency`, `diversity` (0 none, to 1: only difference counts), `per_document` (most hits of
    one document, 0 any number), and `window` (how much text a hit brings).
    """

    text: str
    mode: Mode = "fused"
    limit: int = 10
    prefetch_limit: int = 50
    filter: Filter | None = None
    tenant: str = ""
    explain: bool = False
    fusion: Fusion | None = None
    expand: tuple[str, ...] = ()
    rerank: bool = True
    recency: Recency | None = None
    diversity: float = 0.0
    per_document: int = 0
    window: Window = "chunk"


@dataclass(frozen=True, slots=True)
class Share:
    """What one leg added to a fused score. `score` and `rank` (from 1) are None where the leg's
    list does not hold the hit; it then adds 0.

    `mean` and `deviation` (n - 1) are those of the scores in the leg's list, and `standardised` is
    the score on the scale whose 0 and 1 lie 3 deviations below and above the mean; all three are
    None where only ranks count.
    """

    leg: LegName
    added: float
    weight: float = 1.0
    score: float | None = None
    rank: int | None = None
    mean: float | None = None
    deviation: float | None = None
    standardised: float | None = None


@dataclass(frozen=True, slots=True)
class TermMatch:
    """A BM25 term that query and passage share: the words that have it in either.

    It added `weight` (in the passage) x `idf` to the sparse score; `idf` is multiplied by what
    the term counts in the query, which is 1 unless an expansion says otherwise. `spans` are
    [start, end) in the document, of the words in the chunk's own text; title, headings and lead
    have none.
    """

    query_words: tuple[str, ...]
    words: tuple[str, ...]
    weight: float
    idf: float
    added: float
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class TokenMatch:
    """A token of the query and the passage's token nearest to it.

    `weight` is what the query's token counts, `similarity` the cosine of the two, and `added` the
    product, which the late-interaction score is the sum of. `start` and `end` are those of the
    passage's token in the document, None if it stands in title, headings or lead.
    """

    token: str
    match: str
    part: Literal["text", "labels", "lead"]
    weight: float
    similarity: float
    added: float
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a score came about: `total` is the sum of the shares, which is the engine's score.

    `method` "leg" says that one leg alone decides. `k` is the constant of `rrf`. `changed_by`
    names the stages whose score stands in the place of `total`, if any. `terms` and `tokens` are
    None where the models do not tell which words their vectors stand for.
    """

    method: FusionMethod | Literal["leg"]
    shares: tuple[Share, ...]
    total: float
    k: int | None = None
    changed_by: tuple[str, ...] = ()
    terms: tuple[TermMatch, ...] | None = None
    tokens: tuple[TokenMatch, ...] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found, its score in the mode asked for, its standing in the legs, and on
    request how the score came about."""

    chunk: Chunk
    score: float
    legs: Mapping[str, LegScore] = field(default_factory=dict)
    explanation: Explanation | None = None

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
    """The hits of a query, best first, the milliseconds each stage took, and what the user
    should know of how it went (a model that failed)."""

    hits: list[Hit]
    ms: Mapping[str, float]
    warnings: tuple[str, ...] = ()
