"""What was asked and answered, and how it is kept as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tercet.errors import UsageError
from tercet.types import Answer, Citation, Hit

FORMAT = 1  # changes when a reader of older sessions would go wrong


class Passage(NamedTuple):
    """A chunk, by its document and its place in it. Its text is read from the index again, so
    that a session made up by somebody brings in nothing that the index does not hold."""

    document: str
    number: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, as it was asked and as it was searched for, its answer, and for each citation
    the passage that holds it."""

    question: str
    asked: str
    text: str
    abstained: bool
    citations: tuple[Citation, ...] = ()
    passages: tuple[Passage, ...] = ()


def turn_of(answer: Answer) -> Turn:
    """What is kept of an answer."""
    places = [_passage(citation, answer.hits) for citation in answer.citations]
    cited = [
        (citation, place)
        for citation, place in zip(answer.citations, places, strict=True)
        if place is not None
    ]
    return Turn(
        answer.question,
        answer.asked or answer.question,
        answer.text,
        answer.abstained,
        tuple(citation for citation, _ in cited),
        tuple(place for _, place in cited),
    )


def _passage(citation: Citation, hits: Sequence[Hit]) -> Passage | None:
    for hit in hits:
        chunk = hit.chunk
        named = citation.source in (chunk.source, *chunk.sources)
        if named and chunk.start <= citation.start < chunk.end:
            return Passage(chunk.document, chunk.index)
    return None


def within(
    turns: Sequence[Turn], budget: int, count_tokens: Callable[[Sequence[str]], list[int]]
) -> list[Turn]:
    """The newest turns that fit `budget` tokens together, oldest first. None is cut in two."""
    kept: list[Turn] = []
    sizes = count_tokens([as_text([turn]) for turn in turns])
    for turn, size in zip(reversed(turns), reversed(sizes), strict=True):
        if size > budget:
            break
        budget -= size
        kept.append(turn)
    return kept[::-1]


def as_text(turns: Sequence[Turn]) -> str:
    """The turns as a model is shown them."""
    return "\n".join(f"User: {turn.question}\nAnswer: {turn.text}" for turn in turns)


def to_json(turns: Sequence[Turn]) -> dict[str, Any]:
    """A record that `json` can write and `from_json` reads."""
    return {"format": FORMAT, "turns": [dataclasses.asdict(turn) for turn in turns]}


def from_json(record: Mapping[str, Any]) -> list[Turn]:
    """The turns of a record. Raises `UsageError` for one that `to_json` did not make."""
    try:
        if record["format"] != FORMAT:
            raise ValueError(f"its format is {record['format']!r}, not {FORMAT}")
        return [_turn(turn) for turn in json.loads(json.dumps(record["turns"]))]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f"This is not a session that can be read: {type(error).__name__} {error}.",
            "Begin a new one, or give what `to_json` of a session returned.",
        ) from None


def _turn(record: dict[str, Any]) -> Turn:
    citations = tuple(Citation(**citation) for citation in record["citations"])
    passages = tuple(Passage(str(name), int(number)) for name, number in record["passages"])
    if len(citations) != len(passages):
        raise ValueError(f"{len(citations)} citations lie in {len(passages)} passages")
    words = {key: str(record[key]) for key in ("question", "asked", "text")}
    return Turn(**words, abstained=record["abstained"] is True, citations=citations,
                passages=passages)  # fmt: skip
