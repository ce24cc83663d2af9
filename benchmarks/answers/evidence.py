"""What the extractive answerer sees for each question, found once, weighed many times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest.mock import patch

import tercet.generation.extractive.answerer as extractive
from answers.squad import Part, Question
from tercet import Rag, build
from tercet.config import Settings
from tercet.generation.context import everything
from tercet.generation.extractive.support import Support, rank_sentences
from tercet.types import Context

if TYPE_CHECKING:
    from tercet.embedding.encoder import ThreeVectorEncoder

HITS = extractive.ExtractiveGenerator.depth  # passages, as the answerer asks for them


@dataclass(frozen=True, slots=True)
class Evidence:
    """A question, its context, and the support of every sentence in it."""

    question: Question
    context: Context
    supports: Sequence[Support]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the answerer makes of the evidence: the support of its best sentence, its quotes
    if it does not abstain, and its three best sentences."""

    question: Question
    score: float
    quotes: tuple[str, ...]
    best: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether the first quote holds an answer."""
        return holds(self.question, self.quotes[:1])


class Answerer:
    """An index of a part's paragraphs, and the answerer over it."""

    def __init__(self, part: Part, settings: Settings) -> None:
        self._settings = settings
        self._encoder: ThreeVectorEncoder = build.make_encoder(settings)
        self._rag = self._open()
        self._rag.add(part.documents)

    def close(self) -> None:
        self._rag.close()

    def evidence(self, question: Question) -> Evidence:
        """Retrieval and packing as `Rag.ask` does them, and the support of every sentence."""
        hits = self._rag.search(question.text, HITS)
        context = everything(hits)
        supports = rank_sentences(question.text, context.hits, self._encoder)
        return Evidence(question, context, supports)

    def outcome(self, evidence: Evidence) -> Outcome:
        """The answerer's own choice, without its threshold."""
        ranked = sorted(evidence.supports, key=lambda one: one.score, reverse=True)
        answer = extractive.ExtractiveGenerator(self._encoder, enough=float("-inf"))
        # The supports are known; finding them again would take all the time there is.
        with patch.object(extractive, "rank_sentences", lambda *_: evidence.supports):
            draft = answer(evidence.question.text, evidence.context)
        return Outcome(
            evidence.question,
            ranked[0].score if ranked else float("-inf"),
            tuple(citation.quote for citation in draft.citations),
            tuple(support.sentence.text for support in ranked[:3]),
        )

    def _open(self) -> Rag:
        chunker = build.make_whole_chunker()
        schema = build.schema_of(self._encoder, chunker)
        store = build.open_store(self._settings, schema, create=True)
        return build.assemble(self._settings, self._encoder, chunker, store)


def holds(question: Question, quotes: Sequence[str]) -> bool:
    """Whether a marked answer stands in one of the quotes, case and white space aside."""
    plain = [_plain(quote) for quote in quotes]
    return any(_plain(answer) in quote for answer in question.answers for quote in plain)


def retrieved(evidence: Evidence) -> bool:
    """Whether the question's own paragraph is in the context."""
    return any(hit.source == evidence.question.paragraph for hit in evidence.context.hits)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
