"""Cross-encoders by name, through FastEmbed: a question and a passage read together, one score.

FastEmbed cuts what is longer than the model takes. Here a long passage is read in windows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tercet.embedding.fastembed import NamedModel, cut_pieces, load_options

_BATCH = 16  # passages of a batch are padded to the longest


class CrossEncoder(NamedModel):
    """A cross-encoder. Raises `SettingsError` for a name that FastEmbed does not know."""

    def __init__(self, name: str, cache: Path | None, threads: int) -> None:
        from fastembed.rerank.cross_encoder import TextCrossEncoder

        super().__init__(TextCrossEncoder, name, load_options(cache, threads))

    def scores(self, query: str, passages: Sequence[str]) -> list[float]:
        """One score a passage, of no fixed scale: the higher the better.

        A passage that is too long is scored in windows and has the best of them (MaxP: Dai and
        Callan, SIGIR 2019). Raises `ModelUnavailable` when the model cannot be loaded.
        """
        cut = self._windows(query, passages)
        flat = [window for windows in cut for window in windows]
        found = iter(self._model.rerank(query, flat, batch_size=_BATCH))
        return [max(float(next(found)) for _ in windows) for windows in cut]

    def _windows(self, query: str, passages: Sequence[str]) -> list[list[str]]:
        if self._tokenizer is None:
            return [[passage] for passage in passages]
        tokenizer, most = self._tokenizer
        asked = len(tokenizer.encode(query, add_special_tokens=False).ids)
        # A question that fills the model is cut by FastEmbed; the passage keeps a quarter.
        limit = max(most - asked, most // 4)
        encodings = tokenizer.encode_batch(list(passages), add_special_tokens=False)
        return [
            cut_pieces(passage, encoding.offsets, limit)[0]
            for passage, encoding in zip(passages, encodings, strict=True)
        ]
