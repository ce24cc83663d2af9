"""Hits by the scores of a cross-encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Protocol

from tercet.types import Hit


class PairScorer(Protocol):
    """Says how well passages fit a question."""

    def scores(self, query: str, passages: Sequence[str]) -> list[float]:
        """One number a passage, the higher the better. Raises `ModelUnavailable`."""
        ...


class CrossEncoderReranker:
    """A `Reranker` over a model that reads question and passage together (Nogueira and Cho,
    2019). A passage is shown as it was embedded: with title and heading path. `model` is called
    once, with the first query."""

    def __init__(self, name: str, model: Callable[[], PairScorer], depth: int) -> None:
        self.name = name
        self.depth = depth
        self._make = model

    @cached_property
    def _model(self) -> PairScorer:
        return self._make()

    def __call__(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        scores = self._model.scores(query, [hit.chunk.passage for hit in hits])
        scored = [replace(hit, score=score) for hit, score in zip(hits, scores, strict=True)]
        return sorted(scored, key=lambda hit: -hit.score)
