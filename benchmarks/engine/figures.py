"""The figures with a target, and every figure as tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """A figure beside its target; `at_least` says on which side of it is good."""

    name: str
    figure: float
    target: float
    unit: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.figure >= self.target if self.at_least else self.figure <= self.target

    def cells(self) -> tuple[str, ...]:
        sign = "at least" if self.at_least else "at most"
        unit = f" {self.unit}" if self.unit else ""
        return (
            self.name,
            f"{_short(self.figure)}{unit}",
            f"{sign} {_short(self.target)}{unit}",
            "yes" if self.met else "no",
        )


def rows(found: Mapping[str, Any]) -> list[Row]:
    """The figures that have a target."""
    fused = found["query"]["modes"]["fused"]
    search, help = found["process"]["search"], found["process"]["help"]
    return [
        Row("ingest: whole / bare model, chunks/s", found["ingest"]["ratio"], 0.85, at_least=True),
        Row("query: whole / bare model and engine, p50", fused["ratio"], 1.25),
        Row("query: p99 / p50", fused["p99/p50"], 3.0),
        Row("process: tercet search, wall", search["wall_s"], 0.8, "s"),
        Row("process: tercet search, peak memory", search["peak_mb"], 350.0, "MB"),
        Row("process: tercet --help, processor time", help["cpu_s"], 0.25, "s"),
        Row("disk: index per chunk", found["disk"]["kb_per_chunk"], 45.0, "kB"),
    ]


def show(found: Mapping[str, Any], console: Console) -> None:
    """All tables."""
    tables = {
        "Against the bare parts": _targets(found),
        _ingest_title(found["ingest"]): _ingest(found["ingest"]),
        "Queries by mode, ms": _modes(found["query"]["modes"]),
        "One query in mode fused": _stages(found["query"]["stages_ms"]),
        "Processes and disk": _rest(found),
    }
    for title, table in tables.items():
        console.print(title, table, "", sep="\n")


def record(found: Mapping[str, Any]) -> dict[str, Any]:
    """Everything, for JSON."""
    targets = [
        {"name": row.name, "figure": row.figure, "target": row.target, "met": row.met}
        for row in rows(found)
    ]
    return {"targets": targets, **found}


def _targets(found: Mapping[str, Any]) -> Table:
    table = plain_table("", "figure", "target", "met")
    for row in rows(found):
        table.add_row(*row.cells())
    return table


def _ingest_title(ingest: Mapping[str, Any]) -> str:
    return (
        f"Ingest of {ingest['chunks']:.0f} chunks: {ingest['seconds']:.1f} s, "
        f"{ingest['chunks_per_s']:.1f}/s, processor {ingest['cpu_seconds']:.1f} s\n"
        f"bare model: {ingest['bare_seconds']:.1f} s, {ingest['bare_chunks_per_s']:.1f}/s, "
        f"processor {ingest['bare_cpu_seconds']:.1f} s; ratio {ingest['ratio']:.3f}, "
        f"of processor time {ingest['cpu_ratio']:.3f}"
    )


def _ingest(ingest: Mapping[str, Any]) -> Table:
    table = plain_table("stage", "s", "of all")
    stages = ingest["stages"] | {f"in the writer: {k}": v for k, v in ingest["writer"].items()}
    for stage, seconds in stages.items():
        table.add_row(stage, f"{seconds:.2f}", f"{seconds / ingest['seconds']:.1%}")
    return table


def _modes(modes: Mapping[str, Mapping[str, Any]]) -> Table:
    columns = ("p50", "p95", "p99", "bare p50", "model", "engine", "ratio", "p99/p50")
    table = plain_table("mode", *columns)
    for mode, found in modes.items():
        ms = [*found["ms"].values(), found["bare_ms"]["p50"], found["model_p50"]]
        cells = [f"{value:.2f}" for value in (*ms, found["engine_p50"])]
        table.add_row(mode, *cells, f"{found['ratio']:.2f}", f"{found['p99/p50']:.2f}")
    return table


def _stages(stages: Mapping[str, float]) -> Table:
    table = plain_table("stage", "ms")
    for stage, value in stages.items():
        table.add_row(stage, f"{value:.3f}")
    return table


def _rest(found: Mapping[str, Any]) -> Table:
    disk = found["disk"]
    table = plain_table("", "figure")
    for name, figures in found["process"].items():
        table.add_row(f"{name}: wall", f"{figures['wall_s']:.3f} s")
        table.add_row(f"{name}: processor", f"{figures['cpu_s']:.3f} s")
        table.add_row(f"{name}: peak memory", f"{figures['peak_mb']:.0f} MB")
    table.add_row("disk: blocks", f"{disk['blocks'] / 1e6:.1f} MB")
    table.add_row("disk: file lengths", f"{disk['apparent'] / 1e6:.1f} MB")
    return table


def plain_table(rows: str, *columns: str) -> Table:
    """A table whose first column names the rows and whose others are figures."""
    table = Table(rows, box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _short(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}"
