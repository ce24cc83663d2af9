"""BM25 as a sparse vector: the engine multiplies by IDF, here is the rest of the formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import qdrant_edge as qe

from tercet.errors import SettingsError
from tercet.types import FloatArray, SparseVector

# Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), section 3.5;
# the values are those of Qdrant/bm25 and of Lucene.
K = 1.2
B = 0.75
DEFAULT_AVG_TERMS = 256.0


class Bm25:
    """Term frequencies from the engine's own tokenizer, stop words and stemmer, weighed with
    the mean length of the corpus at hand.

    Term ids are those of `Qdrant/bm25`. The engine's class takes the mean length when it is
    made; asked for b = 0 it gives weights from which the frequencies can be read back, so one
    instance serves every mean length.
    """

    name = "bm25"

    def __init__(self, language: str = "english") -> None:
        self.avg_terms = 0.0
        try:
            self._model = qe.Bm25(qe.Bm25Config(k=K, b=0.0, language=language))
        except ValueError as error:
            raise SettingsError(
                f"BM25 has no stop words and stemmer for {language!r}: {error}.",
                "Set TERCET_LANGUAGE to a language such as english, german or spanish.",
            ) from None

    def passages(self, texts: Sequence[str]) -> Iterator[tuple[SparseVector, int]]:
        """The vector and the length in terms of each text."""
        for text in texts:
            indices, frequencies = self._frequencies(text)
            length = int(frequencies.sum())
            yield SparseVector(indices, self._weights(frequencies, length)), length

    def query(self, text: str) -> SparseVector:
        """Every term of the query with the number of times it is there.

        That is the query's part of BM25 with k3 without bound (Robertson and Zaragoza, 2009,
        section 3.5.3): long questions say twice what they are about. The engine's own vector
        has 1 for each; docs/decisions/query-terms.md says what that costs.
        """
        indices, frequencies = self._frequencies(text)
        return SparseVector(indices, frequencies)

    def mean_terms(self, texts: Sequence[str]) -> float:
        """The mean length of the texts in terms."""
        lengths = [int(self._frequencies(text)[1].sum()) for text in texts]
        return sum(lengths) / len(lengths) if lengths else 0.0

    def _frequencies(
        self, text: str
    ) -> tuple[np.ndarray[tuple[int], np.dtype[np.uint32]], FloatArray]:
        vector = self._model.embed_document(text)
        saturated = np.asarray(vector.values, dtype=np.float64)
        # saturated = f (K + 1) / (f + K), solved for f
        frequencies = np.rint(saturated * K / (K + 1 - saturated)).astype(np.float32)
        return np.asarray(vector.indices, dtype=np.uint32), frequencies

    def _weights(self, frequencies: FloatArray, length: int) -> FloatArray:
        relative = length / (self.avg_terms or DEFAULT_AVG_TERMS)
        weights = frequencies * (K + 1) / (frequencies + K * (1 - B + B * relative))
        return weights.astype(np.float32, copy=False)
