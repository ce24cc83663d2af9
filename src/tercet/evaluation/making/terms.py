"""Words, and how rare they are in the corpus."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_COMMON = 0.1  # a word in more of the chunks than this says little in any language


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, in their order."""
    return [word.lower() for word in _WORD.findall(text)]


class Terms:
    """Inverse document frequencies of the words of a corpus, a chunk being a document."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._frequencies: Counter[str] = Counter()
        self._texts = 0
        for text in texts:
            self._frequencies.update(set(words_of(text)))
            self._texts += 1

    def idf(self, word: str) -> float:
        """log(1 + (N - n + 0.5) / (n + 0.5)), as BM25 has it (Robertson and Zaragoza, 2009)."""
        n = self._frequencies[word]
        return math.log(1 + (self._texts - n + 0.5) / (n + 0.5))

    def content(self, text: str) -> list[str]:
        """The words that tell something, each once: not short, not a number, not in more than a
        tenth of the chunks (in a small corpus, than in two)."""
        most = max(2.0, _COMMON * self._texts)
        return [
            word
            for word in dict.fromkeys(words_of(text))
            if len(word) > 2 and not word[0].isdigit() and self._frequencies[word] <= most
        ]
