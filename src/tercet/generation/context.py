"""Hits to a context: what the writer is shown, within a budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tercet.types import Context, Hit


def pack(
    hits: Sequence[Hit], budget: int, count_tokens: Callable[[Sequence[str]], list[int]]
) -> Context:
    """The best hits that fit `budget` tokens together, without repeated texts.

    Order is kept. A hit that does not fit is dropped and counted, never cut; the first hit is
    always in.
    """
    unique = _without_repeats(hits)
    kept: list[Hit] = []
    left = budget
    for hit, tokens in zip(unique, count_tokens([hit.text for hit in unique]), strict=True):
        if kept and tokens > left:
            continue
        kept.append(hit)
        left -= tokens
    return Context(tuple(kept), dropped=len(unique) - len(kept))


def _without_repeats(hits: Sequence[Hit]) -> list[Hit]:
    seen: dict[str, Hit] = {}
    for hit in hits:
        seen.setdefault(" ".join(hit.text.split()), hit)
    return list(seen.values())
