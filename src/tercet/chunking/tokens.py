"""Chunks by structure, measured in the tokens of the encoder."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from tercet.chunking.boundaries import Boundaries, Strength
from tercet.chunking.context import make_chunks
from tercet.chunking.measures import check_measures
from tercet.types import Chunk, Document

# The [start, end) characters of every token of a text, special tokens not among them.
TokenSpans: TypeAlias = Callable[[str], Sequence[tuple[int, int]]]

# A token has 4 to 5 characters in most languages; a passage of many more per token is white
# space, or words the tokenizer does not know, and would only fill the payload.
_CHARACTERS_PER_TOKEN = 16


class TokenChunker:
    """Passages of at most `size` tokens, cut where the document itself is divided.

    The strongest place in the later part of each window is taken: a heading (from the first
    quarter on), a paragraph, line or sentence end (from the half on), a word, a token. Passages
    of one section share up to `overlap` tokens, from the beginning of a sentence or word; a
    new section begins without.

    Chunks cover the text, in order; without overlap their concatenation is the text. A text of
    white space alone is one chunk, an empty one none. Only a single character that is itself
    more than `size` tokens makes a chunk above the size. The size is that of the text alone:
    title, heading path and lead come on top of it in what is embedded. Raises `SettingsError`
    when the overlap is not smaller than the size.
    """

    def __init__(self, size: int = 200, overlap: int = 25, *, spans: TokenSpans) -> None:
        check_measures(size, overlap)
        self.name = f"tokens-{size}-{overlap}-v2"
        self._size = size
        self._overlap = overlap
        self._spans = spans

    def __call__(self, document: Document) -> list[Chunk]:
        return make_chunks(document, self._cuts(document))

    def _cuts(self, document: Document) -> Iterator[tuple[int, int]]:
        text = document.text
        starts = [start for start, _ in self._spans(text)]
        boundaries = Boundaries(document)
        start = end = 0
        while end < len(text):
            cut = self._end(text, starts, boundaries, start, end)
            if cut is None:  # the overlap leaves no room for anything new
                start = end
                continue
            yield start, cut
            start, end = self._next_start(starts, boundaries, start, cut), cut

    def _end(
        self, text: str, starts: Sequence[int], boundaries: Boundaries, start: int, covered: int
    ) -> int | None:
        """Where the chunk from `start` ends, beyond `covered`; None if it cannot."""
        tokens = self._size
        limit = start + _CHARACTERS_PER_TOKEN * self._size
        while True:
            high = min(_token_start(starts, start, tokens, len(text)), limit)
            if high <= covered:
                return None if start < covered else self._split(text, start)
            half = max(covered + 1, _token_start(starts, start, tokens // 2, len(text)))
            quarter = max(covered + 1, _token_start(starts, start, tokens // 4, len(text)))
            cut = high if high == len(text) else _best(boundaries, quarter, half, high)
            over = len(self._spans(text[start:cut])) - self._size
            if over <= 0:
                return cut
            # A cut inside a word has other tokens than the word: try with fewer.
            tokens -= max(1, min(over, tokens // 2))
            if tokens < 1:
                return None if start < covered else self._split(text, start)

    def _split(self, text: str, start: int) -> int:
        """An end inside a word that is no token of its own, found by halving."""
        length = min(len(text) - start, _CHARACTERS_PER_TOKEN * self._size)
        while length > 1 and len(self._spans(text[start : start + length])) > self._size:
            length //= 2
        return start + max(1, length)

    def _next_start(
        self, starts: Sequence[int], boundaries: Boundaries, start: int, end: int
    ) -> int:
        if not self._overlap or boundaries.is_heading(end):
            return end
        last = bisect_left(starts, end)
        first = max(last - self._overlap, bisect_left(starts, start) + 1)
        # Several tokens may come from one character, and begin at the same place.
        while first < last and starts[first] == starts[first - 1]:
            first += 1
        if first >= last:
            return end
        low, half = starts[first], starts[(first + last) // 2]
        if boundaries.is_in_table(end):  # a part of a row says nothing
            row = boundaries.first(Strength.SENTENCE, low, end)
            return row if row is not None and row > start else end
        for strength in (Strength.LINE, Strength.SENTENCE):
            place = boundaries.first(strength, low, half + 1)
            if place is not None and place > start:
                return place
        word = boundaries.first(Strength.WORD, low, end)
        return word if word is not None and word > start else low


def _token_start(starts: Sequence[int], start: int, tokens: int, length: int) -> int:
    """Where the token begins that comes `tokens` after the first one from `start` on."""
    index = bisect_left(starts, start) + tokens
    return starts[index] if index < len(starts) else length


def _best(boundaries: Boundaries, quarter: int, half: int, high: int) -> int:
    heading = boundaries.last(Strength.HEADING, quarter, high)
    if heading is not None:
        return heading
    for strength in (Strength.PARAGRAPH, Strength.LINE, Strength.SENTENCE, Strength.WORD):
        place = boundaries.last(strength, half, high)
        if place is not None:
            return place
    return high
