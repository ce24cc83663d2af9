"""The JSON contracts of `search` and `ask`, shared by every door that speaks JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from tercet.types import Answer, Hit, Query


def hit_json(hit: Hit) -> dict[str, Any]:
    """A hit as in `search --json`; `explain` is there where the hit has an explanation."""
    chunk = hit.chunk
    return {
        "id": chunk.id,
        "score": hit.score,
        "source": chunk.source,
        "page": chunk.page,
        "start": chunk.start,
        "end": chunk.end,
        "title": chunk.title,
        "heading": " > ".join(chunk.headings),
        "text": chunk.text,
        "metadata": dict(chunk.metadata),
        "legs": {name: dataclasses.asdict(leg) for name, leg in hit.legs.items()},
        **({"explain": dataclasses.asdict(hit.explanation)} if hit.explanation else {}),
    }


def search_json(query: Query, hits: Sequence[Hit], ms: Mapping[str, float]) -> dict[str, Any]:
    """The whole answer of `search --json`."""
    return {
        "query": query.text,
        "mode": query.mode,
        "hits": [hit_json(hit) for hit in hits],
        "ms": rounded(ms),
    }


def ask_json(answer: Answer) -> dict[str, Any]:
    """The whole answer of `ask --json`."""
    return {
        "question": answer.question,
        "answer": answer.text,
        "abstained": answer.abstained,
        "citations": [dataclasses.asdict(citation) for citation in answer.citations],
        "hits": [hit_json(hit) for hit in answer.hits],
        "usage": dataclasses.asdict(answer.usage),
        "cost": answer.cost,
        "ms": rounded(answer.ms),
        "statements": [dataclasses.asdict(statement) for statement in answer.statements],
        "warnings": list(answer.warnings),
        **({"asked": answer.asked} if answer.asked else {}),
        **({"steps": [dataclasses.asdict(step) for step in answer.steps]} if answer.steps else {}),
    }


def rounded(ms: Mapping[str, float]) -> dict[str, float]:
    """Milliseconds to three places."""
    return {stage: round(value, 3) for stage, value in ms.items()}
