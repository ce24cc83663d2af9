"""How well what a statement cites supports it, without a second model: shared terms, token
vectors, and facts that may not differ.

    support = coverage                          if coverage >= PLAIN
            = (coverage + closeness) / 2        else
    at most CONTRADICTED if a number, a name or a denial differs; 0 without evidence

`coverage` is the share of the statement's BM25 terms that stand in the cited sentences (whole) or
only in the passage, its title or its headings (half). `closeness` is the mean over the statement's
tokens of the best cosine with a token of the cited sentences (MaxSim; Khattab and Zaharia, 2020);
the model runs only where terms alone do not decide. The constants were chosen on one quarter of the
SQuAD v2.0 articles and measured on another: benchmarks/answers/support.py, docs/answers.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tercet.generation.extractive.support import mean_maxsim
from tercet.generation.facts import contradictions, facts_of, source_of
from tercet.generation.quotes import Place
from tercet.generation.rows import find_tables
from tercet.generation.sentences import split_sentences
from tercet.ports import Encoder
from tercet.types import Hit, LegName, SparseVector

PLAIN = 0.8
CONTRADICTED = 0.3
ENOUGH = 0.65

_LATE: tuple[LegName, ...] = ("late_interaction",)


class Evidence(NamedTuple):
    """What a statement cites: the sentences that hold its quotes, and the passages around."""

    near: str
    around: str


class Scored(NamedTuple):
    """The support of a statement, 0 to 1, and what contradicts it, in words."""

    support: float
    against: tuple[str, ...] = ()


def evidence_of(places: Sequence[Place], hits: Sequence[Hit]) -> Evidence:
    """The whole sentences in which the places lie; a row of a table comes with its titles."""
    near: list[str] = []
    around: dict[int, str] = {}
    for place in places:
        hit = hits[place.marker - 1]
        around[place.marker] = hit.chunk.passage
        rows = find_tables(hit.chunk).rows if "|" in hit.text else {}
        for sentence in split_sentences(hit.text):
            if sentence.start < place.end and place.start < sentence.end:
                row = rows.get(sentence.start)
                near.append(row.statement if row else sentence.text)
    return Evidence("\n".join(dict.fromkeys(near)), "\n".join(around.values()))


def score(
    statements: Sequence[str], evidence: Sequence[Evidence], encoder: Encoder
) -> list[Scored]:
    """The support of each statement by its evidence."""
    coverage = _coverage(statements, evidence, encoder)
    against = [
        tuple(contradictions(facts_of(statement), source_of(*its))) if its.near else ()
        for statement, its in zip(statements, evidence, strict=True)
    ]
    return [
        _scored(statement, its, covered, found, encoder)
        for statement, its, covered, found in zip(
            statements, evidence, coverage, against, strict=True
        )
    ]


def _scored(
    statement: str, evidence: Evidence, coverage: float, against: tuple[str, ...], encoder: Encoder
) -> Scored:
    if not evidence.near:
        return Scored(0.0)
    if against:
        return Scored(min(CONTRADICTED, coverage), against)
    if coverage >= PLAIN:
        return Scored(coverage)
    return Scored((coverage + closeness(statement, evidence.near, encoder)) / 2)


def closeness(statement: str, near: str, encoder: Encoder) -> float:
    """MaxSim of the statement in the cited sentences, 0 to 1."""
    asked = encoder.query(statement, _LATE)
    [given] = encoder.passages([near])
    return max(0.0, min(1.0, mean_maxsim(asked.late, given.late)))


def _coverage(
    statements: Sequence[str], evidence: Sequence[Evidence], encoder: Encoder
) -> list[float]:
    texts = [*statements, *(one.near for one in evidence), *(one.around for one in evidence)]
    vectors = list(encoder.sparse_passages(texts))
    size = len(statements)
    triples = zip(vectors[:size], vectors[size : 2 * size], vectors[2 * size :], strict=True)
    return [_covered(*triple) for triple in triples]


def _covered(wanted: SparseVector, near: SparseVector, around: SparseVector) -> float:
    """1 for a statement without terms of its own ("Yes."), which no passage can contradict."""
    if not len(wanted.indices):
        return 1.0
    whole = np.isin(wanted.indices, near.indices)
    half = np.isin(wanted.indices, around.indices) & ~whole
    return float((whole + 0.5 * half).mean())
