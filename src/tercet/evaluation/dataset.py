"""Labelled collections in the BEIR layout."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tercet.errors import UsageError
from tercet.types import Document


@dataclass(frozen=True, slots=True)
class Dataset:
    """Documents, queries by id, and relevance judgements: query id -> document id -> grade."""

    name: str
    documents: tuple[Document, ...]
    queries: Mapping[str, str]
    judgements: Mapping[str, Mapping[str, int]]


def read_beir(folder: Path) -> Dataset:
    """The collection in a BEIR folder: `corpus.jsonl` (`_id`, `title`, `text`),
    `queries.jsonl` (`_id`, `text`) and `qrels.tsv` or `qrels/test.tsv`.

    Only judged queries are kept. Raises `UsageError` naming the file and line at fault.
    """
    qrels = next(
        (path for path in (folder / "qrels.tsv", folder / "qrels" / "test.tsv") if path.is_file()),
        None,
    )
    corpus, queries = folder / "corpus.jsonl", folder / "queries.jsonl"
    for path in (corpus, queries, qrels):
        if path is None or not path.is_file():
            raise UsageError(
                f"{folder} is not a BEIR folder: {path.name if path else 'qrels.tsv'} is missing.",
                "It must hold corpus.jsonl, queries.jsonl and qrels.tsv or qrels/test.tsv.",
            )
    assert qrels is not None
    judgements = _judgements(qrels)
    return Dataset(
        name=folder.resolve().name,
        documents=tuple(_document(record) for record in _records(corpus, ("_id", "text"))),
        queries={
            record["_id"]: record["text"]
            for record in _records(queries, ("_id", "text"))
            if record["_id"] in judgements
        },
        judgements=judgements,
    )


def _document(record: Mapping[str, Any]) -> Document:
    return Document(
        text=record["text"] or record.get("title") or "",
        source=record["_id"],
        title=record.get("title") or "",
    )


def _records(path: Path, required: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
                missing = [key for key in required if not isinstance(record[key], str)]
            except (ValueError, KeyError, TypeError) as error:
                raise UsageError(f"{path}, line {number} is malformed: {error}.") from None
            if missing:
                raise UsageError(f"{path}, line {number}: {', '.join(missing)} must be text.")
            yield record


def _judgements(path: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.reader(lines, delimiter="\t"), start=1):
            if number == 1 and row[-1:] and not row[-1].lstrip("-").isdigit():
                continue  # the header
            try:
                query, document, grade = row
                found.setdefault(query, {})[document] = int(grade)
            except ValueError:
                raise UsageError(
                    f"{path}, line {number} is not `query-id, corpus-id, score`: {row}."
                ) from None
    return found
