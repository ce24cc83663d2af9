"""The page of a comparison of two evaluations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tercet.evaluation.report.layout import (
    Cell,
    cell,
    document,
    figure,
    paragraph,
    section,
    table,
    text,
)
from tercet.evaluation.report.plots import changes
from tercet.evaluation.verdict import p_words

Record = Mapping[str, Any]

_MOST_QUERIES = 1000


def comparison_page(comparison: Record) -> str:
    """The record of `eval --compare --json` as one HTML page."""
    title = f"{comparison['a']} to {comparison['b']}"
    lines = comparison["differences"]
    queries = comparison["queries"]
    return document(
        f"Comparison: {title}",
        f"<h1>{text(title)}</h1>",
        paragraph(f"{len(queries)} queries in both, B less A.", "soft"),
        *(paragraph(words, "warn") for words in comparison["warnings"]),
        section(
            "Differences",
            figure("Change of each metric", changes(lines), "95 % bootstrap intervals", wide=True),
            table(_HEAD, map(_difference_row, lines), sorts=True),
        ),
        section(
            "Queries, worst first",
            paragraph(f"Change of {comparison['metrics'][0]}, in the mean of the modes.", "soft"),
            table(
                ("query", "change", *comparison["modes"]),
                (_query_row(row) for row in list(queries.values())[:_MOST_QUERIES]),
                sorts=True,
            ),
        ),
    )


_HEAD = ("mode", "metric", "A", "B", "difference", "95 % interval", "p", "p (Holm)", "differ")


def _difference_row(line: Record) -> list[Cell]:
    return [
        cell(line["mode"]),
        cell(line["metric"], kind="text"),
        cell(f"{line['a']:.4f}"),
        cell(f"{line['b']:.4f}"),
        cell(f"{line['difference']:+.4f}", kind=_direction(line), order=line["difference"]),
        cell(f"{line['low']:+.4f} to {line['high']:+.4f}", order=line["low"]),
        cell(p_words(line["p"]), order=line["p"]),
        cell(p_words(line["p_holm"]), order=line["p_holm"]),
        cell("yes" if line["shown"] else "not shown"),
    ]


def _direction(line: Record) -> str:
    if not line["shown"]:
        return ""
    return "up" if line["difference"] > 0 else "down"


def _query_row(row: Record) -> list[Cell]:
    return [
        cell(row["text"], ", ".join(list(row["expected"])[:3]), kind="text"),
        cell(f"{row['change']:+.3f}", order=row["change"]),
        *(cell(f"{a or '–'} to {b or '–'}") for a, b in row["ranks"].values()),
    ]
