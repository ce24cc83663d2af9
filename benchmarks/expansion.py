"""What feedback does to a search: nDCG@10 with and without, on the same questions.

    python benchmarks/expansion.py PATH/scifact --queries train.jsonl --qrels train.tsv
    python benchmarks/expansion.py PATH/squad_dev_v1.1 --sample 1000 --sweep

One document is one chunk, in an embedded index. Every question is asked plainly and with each
expansion; the difference comes with the paired bootstrap interval (95 %, 10,000 resamples of the
questions). Times are medians from text to hits; which way of asking goes first alternates.

`--sweep` asks with many parameters instead, without times, and in NumPy rather than the engine:
those in the product were chosen by it, on SQuAD and SciFact's training claims alone
(docs/decisions/query-expansion.md).
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from engine.arguments import any_file, known_folder, positive
from engine.bench import forget_settings
from engine.exact import ExactStore
from engine.passages import Passages, encoded, whole
from peers.report import machine

from tercet import build
from tercet.config import read_settings
from tercet.embedding.encoder import ThreeVectorEncoder
from tercet.evaluation.dataset import Dataset, read_beir
from tercet.evaluation.metrics import ndcg
from tercet.evaluation.significance import bootstrap
from tercet.ports import Expander, Store
from tercet.retrieval.expansion import Rm3, Rocchio
from tercet.retrieval.retriever import Retriever
from tercet.types import LEGS, LegName, Mode, Query, Vectors

MODES: tuple[Mode, ...] = ("fused", "hybrid", "sparse", "dense")
DEPTH = 10
_BATCH = 128  # points written at once, as an ingest does

# What `--sweep` tries: passages, terms and the query's own weight; passages and weight.
_RM3 = ((3, 10), (10, 30), (0.5, 0.7, 0.9))
_ROCCHIO = ((3, 10), (0.1, 0.3, 0.5))

_SHIPPED: Mapping[str, Expander] = {"rm3": Rm3(), "rocchio": Rocchio()}

Way = tuple[str, tuple[str, ...]]  # how a way to ask is shown, and the expansions it names


def main() -> None:
    args = _arguments()
    load = os.getloadavg()[0]
    data = _sampled(labelled(args.data, args.queries, args.qrels), args.sample)
    with tempfile.TemporaryDirectory(prefix="tercet-bench-", dir=args.scratch) as scratch:
        forget_settings(Path(scratch))
        encoder = build.make_encoder(read_settings())
        passages = _passages(data, encoder, args.keep)
        if args.sweep:
            found = _swept(data, encoder, passages, args.modes)
        else:
            with closing(_filled(passages, encoder, args.index or Path(scratch))) as store:
                found = _compared(data, encoder, store, args.modes)
    result = {
        "machine": machine(),
        "load_at_start": load,
        "dataset": data.name,
        "questions": len(data.queries),
        "modes": found,
    }
    _show(result)
    if args.json:
        args.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def labelled(folder: Path, queries: str, qrels: str) -> Dataset:
    """The collection in a BEIR folder, with other questions and judgements where files of the
    folder are named."""
    with tempfile.TemporaryDirectory(prefix="tercet-bench-") as scratch:
        place = Path(scratch) / folder.name
        place.mkdir()
        names = {"corpus.jsonl": "corpus.jsonl", "queries.jsonl": queries, "qrels.tsv": qrels}
        for name, file in names.items():
            (place / name).symlink_to(folder / file)
        return read_beir(place)


def _sampled(data: Dataset, size: int | None) -> Dataset:
    """So many of the questions, drawn with seed 0."""
    if size is None or size >= len(data.queries):
        return data
    chosen = set(random.Random(0).sample(sorted(data.queries), size))
    return replace(data, queries={id: text for id, text in data.queries.items() if id in chosen})


def _passages(data: Dataset, encoder: ThreeVectorEncoder, kept: Path | None) -> Passages:
    """One document one chunk. Ids are made of the document's, which an ingest gives it."""
    chunks = [
        replace(chunk, document=f"{number:032x}") for number, chunk in enumerate(whole(data, None))
    ]
    return encoded(chunks, encoder, kept)


def _filled(passages: Passages, encoder: ThreeVectorEncoder, folder: Path) -> Store:
    """An index of the passages; one that is there already is taken as it is."""
    settings = read_settings({"index": str(folder)})
    schema = build.schema_of(encoder, build.make_whole_chunker())
    store = build.open_store(settings, schema, create=True)
    if store.count():
        return store
    for start in range(0, len(passages.chunks), _BATCH):
        part = slice(start, start + _BATCH)
        store.upsert(passages.chunks[part], passages.vectors[part])
    store.optimize()
    return store


