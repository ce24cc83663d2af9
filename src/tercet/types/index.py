"""What an index was made with, and what an ingest did to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

LateDatatype: TypeAlias = Literal["float16", "uint8", "turbo8", "turbo4"]
"""How token vectors are stored: 16, 8, 8 and 4 bits a number. `uint8` is for vectors whose numbers
sum to zero; `turbo` is the engine's TurboQuant, 4 bytes a vector more, for any."""

Quantization: TypeAlias = Literal["none", "scalar", "binary", "turbo"]
"""The engine's compact copy of the dense vectors, which it searches first: 8, 1 and 4 bits a
number, beside the vectors themselves."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What an index was made with; compared at every open (see `store.schema`).

    `avg_terms` is the mean BM25 length the sparse weights were made with, 0 before ingest.
    """

    dense_model: str
    sparse_model: str
    late_model: str
    dense_dim: int
    late_dim: int
    late_datatype: LateDatatype
    sparse_idf: bool
    chunker: str = ""
    avg_terms: float = 0.0
    version: int = 3
    quantization: Quantization = "none"


@dataclass(frozen=True, slots=True)
class Problem:
    """A source that could not be read: what happened and what to do."""

    source: str
    reason: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """How far an ingest is: sources dealt with of those known (None: not known), chunks written,
    and the source being read."""

    documents: int
    total: int | None
    chunks: int
    current: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did: counts of sources by outcome, chunks written (of which `reused` were
    not embedded anew), problems, seconds, and the time it began (ISO, UTC).

    `moved` counts sources whose content was there under another name. `dry_run` says that
    nothing was written and the counts are what would happen, in about `estimate` seconds and
    for `cost` dollars.
    """

    added: int = 0
    updated: int = 0
    moved: int = 0
    unchanged: int = 0
    removed: int = 0
    chunks: int = 0
    reused: int = 0
    seconds: float = 0.0
    problems: tuple[Problem, ...] = ()
    dry_run: bool = False
    estimate: float = 0.0
    cost: float = 0.0
    began: str = ""

    @property
    def documents(self) -> int:
        """Sources now searchable because of, or confirmed by, this run."""
        return self.added + self.updated + self.moved + self.unchanged
