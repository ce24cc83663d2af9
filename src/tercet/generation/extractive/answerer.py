"""Answers without a model that writes: the sentences that support an answer best, quoted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tercet.generation.citations import cite
from tercet.generation.extractive.calibration import Calibration, read_calibration
from tercet.generation.extractive.contradictions import contradictions, date_of
from tercet.generation.extractive.nearest import ABSTAINED, abstention
from tercet.generation.extractive.support import Support, rank_sentences, score_beside
from tercet.ports import Encoder
from tercet.types import Citation, Context, Draft

__all__ = ["ABSTAINED", "CLOSE", "MOST_QUOTES", "PRECISION", "ExtractiveGenerator"]

PRECISION = 0.8  # of what is answered, as calibrated; see docs/decisions/extractive-answers.md
CLOSE = 1.0  # in log-odds: a sentence nearly as good as the best
ADDED = 0.08  # of the question, matched by a quote and not by those before: it says more
MOST_QUOTES = 3


class ExtractiveGenerator:
    """Quotes one to three sentences of the context, or abstains when none supports an answer.

    `precision` is the share of answers that shall be right, by the calibration (the one in the
    package if none is given); `enough` sets the threshold in log-odds itself.
    """

    name = "extractive"
    depth = 30

    def __init__(
        self,
        encoder: Encoder,
        calibration: Calibration | None = None,
        precision: float = PRECISION,
        *,
        enough: float | None = None,
    ) -> None:
        self._encoder = encoder
        self._calibration = calibration or read_calibration()
        self._enough = self._calibration.enough(precision) if enough is None else enough

    def __call__(self, question: str, context: Context) -> Draft:
        ranked = rank_sentences(question, context.hits, self._encoder) if context.hits else []
        ranked = sorted(ranked, key=lambda one: one.score, reverse=True)
        if not ranked or ranked[0].score < self._enough:
            said = abstention(question, context.hits, ranked, self._calibration)
            return Draft(said, abstained=True)
        return _draft(*_chosen(ranked, self._enough))


def _chosen(ranked: Sequence[Support], enough: float) -> tuple[list[Support], int]:
    """The sentences to quote, and how many of them, the first, contradict each other: the best
    and what contradicts it; what is worth enough and answers more of the question (one that asks
    for two things may need two documents); and those nearly as good that say something else, of
    other documents first."""
    close = [one for one in ranked if one.score >= ranked[0].score - CLOSE]
    sides = contradictions(ranked[0], close)[:MOST_QUOTES]
    chosen = list(sides)
    ranked = [one for one in ranked if _is_whole(one)]
    while len(chosen) < MOST_QUOTES:
        more = _more(ranked, chosen, enough)
        if more is None:
            break
        chosen.append(more)
    for support in filter(_is_whole, _others_first(close, chosen)):
        if len(chosen) < MOST_QUOTES and all(_words(support) != _words(one) for one in chosen):
            chosen.append(support)
    return chosen, len(sides) if len(sides) > 1 else 0


def _others_first(close: Sequence[Support], chosen: Sequence[Support]) -> list[Support]:
    """What other documents say confirms more than the next sentence of the same one."""
    quoted = {one.hit.source for one in chosen}
    return sorted(close, key=lambda one: one.hit.source in quoted)


def _more(ranked: Sequence[Support], chosen: Sequence[Support], enough: float) -> Support | None:
    """The best beside the chosen ones that is worth enough and matches `ADDED` of the question
    more than they do."""
    known = np.maximum.reduce([one.reached for one in chosen])
    least = ADDED * ranked[0].reached.sum() if ranked else 0.0
    telling = [
        one
        for one in ranked
        if score_beside(one, chosen) >= enough and np.maximum(0, one.reached - known).sum() >= least
    ]
    return max(telling, key=lambda one: score_beside(one, chosen), default=None)


def _is_whole(support: Support) -> bool:
    """Not the rest of a sentence that begins on another page: no more than the best may be one."""
    return not support.said[:1].islower()


def _words(support: Support) -> str:
    return " ".join(support.sentence.text.lower().split())


def _draft(chosen: Sequence[Support], sides: int) -> Draft:
    """The quotes one after the other, a row with the titles of its columns, which are a quote of
    their own. Markers count the citations in the order in which they are shown. Those that
    contradict each other have their dates."""
    citations: dict[tuple[str, int], Citation] = {}
    parts: list[str] = []
    for number, support in enumerate(chosen):
        markers = "".join(f"[{_cite(support, place, citations)}]" for place in _quoted(support))
        date = date_of(support.hit) if number < sides else ""
        said = support.row.told if support.row else support.said
        parts.append(f"{' '.join(said.split())} {markers}{f' ({date})' if date else ''}")
    warnings = (_warning(chosen[:sides]),) if sides else ()
    cited = tuple(citations.values())
    return Draft(" ".join(parts), abstained=False, citations=cited, warnings=warnings)


def _quoted(support: Support) -> list[tuple[int, int]]:
    """Where the quotes of a sentence or row begin and end in its passage."""
    own = (support.sentence.start, support.sentence.end)
    return [own, support.row.titles] if support.row and support.row.titles else [own]


def _cite(
    support: Support, place: tuple[int, int], citations: dict[tuple[str, int], Citation]
) -> int:
    """The marker of a quote, which is that of the one before if the same place is quoted again."""
    hit = support.hit
    made = cite(len(citations) + 1, hit, *place)
    return citations.setdefault((made.source, made.start), made).marker


def _warning(sides: Sequence[Support]) -> str:
    names = [f"{one.hit.source} ({date_of(one.hit) or 'no date'})" for one in sides]
    return f"Sources contradict each other: {', '.join(names)}."
