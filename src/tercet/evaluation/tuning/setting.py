"""A search setting that can be tried: what it asks of the engine, and how `.env` says it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from tercet.types import LEGS, RRF_K, Fusion, FusionMethod, Mode, Query

_LEG_NAMES = ("dense", "sparse", "late")  # as TERCET_FUSION_WEIGHTS has them, in the order of LEGS


@dataclass(frozen=True, slots=True)
class Setting:
    """Mode, candidates a leg, fusion and chunk size; what is not given is Tercet's default.

    `method` None is the mode's own fusion, `weights` are those of the legs in the order of
    `LEGS` (empty: all 1), and `chunk_size` 0 is the chunker's own.
    """

    mode: Mode = "fused"
    prefetch_limit: int = 50
    method: FusionMethod | None = None
    weights: tuple[float, ...] = ()
    k: int = RRF_K
    chunk_size: int = 0

    @property
    def fusion(self) -> Fusion | None:
        """The fusion of the query; None is the mode's own."""
        if self.method is None:
            return None
        return Fusion(self.method, dict(zip(LEGS, self.weights, strict=False)), self.k)

    def query(self, asked: Query) -> Query:
        """The query with this setting, and without all that is not tuned: expansion, reranker,
        preferences for what is new or different."""
        return replace(
            asked,
            mode=self.mode,
            prefetch_limit=self.prefetch_limit,
            fusion=self.fusion,
            expand=(),
            rerank=False,
            recency=None,
            diversity=0.0,
            per_document=0,
            window="chunk",
        )

    def changes(self) -> dict[str, str]:
        """The environment variables that differ from the default, with their values."""
        values = {
            "mode": self.mode,
            "prefetch_limit": str(self.prefetch_limit),
            "method": self.method or "",
            "weights": _weights(self.weights),
            "k": str(self.k),
            "chunk_size": str(self.chunk_size),
        }
        return {
            _VARIABLES[field.name]: values[field.name]
            for field in fields(self)
            if getattr(self, field.name) != getattr(DEFAULT, field.name)
        }

    def words(self) -> str:
        """What differs from the default, on one line."""
        changes = self.changes()
        return ", ".join(f"{_LABELS[name]} {value}" for name, value in changes.items()) or "default"


DEFAULT = Setting()

_VARIABLES = {
    "mode": "TERCET_MODE",
    "prefetch_limit": "TERCET_PREFETCH_LIMIT",
    "method": "TERCET_FUSION",
    "weights": "TERCET_FUSION_WEIGHTS",
    "k": "TERCET_RRF_K",
    "chunk_size": "TERCET_CHUNK_SIZE",
}
_LABELS = {
    "TERCET_MODE": "mode",
    "TERCET_PREFETCH_LIMIT": "depth",
    "TERCET_FUSION": "fusion",
    "TERCET_FUSION_WEIGHTS": "weights",
    "TERCET_RRF_K": "k",
    "TERCET_CHUNK_SIZE": "chunks",
}


def _weights(weights: tuple[float, ...]) -> str:
    pairs = zip(_LEG_NAMES, weights, strict=False)
    return ",".join(f"{name}={weight:g}" for name, weight in pairs)
