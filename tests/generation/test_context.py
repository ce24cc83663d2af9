"""Packing: the budget holds, order is kept, repeats go, what was dropped is counted."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tercet.generation.context import pack
from tercet.types import Chunk, Hit


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def hits(*texts: str) -> list[Hit]:
    return [
        Hit(Chunk(text, 0, len(text), index, document="d"), 1.0 - index / 10)
        for index, text in enumerate(texts)
    ]


@given(st.lists(st.text(alphabet="ab ", min_size=1), max_size=12), st.integers(0, 30))
def test_the_budget_holds_but_for_the_first(texts: list[str], budget: int) -> None:
    context = pack(hits(*texts), budget, words)
    kept = [hit.text for hit in context.hits]
    assert sum(words(kept)) <= max(budget, words(kept[:1])[0] if kept else 0)
    assert [text for text in texts if text in kept][: len(kept)] or not kept
    unique = {" ".join(text.split()) for text in texts}
    assert len(kept) + context.dropped == len(unique)


def test_repeats_and_what_does_not_fit_are_left_out() -> None:
    context = pack(hits("one two", "one  two", "a b c d e f", "three"), 3, words)
    assert [hit.text for hit in context.hits] == ["one two", "three"]
    assert context.dropped == 1
