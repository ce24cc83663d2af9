"""Every other model by name, through FastEmbed: downloaded once, then used from its cache.

FastEmbed cuts texts at the model's limit. Here they are first split into windows with the
model's own tokenizer, so that nothing is lost.
"""

from __future__ import annotations

import contextlib
import difflib
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from tercet.embedding.windows import mean_direction, strongest_terms, window_ranges
from tercet.errors import ModelUnavailable, SettingsError
from tercet.types import FloatArray, SparseVector

if TYPE_CHECKING:
    import tokenizers

VectorT = TypeVar("VectorT")

_BATCH = 32
_SPECIAL_TOKENS = 4  # [CLS], [SEP] and a marker of ColBERT, with one to spare
# What FastEmbed raises when it finds no model, or only half of one.
_LOADING: tuple[type[Exception], ...] = (ValueError, OSError, RuntimeError)
_HUB_TIMEOUT = 10.0  # seconds until a hub that does not answer counts as out of reach


class NamedModel:
    """A FastEmbed model of any kind. It is loaded, and if need be downloaded, when it is first
    used."""

    def __init__(self, kind: Any, name: str, options: dict[str, Any]) -> None:
        """`kind` is the FastEmbed class, `options` are its arguments. Raises `SettingsError`
        for a name that it does not know."""
        self._about = _supported(name, kind.list_supported_models())
        self.name = str(self._about["model"])
        self._kind = kind
        self._options = options

    @cached_property
    def _model(self) -> Any:
        """The loaded model: from the cache if it is there, without a look at the network."""
        try:
            with _quiet():
                return self._load(from_cache=True)
        except _engine_errors() as error:
            raise ModelUnavailable(
                f"The model {self.name!r} in the cache is damaged: {_first_line(error)}",
                "Delete that file, so that it is downloaded again.",
            ) from error
        except _LOADING:
            return self._downloaded()

    def _downloaded(self) -> Any:
        try:
            if repository := self._about["sources"]["hf"]:
                _reach_hub(repository)
            return self._load(from_cache=False)
        except _LOADING + _network_errors() as error:
            raise ModelUnavailable(
                f"The model {self.name!r} is not in the cache and could not be "
                f"downloaded: {_first_line(error)}",
                "Connect to the network once, set TERCET_MODEL_CACHE to a folder that "
                "holds it, or use the model in the package.",
            ) from error

    def _load(self, *, from_cache: bool) -> Any:
        return self._kind(self.name, **self._options, local_files_only=from_cache)

    @cached_property
    def _tokenizer(self) -> tuple[tokenizers.Tokenizer, int] | None:
        """The model's tokenizer without its limit, and the limit; None if it has none (BM25)."""
        found = getattr(self._model.model, "tokenizer", None)
        truncation = getattr(found, "truncation", None)
        if found is None or not truncation:
            return None
        import tokenizers

        whole = tokenizers.Tokenizer.from_str(found.to_str())
        whole.no_truncation()
        whole.no_padding()
        return whole, int(truncation["max_length"]) - _SPECIAL_TOKENS


class FastEmbedModel(NamedModel, Generic[VectorT]):
    """One FastEmbed model as a `VectorEncoder`; see `dense_model`, `sparse_model` and
    `late_model`."""

    def __init__(
        self,
        kind: Any,
        name: str,
        options: dict[str, Any],
        convert: Callable[[Any], VectorT],
        join: Callable[[list[VectorT], list[int]], VectorT],
    ) -> None:
        """Raises `SettingsError` for a name that FastEmbed does not know."""
        super().__init__(kind, name, options)
        self._convert = convert
        self._join = join

    def passages(self, texts: Sequence[str]) -> Iterator[VectorT]:
        """One vector a text, in order. Raises `ModelUnavailable` when it cannot be loaded."""
        cut = self._cut(texts)
        flat = [window for windows, _ in cut for window in windows]
        vectors = map(self._convert, self._model.passage_embed(flat, batch_size=_BATCH))
        for windows, weights in cut:
            yield self._join([next(vectors) for _ in windows], weights)

    def query(self, text: str) -> VectorT:
        return self._convert(next(iter(self._model.query_embed(text))))

    def _cut(self, texts: Sequence[str]) -> list[tuple[list[str], list[int]]]:
        """Each text in pieces the model takes whole, and the tokens of each piece."""
        if self._tokenizer is None:
            return [([text], [1]) for text in texts]
        tokenizer, limit = self._tokenizer
        encodings = tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [
            cut_pieces(text, encoding.offsets, limit)
            for text, encoding in zip(texts, encodings, strict=True)
        ]


