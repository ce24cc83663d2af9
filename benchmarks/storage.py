"""What each way to store vectors takes on disk, and what it costs in quality and time.

    python benchmarks/storage.py PATH/scifact [--only uint8 turbo4] [--json FILE]

A BEIR folder is encoded once, one document one chunk; each variant is an index made of the same
vectors, optimised, with the same queries. nDCG@10 by mode stands beside that of float16 without
quantisation, in the same run. What a chunk takes on disk is measured on an index of its own, whose
passages are cut to `--tokens` tokens, text and terms in proportion.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean, median
from typing import Any, NamedTuple

from engine.arguments import any_file, known_folder, positive
from engine.bench import forget_settings
from engine.clock import seconds
from engine.passages import Passages, encoded, whole

from tercet import build
from tercet.config import read_settings
from tercet.evaluation.dataset import Dataset, read_beir
from tercet.evaluation.metrics import ndcg
from tercet.retrieval.plans import plan
from tercet.store.edge import EdgeStore
from tercet.types import Chunk, Query, Schema, Search, SparseVector, Vectors
from tercet.types.index import LateDatatype, Quantization

_BATCH = 128  # points written at once, as an ingest does
_MODES = ("fused", "rerank", "dense")
_COMPONENTS = {
    "late": ("vector_storage-late_interaction", "vector_index-late_interaction"),
    "dense": ("vector_storage-dense", "vector_index-dense"),
    "sparse": ("vector_storage-sparse", "vector_index-sparse"),
    "payload": ("payload_storage",),
    "filters": ("payload_index",),
}


class Variant(NamedTuple):
    """A way to store vectors; the first is what the others are compared with."""

    late: LateDatatype
    quantization: Quantization = "none"

    def __str__(self) -> str:
        return self.late if self.quantization == "none" else f"{self.late}+{self.quantization}"


VARIANTS = (
    Variant("float16"),
    Variant("uint8"),
    Variant("turbo8"),
    Variant("turbo4"),
    Variant("float16", "scalar"),
    Variant("float16", "binary"),
    Variant("float16", "turbo"),
)


def main() -> None:
    args = _arguments()
    load = os.getloadavg()[0]
    data = read_beir(args.data)
    with tempfile.TemporaryDirectory(prefix="tercet-storage-", dir=args.scratch) as scratch:
        forget_settings(Path(scratch))
        encoder = build.make_encoder(read_settings())
        passages = encoded(whole(data, args.documents), encoder, args.keep)
        queries = {name: encoder.query(text) for name, text in data.queries.items()}
        rows = []
        for variant in [v for v in VARIANTS if not args.only or str(v) in args.only]:
            schema = replace(
                encoder.schema(), late_datatype=variant.late, quantization=variant.quantization
            )
            disk = _disk(Path(scratch) / f"{variant}-cut", schema, cut(passages, args.tokens))
            found = _quality(Path(scratch) / str(variant), schema, passages, data, queries)
            rows.append({"variant": str(variant), "disk": disk, **found})
            _show(rows[-1])
    _compare(rows)
    if args.json:
        result = {"load_at_start": load, "data": data.name, "tokens": args.tokens, "rows": rows}
        args.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def cut(passages: Passages, tokens: int) -> Passages:
    """The passages cut to so many token vectors; shorter ones are left out."""
    pairs = zip(*passages, strict=True)
    long = [_shortened(*pair, tokens) for pair in pairs if len(pair[1].late) >= tokens]
    if not long:
        raise SystemExit(f"no passage has {tokens} tokens")
    return Passages([chunk for chunk, _ in long], [vectors for _, vectors in long])


def _shortened(chunk: Chunk, vectors: Vectors, tokens: int) -> tuple[Chunk, Vectors]:
    share = tokens / len(vectors.late)
    terms = round(len(vectors.sparse.indices) * share)
    end = round(len(chunk.text) * share)
    sparse = SparseVector(vectors.sparse.indices[:terms], vectors.sparse.values[:terms])
    return (
        replace(chunk, text=chunk.text[:end], end=chunk.start + end),
        replace(vectors, sparse=sparse, late=vectors.late[:tokens]),
    )


def _filled(folder: Path, schema: Schema, passages: Passages) -> EdgeStore:
    """A new index of the passages, optimised. Document ids are as an ingest makes them."""
    store = EdgeStore.open(folder, schema, create=True)
    for start in range(0, len(passages.chunks), _BATCH):
        part = slice(start, start + _BATCH)
        chunks = [
            replace(chunk, document=f"{start + place:032x}")
            for place, chunk in enumerate(passages.chunks[part])
        ]
        store.upsert(chunks, passages.vectors[part])
    store.optimize()
    return store


def _disk(folder: Path, schema: Schema, passages: Passages) -> dict[str, Any]:
    """Bytes a chunk by component: the blocks that the closed index takes."""
    _filled(folder, schema, passages).close()
    taken = dict.fromkeys([*_COMPONENTS, "rest"], 0)
    for path in folder.rglob("*"):
        if path.is_file():
            taken[_component(path)] += path.stat().st_blocks * 512
    count = len(passages.chunks)
    sizes = {name: size / count for name, size in taken.items()}
    return {"chunks": count, "bytes": sum(sizes.values()), **sizes}


def _component(path: Path) -> str:
    for name, folders in _COMPONENTS.items():
        if any(folder in path.parts for folder in folders):
            return name
    return "rest"


def _quality(
    folder: Path,
    schema: Schema,
    passages: Passages,
    data: Dataset,
    queries: Mapping[str, Vectors],
) -> dict[str, Any]:
    """nDCG@10 and the engine's milliseconds by mode."""
    store = _filled(folder, schema, passages)
    found = {mode: _mode(store, mode, data, queries) for mode in _MODES}
    store.close()
    return found


