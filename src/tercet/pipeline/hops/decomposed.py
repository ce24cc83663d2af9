"""Hops with a model: the question taken apart, each part answered, then the whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tercet.pipeline.ask import Retrieve, Route
from tercet.pipeline.blending import with_more
from tercet.pipeline.hops.parts import Parts
from tercet.pipeline.usage import total
from tercet.types import Answer, Hit, Query, Usage
from tercet.types.answers import Step

# The answer to an earlier part, in a later one, as MuSiQue writes it (Trivedi et al., 2022).
_EARLIER = re.compile(r"#(\d)")
_MARKER = re.compile(r"\s*\[\d+\]")


def ask_decomposed(
    query: Query, questions: Sequence[str], usage: Usage, parts: Parts, route: Route | None
) -> Answer:
    """The answer to the whole question from its own hits and the passages that the parts quote.
    The chain ends with a part that has no answer. One part is the question itself."""
    if len(questions) < 2:
        answer = parts.ask(query, route)
        return replace(answer, usage=total((usage, answer.usage)))
    answers: list[Answer] = []
    for question in questions:
        answers.append(parts.ask(replace(query, text=_filled(question, answers)), None))
        if answers[-1].abstained:
            break
    quoted = [hit for answer in answers for hit in _quoted(answer)]

    def with_quoted(retrieve: Retrieve, asked: Query) -> list[Hit]:
        found = route(retrieve, asked) if route else retrieve(asked)
        return with_more(with_more([], quoted), found)

    final = parts.ask(query, with_quoted)
    return replace(
        final,
        steps=tuple(map(_step, answers)),
        usage=total((usage, *(answer.usage for answer in answers), final.usage)),
        warnings=(*(words for answer in answers for words in answer.warnings), *final.warnings),
    )


def _filled(question: str, answers: Sequence[Answer]) -> str:
    """The question with earlier answers where it names them."""

    def said(match: re.Match[str]) -> str:
        place = int(match[1]) - 1
        return _plain(answers[place].text) if 0 <= place < len(answers) else match[0]

    return _EARLIER.sub(said, question)


def _plain(text: str) -> str:
    return " ".join(_MARKER.sub("", text).split()).rstrip(".")


def _quoted(answer: Answer) -> list[Hit]:
    """The hits that the citations stand in."""
    return [
        hit
        for hit in answer.hits
        for citation in answer.citations
        if hit.chunk.source == citation.source and hit.chunk.start <= citation.start < hit.chunk.end
    ]


def _step(answer: Answer) -> Step:
    return Step(answer.question, answer.text, "part of the question", answer.citations)
