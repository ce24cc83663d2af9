"""Settings as data: read from the environment and `.env`, validated, building nothing.

The guide's names stay: `OPENAI_API_KEY`, `OPENAI_BASE_URL`, `QDRANT_URL`, `QDRANT_API_KEY`.
The rest begins with `TERCET_`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import AliasChoices, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from tercet.config.parsing import MaskKind, masks_in, names_in, recency_in, weights_in
from tercet.errors import SettingsError
from tercet.types import RRF_K, Fusion, FusionMethod, LegName, Mode, Recency, Window, is_url
from tercet.types.answers import GuardPolicy
from tercet.types.index import LateDatatype, Quantization

# What is done with orders to a model inside documents.
InjectionPolicy: TypeAlias = Literal["off", "flag", "remove"]

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

    late_datatype: Literal["auto", LateDatatype] = Field(
        "auto",
        description="How a new index stores token vectors: float16, uint8, turbo8 or turbo4.",
    )
    quantization: Literal["auto", Quantization] = Field(
        "auto",
        description="A compact copy of a new index's dense vectors: none, scalar, binary or turbo.",
    )

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
    max_tokens: int = Field(0, ge=0, description="Tokens it may write; 0 is the endpoint's own.")
    seed: int | None = Field(None, description="Its seed, where the endpoint takes one.")
    chat_api: Literal["auto", "chat", "responses"] = Field(
        "auto", description="Chat completions or responses; auto: the second where it must be."
    )
    fallback_models: str = Field(
        "", description="Models asked in turn when the one that writes is out, with commas."
    )
    fallback_on_refusal: bool = Field(
        False, description="Ask them too where a model will not answer."
    )
    answer_timeout: float = Field(
        0.0, ge=0, description="Seconds of a call with retries and fallbacks; 0: twice `timeout`."
    )
    connect_timeout: float = Field(
        0.0, ge=0, description="Seconds to connect to a model; 0: a sixth of `timeout`."
    )
    first_token_timeout: float = Field(
        0.0, ge=0, description="Seconds until its first token; 0: `timeout`."
    )
    token_timeout: float = Field(
        0.0, ge=0, description="Seconds from one token to the next; 0: a third of `timeout`."
    )
    max_answer_characters: int = Field(1_000_000, ge=1, description="Longer answers are stopped.")
    retries: int = Field(2, ge=0, le=20, description="Retries of a call to a model.")
    breaker_failures: int = Field(
        5, ge=1, description="Failures in a row after which a model is left alone."
    )
    breaker_seconds: float = Field(30.0, gt=0, description="Seconds for which it is left alone.")
    prices: Path | None = Field(
        None, description="A TOML or JSON file of prices per million tokens."
    )
    log_content: bool = Field(
        False, description="Log prompts and answers of a model too, not only their measures."
    )
    context_tokens: int = Field(3000, ge=100, description="Tokens of passages it is shown.")

    injections: InjectionPolicy = Field(
        "flag", description="Orders to a model inside documents: off, flag or remove."
    )
    mask: str = Field(
        "", description="Masked before a model sees it: `secrets`, `personal`, with commas."
    )
    mask_region: str = Field(
        "", description="Country of telephone numbers without `+`, like DE. [default: none]"
    )
    scope: Path | None = Field(None, description="A TOML file of rules: what is not answered.")

    precision: float = Field(
        0.8, gt=0, lt=1, description="Share of quoted answers that shall be right; else abstains."
    )
    calibration: Path | None = Field(
        None, description="A file of `tercet calibrate`: what share is right at which score."
    )
    guard: GuardPolicy = Field(
        "flag", description="Unsupported statements of the model: off (shown), flag or block."
    )
    judge: str = Field(
        "", description="A model that judges support: 1 for the one that writes, or its name."
    )

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

    @model_validator(mode="after")
    def _masks_are_known(self) -> Settings:
        _ = self.masks
        return self

    @property
    def masks(self) -> tuple[MaskKind, ...]:
        """The kinds of data that are masked. Raises `ValueError` for an unknown one."""
        return masks_in(self.mask)

    @property
    def leg_weights(self) -> dict[LegName, float]:
        """The weights of the legs that are set. Raises `ValueError` for what is none."""
        return weights_in(self.fusion_weights)

    @property
    def fusion_rule(self) -> Fusion | None:
        """How legs are fused, if that is set."""
        if self.fusion is None and not self.fusion_weights:
            return None
        return Fusion(self.fusion or "vote", self.leg_weights, self.rrf_k)

    @property
    def recency_rule(self) -> Recency | None:
        """The preference for what is new, if there is one. Raises `ValueError` for what is none."""
        return recency_in(self.recency)

    @property
    def expansions(self) -> tuple[str, ...]:
        """The names of the query expansions."""
        return names_in(self.expand)

    @property
    def writers(self) -> tuple[str, ...]:
        """The models that write, in the order in which they are asked."""
        return tuple(dict.fromkeys((self.model, *names_in(self.fallback_models))))

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


def _variable(location: tuple[int | str, ...]) -> str:
    """The environment variable that a pydantic error is about."""
    if not location:
        return "The settings contradict each other"
    name = str(location[0])
    variable = f"TERCET_{name.upper()}" if name in Settings.model_fields else name
    return f"{variable} is wrong"
