"""How the extractive answerer quotes and abstains, on SQuAD v2.

    python benchmarks/abstention.py PATH/squad_dev_v2.0 --part test --limit 400
    python benchmarks/abstention.py PATH/squad_dev_v2.0 --part all --limit 1000

The articles are split by a hash of their titles into quarters, one paragraph one chunk:

- `tune` indexes the first and takes its questions on what is not indexed from the third; weights
  and calibration are fitted on it (training/train_evidence.py);
- `test` does the same with the second and the fourth;
- `half` indexes the first two and asks what `test` asks;
- `all` indexes all, and no question is on what is not indexed.

Measured: whether the quotes hold the answer; how well the score of the best sentence tells
answerable questions from those without an answer (AUC); and, for a row of precisions that a user
may choose, how many questions are answered rightly, left, and answered though nothing is there. `*`
marks the precision that is shipped, `+` the one with the best balance (README.md).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from answers.evidence import Answerer, Evidence, Outcome, retrieved
from answers.figures import at_threshold, balance, quoting, separation, share
from answers.squad import KINDS, QUARTERS, Part, read_part
from engine.arguments import any_file, known_folder, positive
from engine.bench import forget_settings, settings_for
from engine.figures import plain_table
from peers.report import machine
from rich.console import Console
from rich.progress import track
from rich.table import Table

from tercet.generation.extractive.answerer import PRECISION
from tercet.generation.extractive.calibration import read_calibration

PRECISIONS = sorted({0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, PRECISION})


def main() -> None:
    """Measure, show the tables on stdout, and write the JSON if asked to."""
    args = _arguments()
    part = read_part(args.data, args.part, args.limit)
    with tempfile.TemporaryDirectory(prefix="tercet-bench-") as folder:
        forget_settings(Path(folder))
        answerer = Answerer(part, settings_for(Path(folder)))
        evidence = _evidence(answerer, part)
        outcomes = [answerer.outcome(item) for item in evidence]
        found = _describe(part, evidence) | _measured(outcomes)
        answerer.close()
    show(found, Console(width=120, highlight=False))
    if args.json:
        args.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _measured(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {
        "quoting": quoting(outcomes),
        "auc": separation(outcomes),
        "thresholds": _thresholds(outcomes),
    }


def _thresholds(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """A row for each precision; several may be best."""
    calibration = read_calibration()
    rows: list[dict[str, Any]] = []
    for precision in PRECISIONS:
        row = at_threshold(outcomes, calibration.enough(precision))
        extra = {"balance": balance(row), "shipped": precision == PRECISION}
        rows.append({"precision": precision, **row, **extra})
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
    """Quoting and telling apart, then what each precision does."""
    asked = ", ".join(f"{count} {kind}" for kind, count in found["questions"].items())
    console.print(
        f"Part {found['part']}: {found['articles']} articles, {found['paragraphs']} paragraphs.\n"
        f"Questions: {asked}; own paragraph retrieved for {found['paragraph retrieved']:.1%}.\n"
    )
    console.print(_summary(found))
    console.print()
    console.print(_grid(found["thresholds"]))


def _summary(found: dict[str, Any]) -> Table:
    areas = {f"AUC, {kind}": value for kind, value in found["auc"].items()}
    table = plain_table(*found["quoting"], *areas)
    table.add_row(
        *(f"{value:.1%}" for value in found["quoting"].values()),
        *(f"{value:.3f}" for value in areas.values()),
    )
    return table


def _grid(rows: Sequence[dict[str, Any]]) -> Table:
    known = ("precision", "threshold", "best", "shipped")
    shares = [key for key in rows[0] if key not in known]
    table = plain_table("precision", "threshold", *shares)
    for row in rows:
        shown = [f"{row[key]:.1%}" for key in shares]
        table.add_row(f"{row['precision']:.2f}{_mark(row)}", f"{row['threshold']:.2f}", *shown)
    return table


def _mark(found: dict[str, Any]) -> str:
    return f"{' *' if found['shipped'] else ''}{' +' if found.get('best') else ''}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("data", type=known_folder, help="a folder with SQuAD v2: corpus, queries and answers.jsonl")
    add("--part", choices=tuple(QUARTERS), default="test")
    add("--limit", type=positive, metavar="N", help="questions of each kind, always the same ones")
    add("--json", type=any_file, metavar="FILE", help="write every figure there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
