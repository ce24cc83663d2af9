"""What the guardrails find, what they take for an order that is none, and what they cost.

    python benchmarks/guardrails.py tests/generation/guardrails PATH/shared/data

The corpus is read in two parts: the examples the detector was tuned on, and those held out. False
alarms are counted on real texts: the Rust book in chunks of Tercet (the limit is 0.5 %), and, never
looked at while tuning, SciFact, Cranfield and SQuAD, a text one passage.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from peers.report import machine
from rich.console import Console
from rich.table import Table

from tercet.build import make_chunker, make_encoder
from tercet.config import Settings
from tercet.generation.guardrails.injections import find_injections
from tercet.types import Document

COLLECTIONS = ("scifact", "cranfield", "squad_dev_v1.1")


def main() -> None:
    args = _arguments()
    found = {
        "machine": machine(),
        "corpus": [row for name in ("injections", "benign") for row in corpus(args.corpus, name)],
        "false_alarms": [false_alarms(name, texts) for name, texts in _texts(args.data)],
    }
    show(found, Console(width=110, highlight=False))
    if args.json:
        args.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def corpus(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """How many examples are flagged, by part, and which are not as they should be."""
    lines = (folder / f"{name}.jsonl").read_text("utf-8").splitlines()
    examples = [json.loads(line) for line in lines]
    for part in ("tuned", "held out"):
        mine = [one for one in examples if one["held_out"] == (part == "held out")]
        flagged = {one["id"] for one in mine if find_injections(one["text"])}
        wrong = [one["id"] for one in mine if (one["id"] in flagged) != (name == "injections")]
        yield {
            "examples": f"{name}, {part}",
            "count": len(mine),
            "flagged": len(flagged),
            "wrong": wrong,
        }


def false_alarms(name: str, texts: Sequence[str]) -> dict[str, Any]:
    """How many texts are flagged, by which rules, and the time one takes."""
    begin = time.process_time()
    findings = [find_injections(text) for text in texts]
    spent = time.process_time() - begin
    return {
        "texts": name,
        "count": len(texts),
        "flagged": sum(map(bool, findings)),
        "rules": dict(Counter(finding.reason for some in findings for finding in some)),
        "ms": 1000 * spent / len(texts),
        "s_per_mb": 1e6 * spent / sum(map(len, texts)),
    }


def show(found: dict[str, Any], console: Console) -> None:
    """Two tables."""
    table = Table("examples", "count", "flagged", "wrong", box=None)
    for row in found["corpus"]:
        table.add_row(
            row["examples"], str(row["count"]), str(row["flagged"]), " ".join(row["wrong"])
        )
    console.print(table)
    table = Table("texts", "count", "flagged", "%", "CPU ms each", "CPU s/MB", "rules", box=None)
    for row in found["false_alarms"]:
        share = 100 * row["flagged"] / row["count"]
        figures = (f"{share:.3f}", f"{row['ms']:.2f}", f"{row['s_per_mb']:.2f}")
        rules = ", ".join(row["rules"])
        table.add_row(row["texts"], str(row["count"]), str(row["flagged"]), *figures, rules)
    console.print(table)


def _texts(data: Path) -> Iterator[tuple[str, list[str]]]:
    settings = Settings(_env_file=None)
    cut = make_chunker(settings, make_encoder(settings))
    chapters = sorted((data / "corpora" / "rust-book").rglob("*.md"))
    documents = (Document(path.read_text("utf-8"), path.name) for path in chapters)
    yield "rust-book", [chunk.text for document in documents for chunk in cut(document)]
    for name in COLLECTIONS:
        lines = (data / "ir" / name / "corpus.jsonl").read_text("utf-8").splitlines()
        yield name, [text for line in lines if (text := json.loads(line)["text"])]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("corpus", type=Path, help="folder of injections.jsonl and benign.jsonl")
    parser.add_argument("data", type=Path, help="folder of corpora/ and ir/")
    parser.add_argument("--json", type=Path, help="write the figures here")
    return parser.parse_args()


if __name__ == "__main__":
    main()
