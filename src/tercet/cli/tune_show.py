"""Tunings for people, in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.markup import escape
from rich.table import Table

from tercet.cli.common import stdout

Record = Mapping[str, Any]

_SHOWN = 10


def show_tuning(record: Record) -> None:
    """The best settings and the default, what the engine makes of the two, and the verdict."""
    console = stdout()
    halves = record["questions"]
    console.print(
        f"{record['dataset']}: {halves['tune']} questions to tune, {halves['held_out']} held out; "
        f"{record['tried']} settings in {record['seconds']:.0f} s",
        markup=False,
    )
    console.print(_trials(record))
    console.print("Behind each mean its 95 % bootstrap interval.", style="dim")
    if not record["documents_apart"]:
        words = "The halves ask for the same documents: expect a little less of new questions."
        console.print(words, soft_wrap=True)
    console.print("\nHeld out, through the engine:")
    console.print(_compared(record))
    console.print()
    console.print(record["verdict"]["words"], markup=False, soft_wrap=True, style="bold")
    if record["file"]:
        console.print(f"Written to {record['file']}.", markup=False, soft_wrap=True)


def _trials(record: Record) -> Table:
    """The ten highest on the tuning half, then the default with its place."""
    metric = record["metric"]
    table = Table("", "setting", f"{metric}, tuned on", "held out", box=None, header_style="dim")
    for place, trial in enumerate(record["trials"], start=1):
        default = not trial["settings"]
        if place <= _SHOWN or default:
            style = "bold" if default else None
            figures = (_mean(trial[half]) for half in ("tune", "held_out"))
            table.add_row(str(place), escape(trial["words"]), *figures, style=style)
    return table


def _compared(record: Record) -> Table:
    table = Table("setting", record["metric"], "p50 ms", box=None, header_style="dim")
    rows = {record[name]["words"]: record[name] for name in ("default", "challenger")}
    for words, row in rows.items():
        table.add_row(escape(words), _mean(row["held_out"]), f"{row['p50_ms']:.1f}")
    return table


def _mean(figures: Record) -> str:
    return escape(f"{figures['mean']:.4f} [{figures['low']:.3f}, {figures['high']:.3f}]")
