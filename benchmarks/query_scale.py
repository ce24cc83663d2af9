"""How the time of a query grows with the index: ratios of one run.

    python benchmarks/query_scale.py PATH/scifact --sizes 5000 50000 200000

The passages of a BEIR folder, one document one chunk, and copies of them with noise until the size
is reached: vectors perturbed, a tenth of the terms replaced by those of other passages, the text
cut short. The queries of the folder are asked from text to hits with the encoder, `fused` and
`dense` one right after the other, and which goes first alternates. An index grows to its next
size, so its segments are those of an ingest.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import numpy as np
from engine.arguments import any_file, known_folder, positive
from engine.bench import forget_settings
from engine.clock import percentiles, seconds
from engine.passages import Passages, encoded, whole

from tercet import build
from tercet.config import read_settings
from tercet.evaluation.dataset import read_beir
from tercet.ports import Store
from tercet.retrieval.retriever import Retriever
from tercet.types import Chunk, FloatArray, Query, SparseVector, Vectors

_BATCH = 128  # points written at once, as an ingest does
_TOKENS = 150  # token vectors of a copy at most
_CHARACTERS = 400  # of the text of a copy
_DENSE_NOISE, _LATE_NOISE = 0.5, 0.5  # length of the noise, of vectors of length 1
_OTHER_TERMS = 0.1  # of the terms of a copy are another passage's
_MODES = ("fused", "dense")


def main() -> None:
    args = _arguments()
    load = os.getloadavg()[0]
    data = read_beir(args.data)
    with tempfile.TemporaryDirectory(prefix="tercet-scale-", dir=args.scratch) as scratch:
        forget_settings(Path(scratch))
        encoder = build.make_encoder(read_settings())
        passages = encoded(whole(data, None), encoder, args.keep)
        settings = read_settings({"index": scratch})
        schema = build.schema_of(encoder, build.make_whole_chunker())
        store = build.open_store(settings, schema, create=True)
        retriever = Retriever(encoder, store)
        texts = list(data.queries.values())[: args.queries]
        copies, found = noisy(passages), []
        for size in args.sizes:
            grown = _grow(store, copies, size - store.count())
            found.append({"size": size, "grown_s": grown, **_times(retriever, texts, args.repeat)})
            _show(found[-1])
        store.close()
    result = {"load_at_start": load, "sizes": found, "ratios": _ratios(found)}
    print(json.dumps(result["ratios"], indent=2))
    if args.json:
        args.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def noisy(passages: Passages) -> Iterator[tuple[Chunk, Vectors]]:
    """The passages, then noisy copies of them without end. The same in every run."""
    draw = np.random.default_rng(0)
    number = 0
    while True:
        for chunk, vectors in zip(*passages, strict=True):
            made = vectors if number < len(passages.chunks) else _copy(vectors, passages, draw)
            short = replace(
                chunk,
                document=f"{number:032x}",
                text=chunk.text[:_CHARACTERS],
                title="",
                end=chunk.start + min(_CHARACTERS, len(chunk.text)),
            )
            yield short, replace(made, late=made.late[:_TOKENS])
            number += 1


def _copy(vectors: Vectors, passages: Passages, draw: np.random.Generator) -> Vectors:
    other = passages.vectors[draw.integers(len(passages.vectors))].sparse
    return Vectors(
        _perturbed(vectors.dense[None], _DENSE_NOISE, draw, zero_sum=False)[0],
        _mixed(vectors.sparse, other, draw),
        _perturbed(vectors.late[:_TOKENS], _LATE_NOISE, draw, zero_sum=True),
        vectors.terms,
    )


def _perturbed(
    rows: FloatArray, length: float, draw: np.random.Generator, *, zero_sum: bool
) -> FloatArray:
    """Unit rows moved by noise of about the length; `zero_sum` as the head's outputs are."""
    noise = draw.standard_normal(rows.shape, dtype=np.float32)
    moved = rows + noise * (length / np.sqrt(rows.shape[1]))
    if zero_sum:
        moved -= moved.mean(axis=1, keepdims=True)
    unit: FloatArray = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return unit


