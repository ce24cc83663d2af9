"""So many questions, spread over the documents."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from tercet.errors import GenerationError, UsageError
from tercet.evaluation.making.headings import HeadingQuestions
from tercet.evaluation.making.made import Made
from tercet.evaluation.making.model import Complete, ModelQuestions
from tercet.evaluation.making.sentences import SentenceQuestions
from tercet.evaluation.making.terms import Terms
from tercet.types import Chunk

Maker = Callable[[Chunk], Made | None]


def _nobody(message: str) -> None:
    """Tells nobody."""


def make_questions(
    chunks: Sequence[Chunk],
    count: int = 50,
    *,
    seed: int = 0,
    complete: Complete | None = None,
    warn: Callable[[str], None] = _nobody,
) -> list[Made]:
    """At most `count` questions from the chunks of an index, one document after the other.

    With `complete(system, user)`, which asks a model, the model writes them; where its reply
    cannot be used, and for all that is left once it raises `GenerationError`, they are made
    without, and `warn` is told. Without a model they are made of headings and key sentences by
    turns. The same chunks and seed give the same questions, in whatever order the chunks come.
    Raises `UsageError` if nothing can be made.
    """
    ordered = sorted(chunks, key=lambda chunk: (chunk.source, chunk.document, chunk.index))
    heading = HeadingQuestions(ordered)
    sentence = SentenceQuestions(Terms(chunk.text for chunk in ordered))
    model = _Model(complete, warn) if complete else None
    made: dict[str, Made] = {}
    for chunk in _spread(ordered, random.Random(seed)):
        if len(made) >= count:
            break
        makers: list[Maker] = [heading, sentence] if len(made) % 2 == 0 else [sentence, heading]
        question = _first([model, *makers] if model else makers, chunk)
        if question:
            made.setdefault(question.question.lower(), question)
    if model:
        model.tell()
    if not made:
        raise UsageError(
            "The index holds no headings or sentences to make questions of.",
            "Ingest documents with text first.",
        )
    return list(made.values())


def _spread(chunks: Sequence[Chunk], rng: random.Random) -> Iterator[Chunk]:
    """All chunks: one of each document, then another of each, and so on, by chance."""
    documents: dict[str, list[Chunk]] = {}
    for chunk in chunks:
        documents.setdefault(chunk.document or chunk.source, []).append(chunk)
    left = list(documents.values())
    rng.shuffle(left)
    for own in left:
        rng.shuffle(own)
    while left:
        for own in left:
            yield own.pop()
        left = [own for own in left if own]


def _first(makers: Sequence[Maker], chunk: Chunk) -> Made | None:
    return next((made for maker in makers if (made := maker(chunk))), None)


class _Model:
    """The model as a maker, until it fails."""

    def __init__(self, complete: Complete, warn: Callable[[str], None]) -> None:
        self._make = ModelQuestions(complete)
        self._warn = warn
        self._failed = False
        self._unusable = 0

    def __call__(self, chunk: Chunk) -> Made | None:
        if self._failed:
            return None
        try:
            made = self._make(chunk)
        except GenerationError as error:
            self._failed = True
            self._warn(f"{error} Questions from here on are made without a model.")
            return None
        self._unusable += made is None
        return made

    def tell(self) -> None:
        """Say how many replies were of no use."""
        if self._unusable:
            self._warn(
                f"{self._unusable} replies had no question, or a quote that is not in the passage."
            )
