"""A conversation with an index."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any

from tercet.errors import GenerationError, UsageError
from tercet.pipeline.ask import Retrieve, Route
from tercet.pipeline.blending import blend, with_more
from tercet.pipeline.conversation import history
from tercet.pipeline.conversation.followup import Before, Followup, follow_up
from tercet.pipeline.conversation.history import Passage, Turn
from tercet.pipeline.conversation.marking import Marked, citation, resolve
from tercet.pipeline.usage import total
from tercet.types import And, Answer, Citation, Completion, Equals, Filter, Hit, Query, Usage

PREFERENCE = 0.1  # what the list of the former answer's documents weighs beside the search's own
_REMEMBERED = 6  # passages cited before that are among the candidates


@dataclass(frozen=True)
class Parts:
    """What a session calls. `rewrite` makes a question self-contained by a model, from the
    history and the question, and raises `GenerationError`; None where there is no model. `read`
    gives the passages that the index still has and the query may see."""

    query: Callable[[str], Query]
    ask: Callable[[Query, Route], Answer]
    read: Callable[[Sequence[Passage], Query], list[Hit]]
    count_tokens: Callable[[Sequence[str]], list[int]]
    rewrite: Callable[[str, str], Completion] | None = None


class Session:
    """Questions that may build on each other. Not for use from several threads at once.

    A follow-up is made self-contained before it is searched for: by the model that writes, if
    there is one, and else, or when it fails, by carrying the topic. The answer's `asked` is the
    question as it was made. The model is shown the newest turns that fit `budget` tokens; all
    turns are kept, and what they cite can be asked about by its marker: `[2]` (the newest one
    with that number) or `[1:2]` (of the first turn).
    """

    def __init__(
        self, parts: Parts, record: Mapping[str, Any] | None = None, *, budget: int = 1000
    ) -> None:
        self._parts = parts
        self._budget = budget
        self._turns = history.from_json(record) if record is not None else []
        self._over = False

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What was asked and answered, oldest first."""
        return tuple(self._turns)

    def ask(self, question: str) -> Answer:
        """The answer to the question, taken with what came before. Raises `UsageError` if it is
        empty or the session closed, `GenerationError` as `Rag.ask` does; a question that failed
        is not part of the history."""
        if self._over:
            raise UsageError("This conversation is closed.", "Begin a new one.")
        marked = resolve(question, self._turns)
        made, usage, warnings = self._self_contained(marked)
        query = self._parts.query(made.text)
        answer = self._parts.ask(query, self._route(marked, follows=bool(made.how)))
        answer = replace(
            answer,
            question=question,
            asked=made.text if made.text != question else "",
            usage=total((usage, answer.usage)),
            warnings=(*answer.warnings, *warnings),
        )
        self._turns.append(history.turn_of(answer))
        return answer

    def citation(self, marker: int, turn: int | None = None) -> Citation:
        """What a marker of an earlier answer means: in that turn (the first is 1), else in the
        newest that has it. Raises `UsageError` where there is none."""
        return citation(self._turns, marker, turn)

    def clear(self) -> None:
        """Begin anew."""
        self._turns.clear()

    def to_json(self) -> dict[str, Any]:
        """The conversation as JSON, which `Rag.chat` goes on with."""
        return history.to_json(self._turns)

    def close(self) -> None:
        """End the conversation; its turns can still be read."""
        self._over = True

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _self_contained(self, marked: Marked) -> tuple[Followup, Usage, tuple[str, ...]]:
        """The question as it is searched for, what that took, and what went wrong."""
        words = marked.question or " ".join(one.quote for one in marked.citations)
        warnings: tuple[str, ...] = ()
        shown = history.within(self._turns, self._budget, self._parts.count_tokens)
        if self._parts.rewrite and shown:
            try:
                written = self._parts.rewrite(history.as_text(shown), words)
            except GenerationError as error:
                warnings = (f"The follow-up was made self-contained without the model: {error}",)
            else:
                how = "" if written.text == words else "written by the model"
                return Followup(written.text, how), written.usage, ()
        return follow_up(words, self._before(marked)), Usage(), warnings

    def _before(self, marked: Marked) -> Before | None:
        """The turn that a follow-up builds on: the newest, or that of the first marker."""
        if not self._turns:
            return None
        chosen = self._turns[-1]
        for turn in reversed(self._turns):
            if any(passage in turn.passages for passage in marked.passages):
                chosen = turn
                break
        return Before(chosen.asked, "" if chosen.abstained else chosen.text)

    def _route(self, marked: Marked, *, follows: bool) -> Route:
        """The way to the hits: the search; a follow-up's with a preference for the documents that
        the former answer quotes; after them what was cited before; in front what is marked."""

        def route(retrieve: Retrieve, query: Query) -> list[Hit]:
            hits = retrieve(query)
            former = list(dict.fromkeys(p.document for p in self._last_passages()))
            if follows and former:
                filter = _both(query.filter, Equals("document", tuple(former)))
                near = retrieve(replace(query, filter=filter, limit=5))
                hits = blend((hits, near), (1.0, PREFERENCE), query.limit)
            hits = with_more(hits, self._parts.read(self._cited(), query))
            return with_more(self._parts.read(marked.passages, query), hits)

        return route

    def _last_passages(self) -> Sequence[Passage]:
        return self._turns[-1].passages if self._turns else ()

    def _cited(self) -> list[Passage]:
        """The passages cited last, newest first."""
        cited = (passage for turn in reversed(self._turns) for passage in turn.passages)
        return list(dict.fromkeys(cited))[:_REMEMBERED]


def _both(left: Filter | None, right: Filter) -> Filter:
    return And((left, right)) if left else right
