"""What an inquiry finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Verdict: TypeAlias = Literal[
    "unknown",
    "ambiguous",
    "other tenant",
    "failed",
    "empty",
    "filtered",
    "found",
    "stage",
    "limit",
    "prefetch",
    "no common term",
    "outranked",
]


@dataclass(frozen=True, slots=True)
class Depth:
    """How a document's best passage stands in one leg among all passages that the filter lets
    through: its score, and its rank from 1 (None: beyond the deepest that is looked at)."""

    score: float
    rank: int | None


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change of the query that was tried: with `setting` at `value` the document's best passage
    is the hit of that rank."""

    setting: str
    value: object
    rank: int


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a document is not among the hits of a query. The verdict is the first that applies:

    - `unknown`: no source of that name was read; `names` are like it
    - `ambiguous`: several sources have that name; `names` are theirs
    - `other tenant`: it is another tenant's, named in `names` (only where that may be told)
    - `failed`: its reading failed
    - `empty`: it was read, but has no passages
    - `filtered`: the filter keeps it out; `condition` is the part that fails, `value` what the
      document has in its place
    - `found`: it is among the hits, at `rank`
    - `stage`: a step after the engine (`condition`) took it out
    - `limit`: it is at `rank`, below the hits that were asked for and within `prefetch_limit`
    - `prefetch`: no leg proposed it; with more candidates it is among the hits
    - `no common term`: only words count in the mode, and none of the query's stands in it
    - `outranked`: too many passages are better

    `reason` says it in a sentence, and `help` what can be done, if that is not a change of the
    query; `remedies` are changes of the query that were tried and bring it in. `legs` holds the
    legs of the mode; one without an entry cannot find the document. `missing` are words of the
    query that the document lacks and others have; `unheard` those that no passage of the tenant
    has, or that are too common to count.
    """

    query: str
    source: str
    verdict: Verdict
    reason: str
    help: str = ""
    names: tuple[str, ...] = ()
    rank: int | None = None
    condition: str = ""
    value: str = ""
    legs: Mapping[str, Depth] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    unheard: tuple[str, ...] = ()
    remedies: tuple[Remedy, ...] = ()
