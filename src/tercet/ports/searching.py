"""What a search may call beside the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

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


class Expanded(NamedTuple):
    """What an expansion makes of a query: `vectors` to search with in the place of those it was
    given, which may be the same, and `others` to search with beside them."""

    vectors: Vectors
    others: tuple[Vectors, ...] = ()


class Expander(Protocol):
    """A way to search with more than the words of the query.

    Feedback changes the query's vectors, so there is still one search; rewriting adds others, and
    the lists found are fused.
    """

    name: str

    def __call__(self, query: Query, vectors: Vectors, first: FirstPass) -> Expanded:
        """The query as it is to be searched for. `vectors` are its own, or what the expansion
        before made of them; only those of the legs that the mode uses need be there. `first` gives
        the hits of the plain query and their vectors, where feedback needs them.

        Raises `GenerationError` when its model fails, and the expansion is then left out;
        `UsageError` when it needs a model and none is set.
        """
        ...


class FirstPass(Protocol):
    """The best chunks of the plain query, with their vectors."""

    def __call__(self, limit: int) -> list[tuple[Hit, Vectors]]: ...
