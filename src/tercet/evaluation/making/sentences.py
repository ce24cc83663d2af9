"""Questions from key sentences: keywords of a sentence, the rarest left out."""

from __future__ import annotations

import re
from statistics import fmean

from tercet.evaluation.making.made import Made
from tercet.evaluation.making.terms import Terms, words_of
from tercet.generation.sentences import Sentence, split_sentences
from tercet.types import Chunk

_SHORTEST, _LONGEST = 8, 40  # words of a sentence that says one thing
_LEAST = 4  # words that tell something
_KEYWORDS = 6
_NO_PROSE = re.compile(r"[|{}<>=;`\\]|://|^\s*[-*#+>]|^ {4}", re.MULTILINE)


class SentenceQuestions:
    """Makes a question of a chunk's key sentence: the one whose words are rarest on average.

    The rarest word is left out, as a cloze leaves out the answer (Taylor, 1953), because it alone
    would find the sentence; the next six are the query, rarest first, so that no phrase of
    the document is in it. The words are still those of the document.
    """

    def __init__(self, terms: Terms) -> None:
        self._terms = terms

    def __call__(self, chunk: Chunk) -> Made | None:
        """The question, or None if the chunk has no fitting sentence."""
        fitting = [one for one in split_sentences(chunk.text) if self._fits(one)]
        if not fitting:
            return None
        key = max(fitting, key=self._rarity)
        rare = sorted(self._terms.content(key.text), key=lambda word: -self._terms.idf(word))
        return Made(
            question=" ".join(rare[1 : 1 + _KEYWORDS]),
            sources=tuple(sorted(chunk.sources or (chunk.source,))),
            page=page_at(chunk, key.start),
            answer=" ".join(key.text.split()),
            how="sentence",
        )

    def _fits(self, sentence: Sentence) -> bool:
        text = sentence.text
        return (
            text.endswith((".", "!", "?", "。"))
            and not _NO_PROSE.search(text)
            and _SHORTEST <= len(words_of(text)) <= _LONGEST
            and len(self._terms.content(text)) >= _LEAST
        )

    def _rarity(self, sentence: Sentence) -> float:
        return fmean(self._terms.idf(word) for word in self._terms.content(sentence.text))


def page_at(chunk: Chunk, offset: int) -> int | None:
    """The page of a character of the chunk, counted from its beginning."""
    position = chunk.start + offset
    pages = (page.number for page in chunk.pages if page.start <= position < page.end)
    return next(pages, chunk.page)