def _mode(
    store: EdgeStore, mode: Any, data: Dataset, queries: Mapping[str, Vectors]
) -> dict[str, Any]:
    """Wall milliseconds are the median, processor milliseconds (of all threads, which a busy
    machine disturbs less) the mean."""
    scores, times = [], []
    begin = time.process_time()
    for name, vectors in queries.items():
        search = Search(plan(Query("", mode=mode)), vectors)
        ranking: list[str] = []
        times.append(seconds(lambda s=search, r=ranking: r.extend(_sources(store, s))))  # type: ignore[misc]
        scores.append(ndcg(ranking, data.judgements[name], 10))
    spent = (time.process_time() - begin) / len(queries)
    return {"ndcg@10": fmean(scores), "ms": median(times) * 1000, "cpu_ms": spent * 1000}


def _sources(store: EdgeStore, search: Search) -> Iterator[str]:
    [hits] = store.search([search])
    return (hit.source for hit in hits)


def _show(row: Mapping[str, Any]) -> None:
    sizes = "  ".join(f"{name} {row['disk'][name]:.0f}" for name in ("bytes", *_COMPONENTS, "rest"))
    modes = "  ".join(
        f"{m} {row[m]['ndcg@10']:.4f} ({row[m]['ms']:.1f}, {row[m]['cpu_ms']:.1f} ms)"
        for m in _MODES
    )
    print(f"{row['variant']:>15}  {sizes}\n{'':>15}  {modes}", flush=True)


def _compare(rows: Sequence[Mapping[str, Any]]) -> None:
    first = rows[0]
    for row in rows[1:]:
        change = [f"{mode} {row[mode]['ndcg@10'] - first[mode]['ndcg@10']:+.4f}" for mode in _MODES]
        size = row["disk"]["bytes"] / first["disk"]["bytes"]
        print(f"{row['variant']} against {first['variant']}: size {size:.2f}, {', '.join(change)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("data", type=known_folder, help="a BEIR folder, such as scifact")
    add("--only", nargs="+", metavar="VARIANT", help=", ".join(map(str, VARIANTS)))
    add("--tokens", type=positive, default=200, help="of a passage whose disk space is measured")
    add("--documents", type=positive, help="the first so many only")
    add("--keep", type=any_file, metavar="FILE", help="read the vectors there, or write them")
    add("--scratch", type=known_folder, help="where indexes are made and removed")
    add("--json", type=any_file, metavar="FILE", help="write every figure there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
