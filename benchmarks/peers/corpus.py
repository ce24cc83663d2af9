"""One BEIR folder in memory: documents, queries and judgements, whole or shortened.

A collection keeps only queries that have a relevant document among its documents, so that
every query kept can be answered.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

Qrels = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Passage:
    """One document, which is one chunk for every contestant."""

    id: str
    title: str
    text: str

    @property
    def content(self) -> str:
        """Title and text in one string, as BEIR's own baselines index them."""
        return f"{self.title} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Collection:
    """What every contestant is given: the same documents, the same queries, in the same order."""

    passages: list[Passage]
    queries: dict[str, str]
    qrels: Qrels


def load_collection(
    folder: Path, documents: int | None = None, queries: int | None = None
) -> Collection:
    """Read a BEIR folder, cut to the given numbers of documents and queries.

    A shortened collection keeps the relevant documents of the queries it keeps, then fills up
    in file order. It is for trying the benchmark out: its nDCG is far too high to report.
    """
    qrels = _read_qrels(folder)
    asked = {
        row["_id"]: row["text"]
        for row in _read_jsonl(folder / "queries.jsonl")
        if row["_id"] in qrels
    }
    asked = dict(list(asked.items())[:queries])
    wanted = {doc for query in asked for doc in qrels[query]}
    passages = _pick(_read_passages(folder), wanted, documents)
    return _answerable(passages, asked, qrels)


def _answerable(passages: list[Passage], asked: dict[str, str], qrels: Qrels) -> Collection:
    kept = {passage.id for passage in passages}
    judged = {
        query: {doc: gain for doc, gain in qrels[query].items() if doc in kept} for query in asked
    }
    judged = {query: docs for query, docs in judged.items() if docs}
    return Collection(passages, {query: asked[query] for query in judged}, judged)


def _pick(passages: list[Passage], wanted: set[str], limit: int | None) -> list[Passage]:
    if limit is None or limit >= len(passages):
        return passages
    relevant_first = sorted(passages, key=lambda passage: passage.id not in wanted)
    chosen = {passage.id for passage in relevant_first[:limit]}
    return [passage for passage in passages if passage.id in chosen]


def _read_passages(folder: Path) -> list[Passage]:
    rows = _read_jsonl(folder / "corpus.jsonl")
    return [Passage(row["_id"], row.get("title", ""), row["text"]) for row in rows]


def _read_jsonl(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _read_qrels(folder: Path) -> Qrels:
    paths = (folder / "qrels.tsv", folder / "qrels" / "test.tsv")
    found = next((path for path in paths if path.is_file()), None)
    if found is None:
        raise FileNotFoundError(f"no qrels.tsv and no qrels/test.tsv in {folder}")
    with found.open(encoding="utf-8") as lines:
        next(lines)  # the header
        return _positive(line.split() for line in lines if line.strip())


def _positive(rows: Iterable[list[str]]) -> Qrels:
    qrels: Qrels = {}
    for query, document, gain in rows:
        if int(gain) > 0:
            qrels.setdefault(query, {})[document] = int(gain)
    return qrels
