"""Answers without a model that writes: the sentences that support an answer best, quoted."""

from __future__ import annotations

from collections.abc import Sequence

from tercet.generation.citations import cite
from tercet.generation.support import Support, rank_sentences
from tercet.ports import Encoder
from tercet.types import Citation, Context, Draft

# Weights and thresholds were chosen on a quarter of the SQuAD v2.0 articles and measured on
# another: benchmarks/abstention.py, docs/decisions/extractive-answers.md.
COVERAGE_WEIGHT = 0.2
RANK_PENALTY = 0.02
MOST_PENALTY = 0.04  # from the third hit on: further down, the sentence speaks for itself
NAMED_WEIGHT = 0.15
ENOUGH = 0.76
CLOSE = 0.06
MOST_QUOTES = 3

ABSTAINED = "The documents do not answer this question."


class ExtractiveGenerator:
    """Quotes one to three sentences of the context, or abstains when none supports an answer."""

    name = "extractive"
    depth = 30

    def __init__(self, encoder: Encoder, enough: float = ENOUGH) -> None:
        self._encoder = encoder
        self._enough = enough

    def __call__(self, question: str, context: Context) -> Draft:
        if not context.hits:
            return Draft(ABSTAINED, abstained=True)
        ranked = sorted(
            rank_sentences(question, context.hits, self._encoder), key=lambda s: -worth(s)
        )
        if not ranked or worth(ranked[0]) < self._enough:
            return Draft(ABSTAINED, abstained=True)
        return _draft(_chosen(ranked))


def worth(support: Support) -> float:
    """One number for how well a sentence answers: similarity and coverage, and for a row how far
    the question names its label; less for hits that retrieval put further down."""
    penalty = min(MOST_PENALTY, RANK_PENALTY * (support.marker - 1))
    gain = COVERAGE_WEIGHT * support.coverage + NAMED_WEIGHT * support.named
    return support.similarity + gain - penalty


def _chosen(ranked: Sequence[Support]) -> list[Support]:
    """The best sentence and those nearly as good that say something else."""
    best = worth(ranked[0])
    chosen: list[Support] = []
    for support in ranked:
        if worth(support) < best - CLOSE or len(chosen) == MOST_QUOTES:
            break
        if all(_words(support) != _words(other) for other in chosen):
            chosen.append(support)
    return chosen


def _words(support: Support) -> str:
    return " ".join(support.sentence.text.lower().split())


def _draft(chosen: Sequence[Support]) -> Draft:
    """Sentences of one passage in their order, passages by their best sentence; markers count
    the citations in the order in which they are shown."""
    citations: list[Citation] = []
    parts: list[str] = []
    for number, support in enumerate(chosen, start=1):
        sentence = support.sentence
        citations.append(cite(number, support.hit, sentence.start, sentence.end))
        parts.append(f"{' '.join((support.said or sentence.text).split())} [{number}]")
    return Draft(" ".join(parts), abstained=False, citations=tuple(citations))
