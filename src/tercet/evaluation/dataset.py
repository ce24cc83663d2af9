"""Labelled collections, and the BEIR layout."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tercet.errors import UsageError
from tercet.types import Document


@dataclass(frozen=True, slots=True)
class Dataset:
    """Queries by id, and relevance judgements: query id -> name of what is sought -> grade.

    A name is a source, or a page of one (`page_name`) for the sources that `paged` lists for the
    query. `documents` are to be put into the index, unless it is one that is there already: then
    `size` says how many it holds. `unmatched` are names that are not in that index, with why;
    they count as not found. `left_out` counts questions without an expected source, and `notes`
    are words about a query for the reports.
    """

    name: str
    documents: tuple[Document, ...]
    queries: Mapping[str, str]
    judgements: Mapping[str, Mapping[str, int]]
    paged: Mapping[str, frozenset[str]] = field(default_factory=dict)
    size: int = 0
    unmatched: Mapping[str, str] = field(default_factory=dict)
    left_out: int = 0
    notes: Mapping[str, str] = field(default_factory=dict)


def page_name(source: str, page: int) -> str:
    """The name of a page of a source, as links to PDF write it (RFC 8118)."""
    return f"{source}#page={page}"


def read_beir(folder: Path, split: str = "") -> Dataset:
    """The collection in a BEIR folder: `corpus.jsonl` (`_id`, `title`, `text`),
    `queries.jsonl` (`_id`, `text`) and `qrels/SPLIT.tsv`, or without a split `qrels.tsv` or
    `qrels/test.tsv`. Each may be compressed, with `.gz` after its name.

    Only judged queries are kept. Raises `UsageError` naming the file and line at fault.
    """
    judged = [f"qrels/{split}.tsv"] if split else ["qrels.tsv", "qrels/test.tsv"]
    corpus = _present(folder, ["corpus.jsonl"])
    queries = _present(folder, ["queries.jsonl"])
    judgements = _judgements(_present(folder, judged))
    found = {
        record["_id"]: record["text"]
        for record in _records(queries, ("_id", "text"))
        if record["_id"] in judgements
    }
    if not found:
        raise UsageError(f"None of the queries in {queries} is judged.", "The ids must be equal.")
    return Dataset(
        name=folder.resolve().name,
        documents=tuple(_document(record) for record in _records(corpus, ("_id", "text"))),
        queries=found,
        judgements=judgements,
    )


def _present(folder: Path, names: list[str]) -> Path:
    for name in names:
        for path in (folder / name, folder / f"{name}.gz"):
            if path.is_file():
                return path
    raise UsageError(
        f"{folder} is not a BEIR folder: {names[0]} is missing.",
        f"It must hold corpus.jsonl, queries.jsonl and {' or '.join(names)}."
        if "qrels" in names[0]
        else "It must hold corpus.jsonl, queries.jsonl and qrels.tsv or qrels/test.tsv.",
    )


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines with their numbers. Raises `UsageError` where they cannot be read."""
    try:
        with _opened(path) as lines:
            yield from enumerate(lines, start=1)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}.") from None


def _document(record: Mapping[str, Any]) -> Document:
    return Document(
        text=record["text"] or record.get("title") or "",
        source=record["_id"],
        title=record.get("title") or "",
    )


def _records(path: Path, required: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for number, line in _lines(path):
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
    for number, line in _lines(path):
        row = next(csv.reader([line], delimiter="\t"), [])
        if not row or (number == 1 and not row[-1].lstrip("-").isdigit()):
            continue  # an empty line, or the header
        try:
            query, document, grade = row
            found.setdefault(query, {})[document] = int(grade)
        except ValueError:
            raise UsageError(
                f"{path}, line {number} is not `query-id, corpus-id, score`: {row}."
            ) from None
    return found
