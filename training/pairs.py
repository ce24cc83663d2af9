"""Sources of training pairs: SQuAD questions, SciFact training claims, titles and headings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from states import StateEncoder, Texts, headed_sections, passage, read_jsonl, read_qrels


@dataclass(frozen=True, slots=True)
class Pairs:
    """One source of training pairs: queries, passages and the relevant passages per query."""

    name: str
    weight: float
    queries: Texts
    passages: Texts
    relevant: list[list[int]]
    train: NDArray[np.int64]
    held_out: NDArray[np.int64]


def load_squad(encoder: StateEncoder, folder: Path, held_out: int) -> Pairs:
    """SQuAD dev questions; whole articles are held out for selection."""
    corpus, queries = read_jsonl(folder / "corpus.jsonl"), read_jsonl(folder / "queries.jsonl")
    place = {record["_id"]: i for i, record in enumerate(corpus)}
    qrels = read_qrels(folder / "qrels.tsv")
    relevant = [[place[d] for d in qrels[query["_id"]]] for query in queries]
    titles = sorted({record["title"] for record in corpus})
    held = set(np.random.default_rng(0).permutation(titles)[:held_out])
    is_held = np.array([corpus[r[0]]["title"] in held for r in relevant])
    return Pairs(
        "squad_dev_v1.1",
        0.55,
        encoder.encode([query["text"] for query in queries]),
        encoder.encode([passage(record) for record in corpus]),
        relevant,
        np.flatnonzero(~is_held),
        np.flatnonzero(is_held),
    )


def load_scifact(encoder: StateEncoder, folder: Path) -> list[Pairs]:
    """SciFact's training claims, and titles against abstracts; the test split is not opened."""
    corpus = {record["_id"]: record for record in read_jsonl(folder / "corpus.jsonl")}
    qrels = read_qrels(folder / "qrels_train.tsv")
    queries = [q for q in read_jsonl(folder / "queries_train.jsonl") if q["_id"] in qrels]
    judged = sorted({document for query in queries for document in qrels[query["_id"]]})
    place = {document: i for i, document in enumerate(judged)}
    claims = _pairs(
        encoder,
        "scifact train claims",
        0.15,
        [query["text"] for query in queries],
        [passage(corpus[document]) for document in judged],
        [[place[d] for d in qrels[query["_id"]]] for query in queries],
    )
    titled = [corpus[document] for document in sorted(corpus)[::10] if corpus[document]["title"]]
    titles = [record["title"] for record in titled]
    bodies = [record["text"] for record in titled]
    return [claims, _pairs(encoder, "scifact title to abstract", 0.2, titles, bodies)]


def _pairs(
    encoder: StateEncoder,
    name: str,
    weight: float,
    queries: list[str],
    passages: list[str],
    relevant: list[list[int]] | None = None,
) -> Pairs:
    every, none = np.arange(len(queries)), np.empty(0, np.int64)
    relevant = relevant or [[i] for i in range(len(queries))]
    encoded = encoder.encode(queries), encoder.encode(passages)
    return Pairs(name, weight, *encoded, relevant, every, none)


def load_all(encoder: StateEncoder, data: Path, held_out: int) -> list[Pairs]:
    """Encode every source of pairs under `data`."""
    sources = [load_squad(encoder, data / "ir" / "squad_dev_v1.1", held_out)]
    sources += load_scifact(encoder, data / "ir" / "scifact")
    sections = headed_sections(data / "corpora")
    if sections:
        headings, bodies = (list(side) for side in zip(*sections, strict=True))
        sources.append(_pairs(encoder, "markdown heading to section", 0.1, headings, bodies))
    return sources


def hard_negatives(pairs: Pairs, depth: int) -> NDArray[np.int64]:
    """The `depth` passages nearest each query by dense cosine, its relevant ones left out."""
    rows = []
    for begin in range(0, len(pairs.queries), 512):
        scores = pairs.queries.dense[begin : begin + 512] @ pairs.passages.dense.T
        for row, relevant in zip(scores, pairs.relevant[begin : begin + 512], strict=True):
            row[relevant] = -np.inf
        rows.append(np.argsort(-scores, axis=1, kind="stable")[:, :depth])
    return np.concatenate(rows)
