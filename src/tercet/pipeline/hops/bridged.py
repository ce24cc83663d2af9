"""Hops without a model: a name in the first passages leads to the next ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tercet.pipeline.ask import Retrieve, Route
from tercet.pipeline.blending import blend, with_more
from tercet.pipeline.hops.parts import Bridge, Parts
from tercet.pipeline.usage import total
from tercet.types import Answer, Hit, Query
from tercet.types.answers import Step

KEPT = 3  # hits of the first search that stay in front
ADDED = 2  # hits of the second that come next
SECOND = (1.0, 0.7)  # what the lists of the best bridge and of the next one weigh


def ask_bridged(query: Query, hops: int, parts: Parts, route: Route | None) -> Answer:
    """The answer to the question that is left when bridges have answered the rest of it; the
    answer of one hop if no bridge is found, or nothing is found beyond it."""
    trail = _Trail(route)
    plain = parts.ask(query, trail.first)
    current = query.text
    steps: list[Step] = []
    last: Sequence[Bridge] = ()
    for _ in range(hops - 1):
        bridges = parts.bridges(current, trail.found)
        if not bridges:
            break
        steps.append(_step(current, bridges[0]))
        current, last = bridges[0].question, bridges
        trail.next(bridges)
        answer = parts.ask(replace(query, text=current), trail.second)
    if not last:
        return plain
    if _answers(answer, last):
        return replace(
            answer,
            question=query.text,
            asked=current,
            steps=tuple(steps),
            usage=total((plain.usage, answer.usage)),
        )
    return replace(plain, hits=tuple(with_more(answer.hits[: query.limit], plain.hits)))


class _Trail:
    """The searches on the way, and what the last one found."""

    def __init__(self, route: Route | None) -> None:
        self._route = route
        self._bridges: Sequence[Bridge] = ()
        self._first: list[Hit] = []
        self.found: list[Hit] = []

    def first(self, retrieve: Retrieve, query: Query) -> list[Hit]:
        self._first = self._route(retrieve, query) if self._route else retrieve(query)
        self.found = self._first
        return self._first

    def next(self, bridges: Sequence[Bridge]) -> None:
        self._bridges = bridges

    def second(self, retrieve: Retrieve, query: Query) -> list[Hit]:
        """The hits of both searches: in front the best of either, then all by rank."""
        lists = [retrieve(replace(query, text=bridge.question)) for bridge in self._bridges]
        self.found = blend(lists, SECOND[: len(lists)], query.limit)
        both = blend((self._first, self.found), (1.0, 1.0), 2 * query.limit)
        best = with_more(self._first[:KEPT], self.found[:ADDED])
        return with_more(best, both)[: max(query.limit, len(self._first))]


def _step(question: str, bridge: Bridge) -> Step:
    citation = bridge.citation()
    said = " ".join(citation.quote.split())
    return Step(question, f"{said} [1]", f"leads to {bridge.entity}", (citation,))


def _answers(answer: Answer, bridges: Sequence[Bridge]) -> bool:
    """Whether it quotes a passage on the entity, other than the one that led there."""
    if answer.abstained:
        return False
    led = {(b.citation().source, b.citation().start) for b in bridges}
    return any(
        (c.source, c.start) not in led
        and any(
            bridges[0].entity in hit.chunk.passage
            for hit in answer.hits
            if hit.chunk.source == c.source and hit.chunk.start <= c.start < hit.chunk.end
        )
        for c in answer.citations
    )
