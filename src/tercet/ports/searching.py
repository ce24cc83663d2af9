"""What a search may call beside the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tercet.types import Hit, Query, Vectors


class Reranker(Protocol):
    """Orders hits anew. `depth` is how many candidates it wants to see."""

    name: str
    depth: int

    def __call__(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        """All of the hits, best first, with scores of the reranker's own.

        Raises `ModelUnavailable` or `GenerationError` when its model cannot be had.
        """
        ...


class Expander(Protocol):
    """Other vectors to search with beside those of the query."""

    name: str

    def __call__(self, query: Query, vectors: Vectors, first: FirstPass) -> list[Vectors]:
        """Vectors of other ways to put the query. `first` gives the hits of the plain query and
        their vectors, where feedback needs them.

        Raises `GenerationError` when its model fails; the plain query is then used alone.
        """
        ...


class FirstPass(Protocol):
    """The best chunks of the plain query, with their vectors."""

    def __call__(self, limit: int) -> list[tuple[Hit, Vectors]]: ...
