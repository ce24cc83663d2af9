"""Every other model by name, through FastEmbed: downloaded once, then used from its cache.

FastEmbed cuts texts at the model's limit. Here they are first split into windows with the
model's own tokenizer, so that nothing is lost.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
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


class FastEmbedModel(Generic[VectorT]):
    """One FastEmbed model as a `VectorEncoder`; see `dense_model`, `sparse_model` and
    `late_model`. The model is loaded, and if need be downloaded, with the first text."""

    def __init__(
        self,
        name: str,
        load: Callable[[], Any],
        convert: Callable[[Any], VectorT],
        join: Callable[[list[VectorT], list[int]], VectorT],
    ) -> None:
        self.name = name
        self._load = load
        self._convert = convert
        self._join = join
        self._loaded: Any = None

    def passages(self, texts: Sequence[str]) -> Iterator[VectorT]:
        """One vector a text, in order. Raises `ModelUnavailable` when it cannot be loaded."""
        model = self._model()
        cut = [self._windows(text) for text in texts]
        flat = [window for windows, _ in cut for window in windows]
        vectors = map(self._convert, model.passage_embed(flat, batch_size=_BATCH))
        for windows, weights in cut:
            yield self._join([next(vectors) for _ in windows], weights)

    def query(self, text: str) -> VectorT:
        return self._convert(next(iter(self._model().query_embed(text))))

    def _model(self) -> Any:
        if self._loaded is None:
            try:
                self._loaded = self._load()
            except (ValueError, OSError, RuntimeError) as error:
                raise ModelUnavailable(
                    f"The model {self.name!r} is not in the cache and could not be "
                    f"downloaded: {_first_line(error)}",
                    "Connect to the network once, set TERCET_MODEL_CACHE to a folder that "
                    "holds it, or use the model in the package.",
                ) from error
        return self._loaded

    def _windows(self, text: str) -> tuple[list[str], list[int]]:
        """The text in pieces the model takes whole, and the tokens of each."""
        found = _tokenizer(self._model())
        if found is None:
            return [text], [1]
        tokenizer, limit = found
        offsets = tokenizer.encode(text, add_special_tokens=False).offsets
        ranges = window_ranges(len(offsets), limit)
        if len(ranges) == 1:
            return [text], [len(offsets)]
        pieces = [text[offsets[first][0] : offsets[last - 1][1]] for first, last in ranges]
        return pieces, [last - first for first, last in ranges]


def dense_model(name: str, cache: Path | None, threads: int) -> FastEmbedModel[FloatArray]:
    """A dense model; long texts get the mean of their windows."""
    from fastembed import TextEmbedding

    spelled = _supported(name, TextEmbedding.list_supported_models())
    return FastEmbedModel(
        spelled,
        lambda: TextEmbedding(spelled, cache_dir=_text(cache), threads=threads or None),
        _unit,
        mean_direction,
    )


def sparse_model(name: str, cache: Path | None, threads: int) -> FastEmbedModel[SparseVector]:
    """A sparse model; long texts get the greatest weight of each term in any window."""
    from fastembed import SparseTextEmbedding

    spelled = _supported(name, SparseTextEmbedding.list_supported_models())
    return FastEmbedModel(
        spelled,
        lambda: SparseTextEmbedding(spelled, cache_dir=_text(cache), threads=threads or None),
        lambda found: SparseVector(
            np.asarray(found.indices, dtype=np.uint32),
            np.asarray(found.values, dtype=np.float32),
        ),
        lambda vectors, _: strongest_terms(vectors),
    )


def late_model(name: str, cache: Path | None, threads: int) -> FastEmbedModel[FloatArray]:
    """A late-interaction model; long texts get the token vectors of all windows."""
    from fastembed import LateInteractionTextEmbedding

    spelled = _supported(name, LateInteractionTextEmbedding.list_supported_models())
    return FastEmbedModel(
        spelled,
        lambda: LateInteractionTextEmbedding(
            spelled, cache_dir=_text(cache), threads=threads or None
        ),
        lambda found: np.asarray(found, dtype=np.float32),
        lambda vectors, _: np.concatenate(vectors),
    )


def dense_dim(name: str) -> int:
    """Dimension of a dense model, known without loading it."""
    from fastembed import TextEmbedding

    return _dim(name, TextEmbedding.list_supported_models())


def late_dim(name: str) -> int:
    """Dimension of a late-interaction model's token vectors, known without loading it."""
    from fastembed import LateInteractionTextEmbedding

    return _dim(name, LateInteractionTextEmbedding.list_supported_models())


def needs_idf(name: str) -> bool:
    """Whether a sparse model leaves the inverse document frequency to the engine."""
    from fastembed import SparseTextEmbedding

    models = SparseTextEmbedding.list_supported_models()
    spelled = _supported(name, models)
    return any(model["model"] == spelled and bool(model.get("requires_idf")) for model in models)


def _supported(name: str, models: Sequence[dict[str, Any]]) -> str:
    """The name as FastEmbed spells it. Raises `SettingsError` naming the nearest ones."""
    names = {str(model["model"]).lower(): str(model["model"]) for model in models}
    if name.lower() in names:
        return names[name.lower()]
    near = difflib.get_close_matches(name.lower(), names, n=3, cutoff=0.4)
    hint = f"Near it: {', '.join(names[match] for match in near)}. " if near else ""
    raise SettingsError(
        f"FastEmbed has no model {name!r} of this kind.", f"{hint}`tercet models` lists all."
    )


def _dim(name: str, models: Sequence[dict[str, Any]]) -> int:
    spelled = _supported(name, models)
    return next(int(model["dim"]) for model in models if model["model"] == spelled)


def _tokenizer(model: Any) -> tuple[tokenizers.Tokenizer, int] | None:
    """The model's tokenizer without its limit, and the limit; None if it has none (BM25)."""
    found = getattr(model.model, "tokenizer", None)
    truncation = getattr(found, "truncation", None)
    if found is None or not truncation:
        return None
    import tokenizers

    whole = tokenizers.Tokenizer.from_str(found.to_str())
    whole.no_truncation()
    whole.no_padding()
    return whole, int(truncation["max_length"]) - _SPECIAL_TOKENS


def _unit(vector: Any) -> FloatArray:
    found = np.asarray(vector, dtype=np.float32)
    unit: FloatArray = found / max(float(np.linalg.norm(found)), 1e-12)
    return unit


def _text(cache: Path | None) -> str | None:
    return None if cache is None else str(cache)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0][:200]
