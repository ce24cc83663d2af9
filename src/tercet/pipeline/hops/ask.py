"""A question answered in several hops."""

from __future__ import annotations

from dataclasses import replace

from tercet.errors import GenerationError, UsageError
from tercet.pipeline.ask import Route
from tercet.pipeline.hops.bridged import ask_bridged
from tercet.pipeline.hops.decomposed import ask_decomposed
from tercet.pipeline.hops.parts import Parts
from tercet.types import Answer, Query

MOST_HOPS = 6  # each is a search, and with a model two calls of it


def ask_in_hops(query: Query, hops: int, parts: Parts, route: Route | None = None) -> Answer:
    """The answer after at most `hops` searches that build on each other; `Answer.steps` is the
    chain. `route` is the way to the hits of the first. When the model cannot take the question
    apart, the way without a model is taken, with a warning.

    Raises `UsageError` for a number of hops that is not 1 to 6, `GenerationError` as `Rag.ask`.
    """
    if not 1 <= hops <= MOST_HOPS:
        raise UsageError(f"{hops} hops cannot be made.", f"There are 1 to {MOST_HOPS}.")
    if hops == 1:
        return parts.ask(query, route)
    if parts.decompose is None:
        return ask_bridged(query, hops, parts, route)
    try:
        questions, written = parts.decompose(query.text, hops)
    except GenerationError as error:
        answer = ask_bridged(query, hops, parts, route)
        words = f"The question was not taken apart by the model: {error}"
        return replace(answer, warnings=(*answer.warnings, words))
    return ask_decomposed(query, questions, written.usage, parts, route)
