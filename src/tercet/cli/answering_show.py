"""An evaluation of answers for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from tercet.cli.common import stdout
from tercet.evaluation.answers.report import state

Record = Mapping[str, Any]

_WRONG = 5  # wrong answers that are shown
_STEPS = (0.1, 0.25, 0.5, 0.75, 1.0)


def show_answer_record(record: Record) -> None:
    """The measures with their intervals, what was refused, the abstention curve, and some wrong
    answers."""
    console = stdout()
    console.print(
        f"{escape(record['dataset'])}: {record['questions']} questions, "
        f"judged by {escape(record['judge'])}"
    )
    console.print(_measures(record))
    for words in _abstention(record["abstention"]):
        console.print(words)
    console.print(_curve(record["curve"]))
    wrong = [one for one in record["answers"] if state(one) == "wrong"][:_WRONG]
    for one in wrong:
        gold = "; ".join(one["gold"][:2]) or "no answer"
        console.print(f"\nWrong: {one['question']}", markup=False, soft_wrap=True)
        console.print(f"  expected: {gold}\n  answered: {one['answer']}", markup=False,
                      soft_wrap=True)  # fmt: skip


def _measures(record: Record) -> Table:
    table = Table("measure", "mean", "95 % interval", "n", box=None, pad_edge=False)
    for name, line in record["measures"].items():
        interval = escape(f"[{line['low']:.3f}, {line['high']:.3f}]")
        table.add_row(name, f"{line['mean']:.3f}", interval, str(line["n"]))
    return table


def _abstention(record: Record) -> list[str]:
    lines = [f"right in all: {_percent(record['right'])}"]
    if record["answerable"]:
        share = _percent(record["answerable_refused"])
        lines.append(f"refused, of {record['answerable']} with an answer: {share}")
    if record["unanswerable"]:
        share = _percent(record["unanswerable_refused"])
        lines.append(f"refused, of {record['unanswerable']} without: {share}")
    return lines


def _curve(points: Sequence[Sequence[float]]) -> str:
    """Precision where the curve reaches each of a few coverages, and at its end."""
    if not points:
        return "No question was answered."
    picked: list[Sequence[float]] = []
    for step in _STEPS:
        reached = next((point for point in points if point[0] >= step), points[-1])
        if reached not in picked:
            picked.append(reached)
    words = ", ".join(f"{precision:.0%} at {coverage:.0%}" for coverage, precision in picked)
    return f"precision by coverage: {words}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
