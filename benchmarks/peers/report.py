"""Turns the runs into one median per contestant, the ratios, and a Markdown table."""

import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

Figures = dict[str, Any]

# Each figure's heading and how many decimals it deserves.
COLUMNS = {
    "ingest_s": ("ingest s", 1),
    "chunks_per_s": ("chunks/s", 1),
    "query_p50_ms": ("p50 ms", 1),
    "query_p99_ms": ("p99 ms", 1),
    "ndcg@10": ("nDCG@10", 4),
    "peak_rss_mb": ("peak MB", 0),
    "disk_mb": ("disk MB", 1),
    "packages": ("packages", 0),
    "packages_mb": ("installed MB", 0),
}
RATIOS = {"ingest": "Tercet ingest", "query_p50": "Tercet p50"}
"""How many times faster Tercet is than the row's contestant; below 1 it is slower."""


def medians(runs: Sequence[Figures]) -> dict[str, Figures]:
    """Return each contestant's median figures, contestants in their first run's order."""
    names = dict.fromkeys(run["name"] for run in runs)
    return {name: _median([run for run in runs if run["name"] == name]) for name in names}


def ratios(results: dict[str, Figures]) -> dict[str, dict[str, float]]:
    """Return how many times faster Tercet is than each peer; empty without Tercet's figures."""
    tercet = results.get("tercet")
    if tercet is None:
        return {}
    return {
        name: {
            "ingest": round(peer["ingest_s"] / tercet["ingest_s"], 2),
            "query_p50": round(peer["query_p50_ms"] / tercet["query_p50_ms"], 2),
        }
        for name, peer in results.items()
        if name != "tercet"
    }


def table(results: dict[str, Figures], speedups: dict[str, dict[str, float]]) -> str:
    """Return the results as a Markdown table, one row for each contestant."""
    heading = ["contestant", *(name for name, _ in COLUMNS.values()), *RATIOS.values()]
    rows = [_row(name, figures, speedups.get(name, {})) for name, figures in results.items()]
    widths = [max(map(len, column)) for column in zip(heading, *rows, strict=True)]
    rule = ["-" * width for width in widths]
    return "\n".join(_line(cells, widths) for cells in (heading, rule, *rows))


def machine() -> dict[str, Any]:
    """Return what the figures depend on; a load that is not near 0 makes them worthless."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "load_at_start": [round(load, 2) for load in os.getloadavg()],
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def _median(runs: list[Figures]) -> Figures:
    first = runs[0]
    return {
        # Rounded: the mean of two middle runs has digits that mean nothing.
        key: round(median(run[key] for run in runs), 4) if _is_number(value) else value
        for key, value in first.items()
    }


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _row(name: str, figures: Figures, speedup: dict[str, float]) -> list[str]:
    cells = [f"{figures[key]:,.{digits}f}" for key, (_, digits) in COLUMNS.items()]
    factors = [f"{speedup[key]:.1f}x" if key in speedup else "-" for key in RATIOS]
    return [name, *cells, *factors]


def _line(cells: Iterable[str], widths: list[int]) -> str:
    padded = [
        cell.rjust(width) if place else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return f"| {' | '.join(padded)} |"


def _cpu_model() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor()
