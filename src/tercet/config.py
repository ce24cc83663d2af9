"""Settings as data: read from the environment and `.env`, validated, building nothing.

The guide's names stay: `OPENAI_API_KEY`, `OPENAI_BASE_URL`, `QDRANT_URL`, `QDRANT_API_KEY`.
The rest begins with `TERCET_`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from tercet.errors import SettingsError
from tercet.types import RRF_K, Fusion, FusionMethod, LegName, Mode, Recency, Window, is_url

BUILTIN_MODEL = "tercet-minilm-l6"
BUILTIN_SPARSE = "bm25"

# The guide's three models, by the names FastEmbed knows them by.
GUIDE_MODELS = (
    "sentence-transformers/all-MiniLM-L6-v2",
    "Qdrant/bm25",
    "colbert-ir/colbertv2.0",
)


class Settings(BaseSettings):
    """All settings. Contradictions are refused here, before anything is built."""

    model_config = SettingsConfigDict(
        env_prefix="TERCET_",
        env_file=".env",
        env_ignore_empty=True,  # `QDRANT_API_KEY=` is how templates leave a setting out
        extra="ignore",
        populate_by_name=True,
        frozen=True,
    )

    index: str = Field(
        ".tercet",
        validation_alias=AliasChoices("TERCET_INDEX", "QDRANT_URL"),
        description="A folder, or the URL of a Qdrant server.",
    )
    collection: str = Field("rag-documents", description="The collection in the index.")
    tenant: str = Field("", description="Whose documents are read and written.")
    qdrant_api_key: SecretStr | None = Field(
        None, validation_alias="QDRANT_API_KEY", description="The server's key."
    )
    qdrant_grpc: bool = Field(False, description="Talk gRPC to the server instead of REST.")
    timeout: float = Field(60.0, gt=0, description="Seconds a server or model may take.")

    models: Literal["builtin", "guide"] = Field(
        "builtin", description="The models of all three legs: in the package, or the guide's."
    )
    dense_model: str = Field("", description="Another dense model, by FastEmbed name.")
    sparse_model: str = Field("", description="Another sparse model, by FastEmbed name.")
    late_model: str = Field("", description="Another late-interaction model, by FastEmbed name.")
    model_cache: Path | None = Field(None, description="Where FastEmbed keeps its models.")
    language: str = Field("english", description="Stop words and stemmer of BM25.")
    threads: int = Field(0, ge=0, description="Threads of the model; 0 is one a core.")

    chunker: Literal["tokens", "characters"] = Field(
        "tokens", description="Structure-aware, or the guide's fixed windows of characters."
    )
    chunk_size: int = Field(0, ge=0, description="Tokens (default 200) or characters (1000).")
    chunk_overlap: int = Field(-1, ge=-1, description="Tokens (default 25) or characters (200).")

    mode: Mode = Field("fused", description="The search mode.")
    prefetch_limit: int = Field(50, ge=1, description="Candidates each leg contributes.")

    fusion: FusionMethod | None = Field(
        None, description="How `fused` and `hybrid` fuse: dbsf, rrf or vote. [default: the mode's]"
    )
    fusion_weights: str = Field(
        "", description="Weights of the legs in rrf and vote: `dense=1,sparse=0.5,late=1`."
    )
    rrf_k: int = Field(RRF_K, ge=1, description="The constant of reciprocal rank fusion.")
    expand: str = Field("", description="Query expansions of every query, with commas.")
    reranker: str = Field(
        "", description="A cross-encoder by FastEmbed name, or `model` for the one that writes."
    )
    rerank_limit: int = Field(30, ge=1, description="Candidates a reranker sees.")
    recency: str = Field(
        "", description="Prefers what is new, by a metadata date: `modified:365` halves per year."
    )
    diversity: float = Field(0.0, ge=0, le=1, description="How much hits shall differ (MMR).")
    per_document: int = Field(0, ge=0, description="Most hits of one document; 0 any number.")
    window: Window = Field(
        "chunk", description="Text a hit brings: chunk, neighbours, or its section."
    )

    openai_api_key: SecretStr | None = Field(
        None, validation_alias="OPENAI_API_KEY", description="Lets a model write the answers."
    )
    openai_base_url: str | None = Field(
        None, validation_alias="OPENAI_BASE_URL", description="Any OpenAI-compatible endpoint."
    )
    model: str = Field("gpt-4o", description="The model that writes.")
    temperature: float = Field(0.7, ge=0, le=2, description="Its temperature.")
    context_tokens: int = Field(3000, ge=100, description="Tokens of passages it is shown.")

    readers: int = Field(
        -1, ge=-1, description="Processes that read files; -1 is half of the cores, 0 none."
    )
    read_timeout: float = Field(120.0, gt=0, description="Seconds that one file may take.")
    read_memory_mb: int = Field(2048, ge=0, description="Memory that one file may take; 0: any.")
    max_file_mb: int = Field(1024, ge=1, description="Larger files are not read.")
    ocr_languages: str = Field(
        "eng", description="Languages of scans, as tesseract names them: `eng+deu`."
    )
    ocr_seconds: float = Field(80.0, gt=0, description="Seconds of OCR that one PDF may take.")
    allow_private: bool = Field(False, description="Fetch URLs on private addresses too.")
    web_pages: int = Field(1000, ge=1, description="Pages fetched from one sitemap at most.")
    web_delay: float = Field(0.5, ge=0, description="Seconds between two pages of one host.")

    lock_timeout: float = Field(2.0, ge=0, description="Seconds to wait for an embedded index.")
    min_free_mb: int = Field(256, ge=0, description="Writing stops below this much free disk.")

    @model_validator(mode="after")
    def _overlap_fits(self) -> Settings:
        size, overlap = self.chunk_measures
        if size <= overlap:
            raise ValueError(f"chunk_overlap ({overlap}) must be smaller than chunk_size ({size})")
        return self

    @property
    def chunk_measures(self) -> tuple[int, int]:
        """Size and overlap of chunks in the chunker's unit, defaults filled in."""
        size, overlap = (200, 25) if self.chunker == "tokens" else (1000, 200)
        return self.chunk_size or size, overlap if self.chunk_overlap < 0 else self.chunk_overlap

    @model_validator(mode="after")
    def _retrieval_makes_sense(self) -> Settings:
        _ = self.leg_weights, self.recency_rule
        return self

    @property
    def leg_weights(self) -> dict[LegName, float]:
        """The weights of the legs that are set. Raises `ValueError` for what is none."""
        return dict(_leg_weight(part) for part in self.fusion_weights.split(",") if part.strip())

    @property
    def fusion_rule(self) -> Fusion | None:
        """How legs are fused, if that is set."""
        if self.fusion is None and not self.fusion_weights:
            return None
        return Fusion(self.fusion or "vote", self.leg_weights, self.rrf_k)

    @property
    def recency_rule(self) -> Recency | None:
        """The preference for what is new, if there is one. Raises `ValueError` for what is none."""
        if not self.recency:
            return None
        field, _, days = self.recency.partition(":")
        if not field or not days.replace(".", "", 1).isdigit() or float(days) == 0:
            raise ValueError(f"recency is {self.recency!r}, and not like modified:365 (field:days)")
        return Recency(field, float(days))

    @property
    def expansions(self) -> tuple[str, ...]:
        """The names of the query expansions."""
        return tuple(name.strip() for name in self.expand.split(",") if name.strip())

    @property
    def remote(self) -> bool:
        """Whether the index is a server."""
        return is_url(self.index)

    @property
    def writes_with_model(self) -> bool:
        """Whether a model writes the answers: a key or an endpoint is set."""
        return self.openai_api_key is not None or bool(self.openai_base_url)

    @property
    def leg_models(self) -> tuple[str, str, str]:
        """Names of the dense, sparse and late models; "" is the one in the package."""
        preset = GUIDE_MODELS if self.models == "guide" else ("", "", "")
        own = (self.dense_model, self.sparse_model, self.late_model)
        dense, sparse, late = (
            "" if mine in (BUILTIN_MODEL, BUILTIN_SPARSE) else mine or given
            for mine, given in zip(own, preset, strict=True)
        )
        return dense, sparse, late


def read_settings(overrides: Mapping[str, object] | None = None) -> Settings:
    """Settings from `overrides` (None values do not count), the environment, and `.env`.

    Raises `SettingsError` that names the setting and what is wrong with it.
    """
    given = {key: value for key, value in (overrides or {}).items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise SettingsError(
            f"{_variable(first['loc'])}: {first['msg'].removeprefix('Value error, ')}.",
            "See docs/settings.md for all settings.",
        ) from None


def _leg_weight(text: str) -> tuple[LegName, float]:
    name, _, value = text.strip().partition("=")
    legs: dict[str, LegName] = {"dense": "dense", "sparse": "sparse", "late": "late_interaction"}
    try:
        weight = float(value)
        return legs[name], weight
    except (KeyError, ValueError):
        raise ValueError(
            f"fusion_weights holds {text.strip()!r}; write dense=1,sparse=0.5,late=1"
        ) from None


def _variable(location: tuple[int | str, ...]) -> str:
    """The environment variable that a pydantic error is about."""
    if not location:
        return "The settings contradict each other"
    name = str(location[0])
    variable = f"TERCET_{name.upper()}" if name in Settings.model_fields else name
    return f"{variable} is wrong"
