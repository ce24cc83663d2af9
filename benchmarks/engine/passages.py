"""A BEIR folder encoded once: passages with their vectors, kept in a file on request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tercet import build
from tercet.config import Settings
from tercet.embedding.encoder import ThreeVectorEncoder
from tercet.evaluation.dataset import Dataset
from tercet.ports import Chunker
from tercet.types import Chunk, SparseVector, Vectors

_WINDOW = 128  # passages embedded at once, as an ingest does


class Passages(NamedTuple):
    """Chunks in the order of the collection, and what was made of each."""

    chunks: Sequence[Chunk]
    vectors: Sequence[Vectors]


def whole(data: Dataset, documents: int | None) -> list[Chunk]:
    """One chunk a document."""
    return _cut(build.make_whole_chunker(), data, documents)


def cut(
    data: Dataset, documents: int | None, encoder: ThreeVectorEncoder, settings: Settings
) -> list[Chunk]:
    """Chunks as an ingest with the settings makes them."""
    return _cut(build.make_chunker(settings, encoder), data, documents)


def _cut(chunker: Chunker, data: Dataset, documents: int | None) -> list[Chunk]:
    return [chunk for document in data.documents[:documents] for chunk in chunker(document)]


def encoded(
    chunks: Sequence[Chunk], encoder: ThreeVectorEncoder, kept: Path | None = None
) -> Passages:
    """The chunks with their vectors, made with the mean length of these chunks; read from the
    file `kept` if it is there, else written to it."""
    texts = [chunk.passage for chunk in chunks]
    encoder.avg_terms = encoder.mean_terms(texts)
    if kept and kept.is_file():
        return Passages(chunks, _read(kept, len(chunks)))
    vectors = [
        vector
        for start in range(0, len(texts), _WINDOW)
        for vector in encoder.passages(texts[start : start + _WINDOW])
    ]
    if kept:
        _write(kept, vectors)
    return Passages(chunks, vectors)


def _write(path: Path, vectors: Sequence[Vectors]) -> None:
    def ends(length: Callable[[Vectors], int]) -> list[int]:
        return list(np.cumsum([length(vector) for vector in vectors]))

    with path.open("wb") as file:
        np.savez(
            file,
            dense=np.stack([vector.dense for vector in vectors]),
            late=np.concatenate([vector.late for vector in vectors]),
            late_ends=ends(lambda vector: len(vector.late)),
            indices=np.concatenate([vector.sparse.indices for vector in vectors]),
            values=np.concatenate([vector.sparse.values for vector in vectors]),
            sparse_ends=ends(lambda vector: len(vector.sparse.indices)),
            terms=[vector.terms for vector in vectors],
        )


def _read(path: Path, expected: int) -> list[Vectors]:
    with np.load(path) as kept:
        found = {name: kept[name] for name in kept.files}
    if len(found["terms"]) != expected:
        raise SystemExit(f"{path} holds {len(found['terms'])} passages, not {expected}")
    late = np.split(found["late"], found["late_ends"][:-1])
    indices = np.split(found["indices"], found["sparse_ends"][:-1])
    values = np.split(found["values"], found["sparse_ends"][:-1])
    sparse = map(SparseVector, indices, values)
    parts = zip(found["dense"], sparse, late, found["terms"].tolist(), strict=True)
    return [Vectors(*part) for part in parts]