def _compared(
    data: Dataset, encoder: ThreeVectorEncoder, store: Store, modes: Sequence[Mode]
) -> dict[str, Any]:
    """Figures by mode and way to ask, with the expansions as the product has them."""
    retriever = Retriever(encoder, store, expanders=_SHIPPED)
    ways: list[Way] = [
        ("plain", ()),
        ("rm3", ("rm3",)),
        ("rocchio", ("rocchio",)),
        ("rm3,rocchio", ("rm3", "rocchio")),
    ]
    return {mode: _figures(*_asked(data, retriever, mode, ways)) for mode in modes}


def _swept(
    data: Dataset, encoder: ThreeVectorEncoder, passages: Passages, modes: Sequence[Mode]
) -> dict[str, Any]:
    """nDCG and its difference from the plain query by mode and parameters."""
    expanders: dict[str, Expander] = {}
    for values in product(*_RM3):
        expanders["rm3 {} passages, {} terms, own {}".format(*values)] = Rm3(*values)
    for pair in product(*_ROCCHIO):
        expanders["rocchio {} passages, weight {}".format(*pair)] = Rocchio(*pair)
    known = {**expanders, **_SHIPPED}
    retriever = Retriever(_Remembering(encoder), ExactStore(passages), expanders=known)  # type: ignore[arg-type]
    found: dict[str, Any] = {}
    for mode in modes:
        idle = {"sparse": "rocchio", "dense": "rm3"}.get(mode, "-")
        ways: list[Way] = [(name, (name,)) for name in expanders if not name.startswith(idle)]
        both: Way = ("rm3,rocchio as shipped", tuple(_SHIPPED))
        scores, _ = _asked(data, retriever, mode, [("plain", ()), *ways, both])
        found[mode] = _figures(scores, {})
    return found


class _Remembering:
    """An encoder that embeds each question once, for all modes."""

    def __init__(self, encoder: ThreeVectorEncoder) -> None:
        self._all = functools.cache(functools.partial(encoder.query, legs=LEGS))

    def query(self, text: str, legs: Collection[LegName] = LEGS) -> Vectors:
        return self._all(text)


def _asked(
    data: Dataset, retriever: Retriever, mode: Mode, ways: Sequence[Way]
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """nDCG@10 and milliseconds of every question by way to ask."""
    scores: dict[str, list[float]] = {name: [] for name, _ in ways}
    times: dict[str, list[float]] = {name: [] for name, _ in ways}
    for turn, (id, text) in enumerate(data.queries.items()):
        for name, expand in ways if turn % 2 else reversed(ways):
            begin = time.perf_counter()
            hits = retriever(Query(text, mode=mode, limit=DEPTH, expand=expand)).hits
            times[name].append(1000 * (time.perf_counter() - begin))
            ranking = [source for hit in hits for source in hit.chunk.sources]
            scores[name].append(ndcg(ranking, data.judgements[id], DEPTH))
    return scores, times


def _figures(
    scores: Mapping[str, Sequence[float]], times: Mapping[str, Sequence[float]]
) -> dict[str, Any]:
    """By way to ask: nDCG@10, its difference from the plain query's with the interval, and the
    median time and its ratio to the plain query's."""
    plain = np.array(scores["plain"])
    gains = np.array([np.array(row) - plain for row in scores.values()]).T
    intervals = bootstrap(gains)
    found: dict[str, Any] = {}
    for column, (name, row) in enumerate(scores.items()):
        figures = {"ndcg@10": float(np.mean(row)), "difference": float(gains[:, column].mean())}
        found[name] = {**figures, "interval": intervals[column].tolist()}
        if times:
            p50 = float(np.median(times[name]))
            found[name] |= {"p50_ms": p50, "ratio": p50 / float(np.median(times["plain"]))}
    return found


def _show(found: Mapping[str, Any]) -> None:
    """A line for each mode and way to ask."""
    print(f"{found['dataset']}, {found['questions']} questions, load {found['load_at_start']:.1f}")
    for mode, ways in found["modes"].items():
        for name, row in ways.items():
            low, high = row["interval"]
            cost = f"  {row['p50_ms']:6.1f} ms  x{row['ratio']:.2f}" if "ratio" in row else ""
            line = f"{row['ndcg@10']:.4f}  {row['difference']:+.4f} [{low:+.4f}, {high:+.4f}]"
            print(f"{mode:>6}  {name:<36} {line}{cost}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add: Callable[..., Any] = parser.add_argument
    add("data", type=known_folder, help="a BEIR folder, such as scifact")
    add("--queries", default="queries.jsonl", metavar="NAME", help="a file of the folder")
    add("--qrels", default="qrels.tsv", metavar="NAME", help="a file of the folder")
    add("--sample", type=positive, help="so many of the questions, drawn at random")
    add("--modes", nargs="+", choices=MODES, default=MODES)
    add("--sweep", action="store_true", help="many parameters instead of those in the product")
    add("--keep", type=any_file, metavar="FILE", help="read the vectors there, or write them")
    add("--index", type=any_file, metavar="FOLDER", help="use the index there, or make it")
    add("--scratch", type=known_folder, help="where an index is made and removed")
    add("--json", type=any_file, metavar="FILE", help="write every figure there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
