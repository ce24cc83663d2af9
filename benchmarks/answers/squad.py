"""SQuAD v2 in parts: which articles are indexed, and which are asked about."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from tercet import Document

Kind = Literal["answerable", "adversarial", "not indexed"]
KINDS: tuple[Kind, ...] = ("answerable", "adversarial", "not indexed")


class Split(NamedTuple):
    """Quarters of the articles, in the order of their titles' hashes: those that are indexed, those
    of them that questions are taken from, and those whose questions ask for what is not there."""

    indexed: tuple[int, ...]
    asked: tuple[int, ...]
    absent: tuple[int, ...]


# Questions of `tune` are in neither `test` nor `half`; `all` has those of both.
QUARTERS: Mapping[str, Split] = {
    "tune": Split((0,), (0,), (2,)),
    "test": Split((1,), (1,), (3,)),
    "half": Split((0, 1), (1,), (3,)),
    "all": Split((0, 1, 2, 3), (0, 1, 2, 3), ()),
}


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the answers people marked (none if there is none), and its paragraph."""

    id: str
    text: str
    kind: Kind
    answers: tuple[str, ...]
    paragraph: str


@dataclass(frozen=True, slots=True)
class Part:
    """Paragraphs to index, and the questions to ask."""

    name: str
    articles: int
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]


def read_part(folder: Path, name: str, limit: int | None) -> Part:
    """A part of the collection, with at most `limit` questions of each kind.

    - answerable: the paragraph is indexed and holds the answer;
    - adversarial: written for an indexed paragraph that looks as if it held the answer;
    - not indexed: has an answer, in an article that is not in the index.
    """
    paragraphs = {row["_id"]: row for row in _rows(folder / "corpus.jsonl")}
    quarters = _quarters({row["title"] for row in paragraphs.values()})
    indexed, asked, absent = (
        set().union(*(quarters[number] for number in chosen)) for chosen in QUARTERS[name]
    )
    found = list(_questions(folder, paragraphs, asked, absent))
    return Part(
        name,
        len(indexed),
        tuple(_document(row) for row in paragraphs.values() if row["title"] in indexed),
        tuple(question for kind in KINDS for question in _sample(found, kind, limit)),
    )


def _quarters(titles: Iterable[str]) -> list[set[str]]:
    """The titles in the order of their hashes, in four parts as equal as can be."""
    ordered = sorted(titles, key=_hash)
    bounds = [len(ordered) * quarter // 4 for quarter in range(5)]
    return [set(ordered[bounds[quarter] : bounds[quarter + 1]]) for quarter in range(4)]


def _questions(
    folder: Path,
    paragraphs: Mapping[str, Mapping[str, Any]],
    inside: Collection[str],
    outside: Collection[str],
) -> Iterator[Question]:
    texts = {row["_id"]: row["text"] for row in _rows(folder / "queries.jsonl")}
    for row in _rows(folder / "answers.jsonl"):
        kind = _kind(paragraphs[row["doc"]]["title"], row["impossible"], inside, outside)
        if kind:
            answers = tuple(dict.fromkeys(row["all_answers"]))
            yield Question(row["_id"], texts[row["_id"]], kind, answers, row["doc"])


def _kind(
    title: str, impossible: bool, inside: Collection[str], outside: Collection[str]
) -> Kind | None:
    if title in inside:
        return "adversarial" if impossible else "answerable"
    return "not indexed" if title in outside and not impossible else None


def _sample(questions: Iterable[Question], kind: Kind, limit: int | None) -> list[Question]:
    """The first in the order of their ids' hashes: a sample that is always the same."""
    chosen = [question for question in questions if question.kind == kind]
    return sorted(chosen, key=lambda question: _hash(question.id))[:limit]


def _document(row: Mapping[str, Any]) -> Document:
    return Document(text=row["text"], source=row["_id"], title=row["title"])


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
