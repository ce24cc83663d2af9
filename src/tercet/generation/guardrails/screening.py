"""Passages without the orders in them, for an answerer that quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tercet.generation.guardrails.injections import find_injections
from tercet.ports import Generator
from tercet.types import Citation, Context, Draft, Hit


class Screened:
    """A `Generator` whose answers do not quote orders to a model.

    Quoting is not obeying, but an order is no answer. If the draft of `generator` holds one, it
    is asked again with the lines that hold orders left blank. Blanks are as long as what they
    stand for, so that offsets stay those of the original.
    """

    def __init__(self, generator: Generator) -> None:
        self.name = generator.name
        self.depth = generator.depth
        self._generator = generator

    def __call__(self, question: str, context: Context) -> Draft:
        draft = self._generator(question, context)
        if not find_injections(draft.text) and not any(
            _quotes_order(citation, context.hits) for citation in draft.citations
        ):
            return draft
        return self._generator(question, screened(context))


def screened(context: Context) -> Context:
    """The context with a blank for every line that holds an order, or a part of one."""
    return replace(context, hits=tuple(_without_orders(hit) for hit in context.hits))


def _without_orders(hit: Hit) -> Hit:
    text = hit.chunk.text
    for start, end in _lines_with_orders(text):
        # Ends of lines, so that no sentence reaches over the blank.
        text = text[:start] + "\n" * (end - start) + text[end:]
    return hit if text == hit.chunk.text else replace(hit, chunk=replace(hit.chunk, text=text))


def _lines_with_orders(text: str) -> list[tuple[int, int]]:
    """Where the lines of the findings lie: what stands beside an order (the question that it is to
    be found by, the words to say) is part of it."""
    return [
        (text.rfind("\n", 0, finding.start) + 1, text.find("\n", finding.end) % (len(text) + 1))
        for finding in find_injections(text)
    ]


def _quotes_order(citation: Citation, hits: Sequence[Hit]) -> bool:
    return any(
        start < citation.end - hit.chunk.start and citation.start - hit.chunk.start < end
        for hit in hits
        if hit.chunk.source == citation.source and hit.chunk.start <= citation.start < hit.chunk.end
        for start, end in _lines_with_orders(hit.chunk.text)
    )
