"""All models that can serve a leg or rerank: the ones in the package, and FastEmbed's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, TypeAlias

from tercet.embedding.bm25 import Bm25
from tercet.embedding.onepass import OnePass
from tercet.types import LegName

Use: TypeAlias = LegName | Literal["reranker"]


class ModelInfo(NamedTuple):
    """A model: the leg it serves, its name, dimension (0: it has none), licence and download size.

    `bundled` models lie in the package.
    """

    leg: Use
    name: str
    dim: int
    licence: str
    megabytes: float
    bundled: bool

    def serves(self, chosen: str) -> bool:
        """Whether this is the model that the setting `chosen` ("" is the bundled one, if there is
        one) means."""
        return self.bundled if not chosen else self.name.lower() == chosen.lower()


def catalogue() -> list[ModelInfo]:
    """Bundled models first, then FastEmbed's by leg and name, the rerankers last."""
    from fastembed import LateInteractionTextEmbedding, SparseTextEmbedding, TextEmbedding
    from fastembed.rerank.cross_encoder import TextCrossEncoder

    return [
        *_bundled(),
        *_listed("dense", TextEmbedding.list_supported_models()),
        *_listed("sparse", SparseTextEmbedding.list_supported_models()),
        *_listed("late_interaction", LateInteractionTextEmbedding.list_supported_models()),
        *_listed("reranker", TextCrossEncoder.list_supported_models()),
    ]


def _bundled() -> Iterator[ModelInfo]:
    info = OnePass().info
    name, licence = str(info["name"]), str(info["license"])
    yield ModelInfo("dense", name, int(info["dense_dim"]), licence, 0, True)
    yield ModelInfo("sparse", Bm25.name, 0, licence, 0, True)
    yield ModelInfo("late_interaction", name, int(info["late_dim"]), licence, 0, True)


def _listed(leg: Use, models: list[dict[str, Any]]) -> Iterator[ModelInfo]:
    for model in sorted(models, key=lambda model: str(model["model"]).lower()):
        yield ModelInfo(
            leg,
            str(model["model"]),
            int(model.get("dim") or 0),
            str(model.get("license", "")),
            1000 * float(model.get("size_in_GB") or 0),
            False,
        )
