"""What Tercet adds to its bare parts: ratios, each measured in one run.

    python benchmarks/run.py PATH/scifact [--documents N] [--queries N] [--repeat R] [--json FILE]

On a BEIR folder, one document one chunk, embedded engine, all settings at their defaults:

ingest   documents to a flushed and optimised index, against the bare model on the same batches
query    text in, hits with text out, against the model's forward pass plus the engine's call
process  a fresh `tercet search` and `tercet --help`, from start to end
disk     the index's bytes a chunk

README.md beside this file says what each ratio's denominator is. Nothing else may run on the
machine: `load_at_start` in the result says whether something did.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from engine.arguments import any_file, known_folder, positive
from engine.bench import Bench, forget_settings, make_bench
from engine.disk import measure_disk
from engine.figures import record, show
from engine.ingest import measure_ingest
from engine.process import measure_processes
from engine.query import measure_queries
from peers.report import machine
from rich.console import Console

from tercet.evaluation.dataset import read_beir


def main() -> None:
    """Measure, show the tables on stdout, and write the JSON if asked to."""
    args = _arguments()
    host = machine()
    with tempfile.TemporaryDirectory(prefix="tercet-bench-", dir=args.scratch) as scratch:
        forget_settings(Path(scratch))
        bench = make_bench(read_beir(args.data), args.documents, args.queries)
        found = measure(bench, Path(scratch), args.repeat)
    found = {"machine": host, "data": args.data.name, "repeat": args.repeat, **found}
    show(found, Console(width=120, highlight=False))
    if args.json:
        args.json.write_text(json.dumps(record(found), indent=2) + "\n", encoding="utf-8")


def measure(bench: Bench, scratch: Path, repeat: int) -> dict[str, Any]:
    """All figures."""
    ingest, folder = measure_ingest(bench, scratch, repeat)
    with bench.open(folder) as rag:
        query = measure_queries(bench, rag, repeat)
    return {
        "documents": len(bench.documents),
        "queries": len(bench.queries),
        "ingest": ingest,
        "query": query,
        "disk": measure_disk(folder, int(ingest["chunks"])),
        "process": measure_processes(folder, bench.queries[0]),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("data", type=known_folder, help="a BEIR folder, such as scifact")
    add("--documents", type=positive, help="the first so many only")
    add("--queries", type=positive, help="the first so many only")
    add("--repeat", type=positive, default=3, help="ingests, and passes over the queries")
    add("--scratch", type=known_folder, help="where indexes are made and removed")
    add("--json", type=any_file, metavar="FILE", help="write every figure there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