def _mixed(own: SparseVector, other: SparseVector, draw: np.random.Generator) -> SparseVector:
    """The terms without a tenth of them, and as many of another passage."""
    kept = draw.random(len(own.indices)) >= _OTHER_TERMS
    taken = draw.random(len(other.indices)) < _OTHER_TERMS
    taken &= ~np.isin(other.indices, own.indices)
    return SparseVector(
        np.concatenate([own.indices[kept], other.indices[taken]]),
        np.concatenate([own.values[kept], other.values[taken]]),
    )


def _grow(store: Store, copies: Iterator[tuple[Chunk, Vectors]], points: int) -> float:
    """Write so many more and optimise, as an ingest does. Seconds in the store."""
    spent = 0.0
    for start in range(0, points, _BATCH):
        batch = [next(copies) for _ in range(min(_BATCH, points - start))]
        chunks, vectors = zip(*batch, strict=True)
        spent += seconds(lambda chunks=chunks, vectors=vectors: store.upsert(chunks, vectors))  # type: ignore[misc]
    return spent + seconds(store.optimize)


def _times(retriever: Retriever, texts: Sequence[str], repeat: int) -> dict[str, dict[str, float]]:
    """Milliseconds from text to hits by mode, and those of the engine alone; `cpu` is the mean
    in processor time of all threads, which a busy machine disturbs less."""
    whole: dict[str, list[float]] = {mode: [] for mode in _MODES}
    engine: dict[str, list[float]] = {mode: [] for mode in _MODES}
    spent: dict[str, list[float]] = {mode: [] for mode in _MODES}
    for turn, text in enumerate(_warmed(retriever, texts, repeat)):
        for mode in _MODES if turn % 2 else reversed(_MODES):
            begin, busy = time.perf_counter(), time.process_time()
            found = retriever(Query(text, mode=mode))
            whole[mode].append(time.perf_counter() - begin)
            spent[mode].append(time.process_time() - busy)
            engine[mode].append(found.ms["engine"] / 1000)
    figures = {mode: percentiles(times) for mode, times in whole.items()}
    for mode, times in engine.items():
        figures[mode]["engine_p50"] = percentiles(times)["p50"]
        figures[mode]["cpu"] = fmean(spent[mode]) * 1000
    return figures


def _warmed(retriever: Retriever, texts: Sequence[str], repeat: int) -> Iterator[str]:
    """The texts so many times, after each was asked once, so that files are in the cache."""
    for text in texts:
        retriever(Query(text))
    for _ in range(repeat):
        yield from texts


def _show(figure: dict[str, dict[str, float]]) -> None:
    for mode in _MODES:
        cells = "  ".join(f"{name} {value:.1f}" for name, value in figure[mode].items())
        print(f"{figure['size']:>8} {mode:>6}  {cells}", flush=True)


def _ratios(found: Sequence[dict[str, dict[str, float]]]) -> dict[str, float]:
    first, last = found[0]["fused"], found[-1]
    return {
        "fused p50, largest by smallest": last["fused"]["p50"] / first["p50"],
        "fused p99 by p50, worst size": max(f["fused"]["p99"] / f["fused"]["p50"] for f in found),
        "fused by dense p50, worst size": max(f["fused"]["p50"] / f["dense"]["p50"] for f in found),
        "fused by dense p50, largest": last["fused"]["p50"] / last["dense"]["p50"],
        "fused processor time, largest by smallest": last["fused"]["cpu"] / first["cpu"],
        "fused by dense processor time, largest": last["fused"]["cpu"] / last["dense"]["cpu"],
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("data", type=known_folder, help="a BEIR folder, such as scifact")
    add("--sizes", type=positive, nargs="+", default=[5_000, 50_000, 200_000])
    add("--queries", type=positive, help="the first so many only")
    add("--repeat", type=positive, default=2, help="passes over the queries")
    add("--keep", type=any_file, metavar="FILE", help="read the vectors there, or write them")
    add("--scratch", type=known_folder, help="where the index is made and removed")
    add("--json", type=any_file, metavar="FILE", help="write every figure there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
