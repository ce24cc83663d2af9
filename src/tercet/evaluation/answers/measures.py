"""What is measured of one answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tercet.evaluation.answers.judging import Judge
from tercet.evaluation.answers.matching import contains, exact_match, f1, normalised
from tercet.evaluation.answers.questions import AnswerQuestion
from tercet.types import Answer, Citation, Hit

_MARKED = re.compile(r"(.+?)((?:\s*\[\d+\])+)|(.+)", re.DOTALL)
_NUMBER = re.compile(r"\[(\d+)\]")

# In the order of the report.
MEASURES = (
    "exact_match", "f1", "quote_contains", "first_quote_contains",
    "citation_precision", "citation_recall", "faithfulness", "answer_relevancy",
    "context_precision", "context_recall",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement of an answer, without its markers, and the numbers that these name."""

    text: str
    markers: tuple[int, ...]


def measure(question: AnswerQuestion, answer: Answer, judge: Judge) -> dict[str, float]:
    """The measures that are defined for this question and answer, by name, each 0 to 1.

    - `exact_match`, `f1`: the text against the gold answers; an abstention counts as an empty
      text, which is right where there is no answer (SQuAD 2.0).
    - `quote_contains`, `first_quote_contains`: a gold answer stands in a quote, or the first one.
    - `citation_recall`: the share of statements that what they cite supports, and
      `citation_precision`: the share of citations that are needed or support alone (ALCE; Gao et
      al., 2023).
    - `faithfulness`: the share of statements that the passages support; `answer_relevancy`;
      `context_precision`: the mean over the ranks with a right passage of the share that is right
      up to there; `context_recall`: the share of the gold answer's statements that the passages
      support (RAGAS; Es et al., 2023). A passage is right if it is of an expected source, or,
      where none is named, if it holds a gold answer. The gold answer is taken as one statement.

    Of an abstention, and of a question without an answer, the rest is not defined.
    """
    said = "" if answer.abstained else answer.text
    found = {"exact_match": exact_match(said, question.answers), "f1": f1(said, question.answers)}
    if question.answerable:
        found |= _context(question, answer.hits, judge)
        quotes = [citation.quote for citation in answer.citations]
        found["quote_contains"] = max([contains(q, question.answers) for q in quotes], default=0.0)
        found["first_quote_contains"] = contains("".join(quotes[:1]), question.answers)
    if not answer.abstained:
        found |= _grounding(answer, judge)
        if question.answerable:
            found["answer_relevancy"] = judge.relevancy(question.text, normalised(said))
    return found


def is_right(question: AnswerQuestion, measures: dict[str, float]) -> bool:
    """Whether an answer counts as right in the abstention curve: its quotes or its text hold a
    gold answer, by words (`quote_contains`, or an F1 of a half)."""
    held = measures.get("quote_contains", 0.0) > 0 or measures["f1"] >= 0.5
    return question.answerable and held


def statements(answer: Answer) -> list[Stated]:
    """The statements of an answer with their markers: those that the writer made, else the text
    cut behind each group of markers."""
    if answer.statements:
        return [Stated(one.text, one.markers) for one in answer.statements if one.text.strip()]
    found: list[Stated] = []
    for match in _MARKED.finditer(answer.text):
        text = " ".join((match[1] or match[3] or "").split())
        if normalised(text):
            found.append(Stated(text, tuple(map(int, _NUMBER.findall(match[2] or "")))))
    return found


def _grounding(answer: Answer, judge: Judge) -> dict[str, float]:
    """Faithfulness and the citations' precision and recall."""
    stated = statements(answer)
    if not stated:
        return {}
    passages = "\n\n".join(hit.chunk.passage for hit in answer.hits)
    cited = {citation.marker: _around(citation, answer.hits) for citation in answer.citations}
    recall: list[bool] = []
    precision: list[bool] = []
    for one in stated:
        texts = [cited[marker] for marker in one.markers if marker in cited]
        supported = bool(texts) and judge.supports("\n".join(texts), one.text)
        recall.append(supported)
        precision += [_needed(n, texts, one.text, supported, judge) for n in range(len(texts))]
    faithful = [judge.supports(passages, one.text) for one in stated]
    found = {"faithfulness": _mean(faithful), "citation_recall": _mean(recall)}
    return found | ({"citation_precision": _mean(precision)} if precision else {})


def _needed(
    place: int, texts: Sequence[str], statement: str, supported: bool, judge: Judge
) -> bool:
    """ALCE's precision of one citation: the statement is supported, and this text supports it
    alone, or the others do not without it."""
    if not supported or len(texts) == 1:
        return supported
    others = "\n".join(text for n, text in enumerate(texts) if n != place)
    return judge.supports(texts[place], statement) or not judge.supports(others, statement)


def _around(citation: Citation, hits: Sequence[Hit]) -> str:
    """The passage of a citation, or the quote where it is not among the hits."""
    for hit in hits:
        chunk = hit.chunk
        if chunk.source == citation.source and chunk.start <= citation.start < chunk.end:
            return chunk.passage
    return citation.quote


def _context(question: AnswerQuestion, hits: Sequence[Hit], judge: Judge) -> dict[str, float]:
    right = [_is_right(hit, question) for hit in hits]
    ranks = [rank for rank, good in enumerate(right, start=1) if good]
    precision = _mean([sum(right[:rank]) / rank for rank in ranks]) if ranks else 0.0
    passages = "\n\n".join(hit.chunk.passage for hit in hits)
    gold = max(question.answers, key=len)
    return {
        "context_precision": precision,
        "context_recall": float(
            contains(passages, question.answers) or judge.supports(passages, gold)
        ),
    }


def _is_right(hit: Hit, question: AnswerQuestion) -> bool:
    if not question.sources:
        return bool(contains(hit.chunk.passage, question.answers))
    places = (hit.chunk.source, *hit.chunk.sources)
    return any(
        place == source or place.endswith(f"/{source}")
        for place in places
        for source in question.sources
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
