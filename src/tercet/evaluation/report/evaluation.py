"""The page of one evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tercet.evaluation.report import plots
from tercet.evaluation.report.layout import (
    Cell,
    cell,
    details,
    document,
    figure,
    grid,
    key,
    paragraph,
    section,
    table,
    text,
)
from tercet.evaluation.verdict import p_words, verdict
from tercet.evaluation.worst import worst_first

Record = Mapping[str, Any]

_LATENCIES = ("p50_ms", "p95_ms", "p99_ms")
_MOST_QUERIES = 1000  # rows of the page's table; the record has all of them


def page(record: Record) -> str:
    """The record of `eval --json` as one HTML page."""
    main = record["metrics"][0]
    return document(
        f"Evaluation: {record['dataset']}",
        f"<h1>{text(record['dataset'])}</h1>",
        paragraph(_facts(record), "soft"),
        *_remarks(record),
        section("Result", *(paragraph(line) for line in verdict(record)), _summary(record)),
        section(
            "Quality",
            paragraph("Means over the queries with 95 % bootstrap intervals.", "soft"),
            grid(figure(metric, plots.quality(record, metric)) for metric in record["metrics"]),
            details("All differences between modes", _differences(record)),
        ),
        section("Speed and depth", key(list(record["modes"])), _curves(record, main)),
        section("Queries, worst first", _queries(record, main)),
        section("All figures", details("As they stand in the record", _raw(record))),
    )


def _facts(record: Record) -> str:
    ingest = record["ingest"]
    rate = f", {ingest['chunks_per_s']} chunks/s" if ingest["chunks_per_s"] else ""
    made = f"; {ingest['chunks']} chunks ingested in {ingest['seconds']} s{rate}"
    return f"{record['documents']} documents, {record['queries']} queries" + (
        made if ingest["chunks"] else ""
    )


def _remarks(record: Record) -> Iterator[str]:
    for name, why in record.get("unmatched", {}).items():
        yield paragraph(f"Expected source {name}: {why}. It counts as not found.", "warn")
    if record.get("left_out"):
        words = f"{record['left_out']} questions without an expected source are left out."
        yield paragraph(words, "soft")


def _summary(record: Record) -> str:
    rows = ([cell(mode), *_summary_cells(record, mode)] for mode in record["modes"])
    return table(("mode", *record["metrics"], *_LATENCIES), rows)


def _summary_cells(record: Record, mode: str) -> Iterator[Cell]:
    row = record["modes"][mode]
    for metric in record["metrics"]:
        low, high = record["intervals"][mode][metric]
        best = row[metric] == max(other[metric] for other in record["modes"].values())
        yield cell(f"{row[metric]:.4f}", f"{low:.3f}–{high:.3f}", kind="best" if best else "")
    for name in _LATENCIES:
        yield cell(f"{row[name]:.1f}")


def _differences(record: Record) -> str:
    rows = (
        [
            cell(line["metric"]),
            cell(f"{line['first']} less {line['second']}", kind="text"),
            cell(f"{line['difference']:+.4f}", order=line["difference"]),
            cell(f"{line['low']:+.4f} to {line['high']:+.4f}", order=line["low"]),
            cell(p_words(line["p"]), order=line["p"]),
            cell(p_words(line["p_holm"]), order=line["p_holm"]),
            cell("yes" if line["shown"] else "not shown"),
        ]
        for line in record["differences"]
    )
    head = ("metric", "modes", "difference", "95 % interval", "p", "p (Holm)", "differ")
    return table(head, rows, sorts=True)


def _curves(record: Record, main: str) -> str:
    return grid(
        (
            figure(
                "Recall by depth",
                plots.recall_by_depth(record),
                "Share of the relevant documents among the first ones of one deep query.",
                wide=True,
            ),
            figure(
                "Latency",
                plots.latency(record),
                "From text to 10 hits; dots mark p50, p95 and p99.",
                wide=True,
            ),
            figure(
                f"{main} against latency",
                plots.quality_against_cost(record, main),
                "Up is better, left is faster; lines are 95 % intervals of quality.",
                wide=True,
            ),
        ),
        large=True,
    )


def _queries(record: Record, main: str) -> str:
    order = worst_first(record, main)
    shown = order[:_MOST_QUERIES]
    note = (
        f"{main} in each mode, and below it the rank of the first relevant one in a query for "
        "100. A click on a heading sorts."
    )
    if len(order) > len(shown):
        note += f" The worst {len(shown)} of {len(order)}; the record has all."
    head = ("query", "expected", *record["modes"])
    rows = (_query_row(record, id, main) for id in shown)
    return paragraph(note, "soft") + table(head, rows, sorts=True)


def _query_row(record: Record, id: str, main: str) -> list[Cell]:
    question = record["questions"][id]
    expected = list(question["expected"])
    names = ", ".join(expected[:3]) + (f" and {len(expected) - 3} more" if expected[3:] else "")
    row = [cell(question["text"], kind="text"), cell(names, kind="text")]
    for mode in record["modes"]:
        value, found = record["per_query"][mode][id][main], record["found"][mode][id]
        rank = f"rank {found['rank']}" if found["rank"] else "not found"
        row.append(cell(f"{value:.3f}", rank, order=value))
    return row


def _raw(record: Record) -> str:
    names = (*record["metrics"], *_LATENCIES)
    rows = (
        [cell(mode), *(cell(row[name]) for name in names)] for mode, row in record["modes"].items()
    )
    return table(("mode", *names), rows)
