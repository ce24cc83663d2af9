"""Evaluations for people, in the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from tercet.cli.common import stdout
from tercet.cli.render import excerpt
from tercet.evaluation.verdict import p_words, verdict
from tercet.evaluation.worst import worst_first

Record = Mapping[str, Any]

_LATENCIES = ("p50_ms", "p95_ms", "p99_ms")


def show_record(record: Record, worst: int) -> None:
    """The table of modes, what it shows, and the queries that went worst."""
    console = stdout()
    ingest = record["ingest"]
    rate = f", {ingest['chunks_per_s']} chunks/s" if ingest["chunks_per_s"] else ""
    console.print(
        f"{record['dataset']}: {record['documents']} documents, {record['queries']} queries{rate}",
        markup=False,
    )
    console.print(_modes(record))
    console.print("Below each mean its 95 % bootstrap interval.", style="dim")
    for line in verdict(record):
        console.print(line, markup=False, soft_wrap=True)
    if worst:
        _show_worst(record, worst)


def show_comparison(comparison: Record, most: int) -> None:
    """The table of differences, and the queries that got worse and better most."""
    console = stdout()
    console.print(f"{len(comparison['queries'])} queries in both; B less A.")
    console.print(_differences(comparison["differences"]))
    moved = [row for row in comparison["queries"].values() if row["change"]]
    worse = [row for row in moved if row["change"] < 0][:most]
    better = [row for row in reversed(moved) if row["change"] > 0][:most]
    for title, rows in (("Worse", worse), ("Better", better)):
        if rows:
            console.print(f"\n[bold]{title}[/] by {comparison['metrics'][0]}, mean of the modes:")
            console.print(_moved(rows, comparison["modes"]))


def _modes(record: Record) -> Table:
    metrics = record["metrics"]
    table = Table("mode", box=None, pad_edge=False, header_style="dim")
    for name in (*metrics, *_LATENCIES):
        table.add_column(name, justify="right")
    for mode, row in record["modes"].items():
        means = (_mean(row[name], record["intervals"][mode][name]) for name in metrics)
        table.add_row(mode, *means, *(f"{row[name]:.1f}" for name in _LATENCIES))
    return table


def _mean(value: float, interval: Sequence[float]) -> str:
    return f"{value:.4f}\n[dim]{interval[0]:.3f}–{interval[1]:.3f}[/]"


def _differences(lines: Sequence[Record]) -> Table:
    head = ("mode", "metric", "A", "B", "B less A", "95 % interval", "p (Holm)", "")
    table = Table(*head, box=None, pad_edge=False, header_style="dim")
    for line in lines:
        table.add_row(
            line["mode"],
            line["metric"],
            f"{line['a']:.4f}",
            f"{line['b']:.4f}",
            f"{line['difference']:+.4f}",
            f"{line['low']:+.4f} to {line['high']:+.4f}",
            p_words(line["p_holm"]),
            _verdict(line),
        )
    return table


def _verdict(line: Record) -> str:
    if not line["shown"]:
        return "no difference shown"
    return "[green]better[/]" if line["difference"] > 0 else "[red]worse[/]"


def _show_worst(record: Record, count: int) -> None:
    """Question, what was expected, its rank in each mode, and what came first instead."""
    console = stdout()
    metric = record["metrics"][0]
    console.print(f"\n[bold]Worst queries[/] by {metric}, mean of the modes:")
    for id in worst_first(record, metric)[:count]:
        question = record["questions"][id]
        console.print(f"\n[bold]{escape(excerpt(question['text'], 200))}[/]  [dim]{escape(id)}[/]")
        expected = list(question["expected"])
        more = f" and {len(expected) - 3} more" if len(expected) > 3 else ""
        console.print(
            f"  expected    {', '.join(expected[:3])}{more}", markup=False, soft_wrap=True
        )
        found = {mode: by_id[id] for mode, by_id in record["found"].items()}
        ranks = ", ".join(f"{mode} {_rank(row)}" for mode, row in found.items())
        console.print(f"  rank        {ranks}", soft_wrap=True)
        console.print(f"  came first  {_firsts(found)}", markup=False, soft_wrap=True)


def _rank(row: Record) -> str:
    return str(row["rank"]) if row["rank"] else "not found"


def _firsts(found: Mapping[str, Record]) -> str:
    """What each mode put first, modes that agree together."""
    by_first: dict[str, list[str]] = {}
    for mode, row in found.items():
        by_first.setdefault(row["first"] or "nothing", []).append(mode)
    return "; ".join(f"{first} ({', '.join(modes)})" for first, modes in by_first.items())


def _moved(rows: Sequence[Record], modes: Sequence[str]) -> Table:
    table = Table("change", "query", *modes, box=None, pad_edge=False, header_style="dim")
    for row in rows:
        ranks = (f"{a or '–'} to {b or '–'}" for a, b in row["ranks"].values())
        table.add_row(f"{row['change']:+.3f}", escape(excerpt(row["text"], 70)), *ranks)
    return table
