"""How the extractive answerer quotes and abstains, on SQuAD v2.

    python benchmarks/abstention.py PATH/squad_dev_v2.0 --part tune --weights 0,0.1,0.2,0.3
    python benchmarks/abstention.py PATH/squad_dev_v2.0 --part test

The articles are split by a hash of their titles into quarters. `tune` indexes the first, one
paragraph one chunk, and `test` the second; each takes its questions on what is not indexed from
a quarter of its own. Constants are chosen on `tune` and quoted from `test`.

Measured: whether the quotes hold the answer; how well the support of the best sentence tells
answerable questions from those without an answer (AUC); and, for a row of thresholds, how many
questions are answered rightly, left, and answered though nothing is there. `*` marks the
threshold that is shipped, `+` the one with the best balance (README.md).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from answers.evidence import Answerer, Evidence, Outcome, coverage_weight, retrieved
from answers.figures import at_threshold, balance, quoting, separation, share
from answers.squad import KINDS, QUARTERS, Part, read_part
from engine.arguments import any_file, known_folder, numbers, positive
from engine.bench import forget_settings, settings_for
from engine.figures import plain_table
from peers.report import machine
from rich.console import Console
from rich.progress import track
from rich.table import Table

from tercet.generation.extractive import COVERAGE_WEIGHT, ENOUGH

STEP = 0.02  # between thresholds
REACH = 10  # thresholds on either side of the shipped one


def main() -> None:
    """Measure, show the tables on stdout, and write the JSON if asked to."""
    args = _arguments()
    part = read_part(args.data, args.part, args.limit)
    with tempfile.TemporaryDirectory(prefix="tercet-bench-") as folder:
        forget_settings(Path(folder))
        answerer = Answerer(part, settings_for(Path(folder)))
        evidence = _evidence(answerer, part)
        found = _describe(part, evidence) | {
            "weights": [weigh(answerer, evidence, weight) for weight in args.weights]
        }
        answerer.close()
    show(found, Console(width=120, highlight=False))
    if args.json:
        args.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def weigh(answerer: Answerer, evidence: Sequence[Evidence], weight: float) -> dict[str, Any]:
    """All figures with one weight of coverage."""
    with coverage_weight(weight):
        outcomes = [answerer.outcome(item) for item in evidence]
    return {
        "weight": weight,
        "shipped": weight == COVERAGE_WEIGHT,
        "quoting": quoting(outcomes),
        "auc": separation(outcomes),
        "thresholds": _thresholds(outcomes),
    }


def _thresholds(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """A row for each threshold; several may be best."""
    rows: list[dict[str, Any]] = []
    for step in range(-REACH, REACH + 1):
        row = at_threshold(outcomes, ENOUGH + STEP * step)
        rows.append({**row, "balance": balance(row), "shipped": step == 0})
    most = max(row["balance"] for row in rows)
    return [row | {"best": row["balance"] == most} for row in rows]


def _evidence(answerer: Answerer, part: Part) -> list[Evidence]:
    bar = Console(stderr=True)
    questions = track(part.questions, "questions", console=bar, transient=True)
    return [answerer.evidence(question) for question in questions]


def _describe(part: Part, evidence: Sequence[Evidence]) -> dict[str, Any]:
    asked = [item for item in evidence if item.question.kind == "answerable"]
    return {
        "machine": machine(),
        "part": part.name,
        "articles": part.articles,
        "paragraphs": len(part.documents),
        "questions": {
            kind: sum(question.kind == kind for question in part.questions) for kind in KINDS
        },
        "paragraph retrieved": share(retrieved(item) for item in asked),
    }


def show(found: dict[str, Any], console: Console) -> None:
    """One line a weight, then the thresholds of the shipped one (or of the first)."""
    asked = ", ".join(f"{count} {kind}" for kind, count in found["questions"].items())
    console.print(
        f"Part {found['part']}: {found['articles']} articles, {found['paragraphs']} paragraphs.\n"
        f"Questions: {asked}; own paragraph retrieved for {found['paragraph retrieved']:.1%}.\n"
    )
    console.print(_weights(found["weights"]))
    shown = next((row for row in found["weights"] if row["shipped"]), found["weights"][0])
    console.print(f"\nCoverage weight {shown['weight']:g}{_mark(shown)}")
    console.print(_grid(shown["thresholds"]))


def _weights(weights: Sequence[dict[str, Any]]) -> Table:
    areas = [f"AUC, {kind}" for kind in weights[0]["auc"]]
    table = plain_table("weight", *weights[0]["quoting"], *areas, "best threshold", "balance")
    for found in weights:
        best = next(row for row in found["thresholds"] if row["best"])
        table.add_row(
            f"{found['weight']:g}{_mark(found)}",
            *(f"{value:.1%}" for value in found["quoting"].values()),
            *(f"{value:.3f}" for value in found["auc"].values()),
            f"{best['threshold']:.2f}",
            f"{best['balance']:.1%}",
        )
    return table


def _grid(rows: Sequence[dict[str, Any]]) -> Table:
    shares = [key for key in rows[0] if key not in ("threshold", "best", "shipped")]
    table = plain_table("threshold", *shares)
    for row in rows:
        table.add_row(f"{row['threshold']:.2f}{_mark(row)}", *(f"{row[key]:.1%}" for key in shares))
    return table


def _mark(found: dict[str, Any]) -> str:
    return f"{' *' if found['shipped'] else ''}{' +' if found.get('best') else ''}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("data", type=known_folder, help="a folder with SQuAD v2: corpus, queries and answers.jsonl")
    add("--part", choices=tuple(QUARTERS), default="test")
    add("--limit", type=positive, metavar="N", help="questions of each kind, always the same ones")
    add(
        "--weights",
        type=numbers,
        default=[COVERAGE_WEIGHT],
        help="weights of coverage to compare, comma-separated (default: the shipped one)",
    )
    add("--json", type=any_file, metavar="FILE", help="write every figure there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