def dense_model(name: str, cache: Path | None, threads: int) -> FastEmbedModel[FloatArray]:
    """A dense model; long texts get the mean of their windows."""
    from fastembed import TextEmbedding

    return FastEmbedModel(TextEmbedding, name, load_options(cache, threads), _unit, mean_direction)


def sparse_model(
    name: str, cache: Path | None, threads: int, language: str = "english"
) -> FastEmbedModel[SparseVector]:
    """A sparse model; long texts get the greatest weight of each term in any window. Only
    Qdrant/bm25 is told the language."""
    from fastembed import SparseTextEmbedding

    options = load_options(cache, threads)
    if name.lower() == "qdrant/bm25":
        options["language"] = language
    return FastEmbedModel(
        SparseTextEmbedding, name, options, _sparse, lambda vectors, _: strongest_terms(vectors)
    )


def late_model(name: str, cache: Path | None, threads: int) -> FastEmbedModel[FloatArray]:
    """A late-interaction model; long texts get the token vectors of all windows."""
    from fastembed import LateInteractionTextEmbedding

    return FastEmbedModel(
        LateInteractionTextEmbedding,
        name,
        load_options(cache, threads),
        _unit,
        lambda vectors, _: np.concatenate(vectors),
    )


def dense_dim(name: str) -> int:
    """Dimension of a dense model, known without loading it."""
    from fastembed import TextEmbedding

    return int(_supported(name, TextEmbedding.list_supported_models())["dim"])


def late_dim(name: str) -> int:
    """Dimension of a late-interaction model's token vectors, known without loading it."""
    from fastembed import LateInteractionTextEmbedding

    return int(_supported(name, LateInteractionTextEmbedding.list_supported_models())["dim"])


def needs_idf(name: str) -> bool:
    """Whether a sparse model leaves the inverse document frequency to the engine."""
    from fastembed import SparseTextEmbedding

    return bool(_supported(name, SparseTextEmbedding.list_supported_models()).get("requires_idf"))


def _supported(name: str, models: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What FastEmbed says of the model, whatever the case of its name. Raises `SettingsError`
    naming the nearest ones."""
    known = {str(model["model"]).lower(): model for model in models}
    if name.lower() in known:
        return known[name.lower()]
    near = difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.4)
    hint = f"Near it: {', '.join(known[match]['model'] for match in near)}. " if near else ""
    raise SettingsError(
        f"FastEmbed has no model {name!r} of this kind.", f"{hint}`tercet models` lists all."
    )


def load_options(cache: Path | None, threads: int) -> dict[str, Any]:
    """What every FastEmbed class is told: where models lie (None: its own place), and threads
    (0: one a core)."""
    return {"cache_dir": None if cache is None else str(cache), "threads": threads or None}


def _reach_hub(repository: str) -> None:
    """Fails at once without a network, where FastEmbed would try thrice and sleep 39 seconds."""
    import huggingface_hub

    huggingface_hub.model_info(repository, timeout=_HUB_TIMEOUT)


def _network_errors() -> tuple[type[Exception], ...]:
    """What the hub's HTTP library raises that is no `OSError`; that library has changed twice."""
    from huggingface_hub import utils

    library = getattr(utils, "httpx", None) or sys.modules.get("httpx")
    return (library.TransportError,) if library else ()


def _engine_errors() -> tuple[type[Exception], ...]:
    """What ONNX Runtime raises for a file that is no model, or half of one."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    return (state.Fail, state.InvalidGraph, state.InvalidProtobuf, state.NoSuchFile)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """FastEmbed logs a model that is not in the cache as an error."""
    from loguru import logger

    logger.disable("fastembed")
    try:
        yield
    finally:
        logger.enable("fastembed")


def cut_pieces(
    text: str, offsets: Sequence[tuple[int, int]], limit: int
) -> tuple[list[str], list[int]]:
    """A text whose tokens stand at the offsets, in pieces of at most `limit` tokens, and the
    tokens of each piece."""
    ranges = window_ranges(len(offsets), limit)
    if len(ranges) == 1:
        return [text], [len(offsets)]
    pieces = [text[offsets[first][0] : offsets[last - 1][1]] for first, last in ranges]
    return pieces, [last - first for first, last in ranges]


def _unit(vectors: Any) -> FloatArray:
    """The vector, or each row, at unit length."""
    found = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(found, axis=-1, keepdims=True)
    unit: FloatArray = found / np.maximum(lengths, 1e-12)
    return unit


def _sparse(found: Any) -> SparseVector:
    return SparseVector(
        np.asarray(found.indices, dtype=np.uint32), np.asarray(found.values, dtype=np.float32)
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0][:400]
