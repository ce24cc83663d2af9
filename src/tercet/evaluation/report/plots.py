"""The plots of an evaluation. Each takes the record and draws only what stands in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tercet.evaluation.report.svg import (
    Axis,
    Frame,
    Point,
    bar,
    curve,
    dot,
    drawing,
    label,
    spread,
)

Record = Mapping[str, Any]

_POINTS = 200  # of a curve: more cannot be seen
_ROW = 30.0


def quality(record: Record, metric: str) -> str:
    """A dot for each mode's mean, on its interval."""
    modes = list(record["modes"])
    bounds = [record["intervals"][mode][metric] for mode in modes]
    low, high = spread(min(pair[0] for pair in bounds), max(pair[1] for pair in bounds))
    x = Axis(max(0.0, low), min(1.0, high), 70, 300)
    bottom = _ROW * len(modes) + 6
    ticks = "".join(
        f'<line class="axis" x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="0" y2="{bottom:g}"/>'
        + label(x(tick), bottom + 16, f"{round(tick, 6):g}", anchor="middle", soft=True)
        for tick in x.ticks()
    )
    rows = "".join(_quality_row(record, metric, mode, n, x) for n, mode in enumerate(modes))
    words = f"{metric} with 95 % intervals. " + "; ".join(
        f"{mode} {record['modes'][mode][metric]} [{pair[0]}, {pair[1]}]"
        for mode, pair in zip(modes, bounds, strict=True)
    )
    return drawing(350, bottom + 24, words, ticks, rows)


def _quality_row(record: Record, metric: str, mode: str, place: int, x: Axis) -> str:
    value, (low, high) = record["modes"][mode][metric], record["intervals"][mode][metric]
    y = _ROW * place + 18
    return (
        label(0, y + 4, mode)
        + bar((x(low), y), (x(high), y), place)
        + dot(x(value), y, place, f"{mode}: {value} [{low}, {high}]")
        + label(350, y + 4, f"{value:.3f}", anchor="end")
    )


def latency(record: Record) -> str:
    """The share of queries that took at most so long, with the percentiles marked."""
    samples = {mode: sorted(by_id.values()) for mode, by_id in record["latency_ms"].items()}
    longest = max(record["modes"][mode]["p99_ms"] for mode in samples) * 1.1
    frame = Frame(
        Axis(0, longest or 1, 44, 585),
        Axis(0, 1, 250, 24),
        x_name="milliseconds, to 1.1 times the highest p99",
        y_name="share of queries",
    )
    parts = [_latency_of(record, mode, times, n, frame) for n, (mode, times) in _numbered(samples)]
    words = "Latency. " + "; ".join(
        f"{mode}: p50 {row['p50_ms']} ms, p95 {row['p95_ms']} ms, p99 {row['p99_ms']} ms"
        for mode, row in record["modes"].items()
    )
    return drawing(frame.width, frame.height, words, frame.axes(), *parts)


def _numbered(samples: Mapping[str, Any]) -> list[tuple[int, tuple[str, Any]]]:
    return list(enumerate(samples.items()))


def _latency_of(
    record: Record, mode: str, times: Sequence[float], series: int, frame: Frame
) -> str:
    shares = np.linspace(0, 1, min(_POINTS, max(2, len(times))))
    values = np.quantile(times, shares)
    points = [
        (frame.x(float(value)), frame.y(float(share)))
        for value, share in zip(values, shares, strict=True)
        if value <= frame.x.high
    ]
    marks = "".join(
        dot(
            frame.x(record["modes"][mode][name]),
            frame.y(share),
            series,
            f"{mode}, {name[:3]}: {record['modes'][mode][name]} ms",
            4,
        )
        for name, share in (("p50_ms", 0.5), ("p95_ms", 0.95), ("p99_ms", 0.99))
    )
    return curve(points, series) + marks


def recall_by_depth(record: Record) -> str:
    """Mean recall in the first 1, 2, ... documents of a deep query."""
    curves: Mapping[str, Sequence[float]] = record["recall_by_depth"]
    depth = max(len(values) for values in curves.values())
    frame = Frame(
        Axis(1, max(2, depth), 44, 585, logarithmic=True),
        Axis(0, 1, 250, 24),
        x_name="documents looked at (logarithmic)",
        y_name="recall",
    )
    parts = [curve(_along(values, frame), n) for n, values in enumerate(curves.values())]
    words = "Recall by depth. " + "; ".join(
        f"{mode}: " + ", ".join(f"{values[at - 1]} at {at}" for at in (1, 10, 100) if at <= depth)
        for mode, values in curves.items()
    )
    return drawing(frame.width, frame.height, words, frame.axes(), *parts)


def _along(values: Sequence[float], frame: Frame) -> list[Point]:
    return [(frame.x(at), frame.y(value)) for at, value in enumerate(values, start=1)]


def quality_against_cost(record: Record, metric: str) -> str:
    """Each mode's mean against its median latency."""
    rows = record["modes"]
    bounds = [record["intervals"][mode][metric] for mode in rows]
    low, high = spread(min(pair[0] for pair in bounds), max(pair[1] for pair in bounds))
    longest = max(row["p50_ms"] for row in rows.values())
    frame = Frame(
        Axis(0, longest * 1.2 or 1, 52, 540),
        Axis(max(0.0, low), min(1.0, high), 250, 24),
        x_name="median milliseconds a query",
        y_name=metric,
    )
    parts = [_cost_of(record, metric, mode, n, frame) for n, mode in enumerate(rows)]
    words = f"{metric} against median latency. " + "; ".join(
        f"{mode}: {row[metric]} at {row['p50_ms']} ms" for mode, row in rows.items()
    )
    return drawing(frame.width, frame.height, words, frame.axes(), *parts)


def _cost_of(record: Record, metric: str, mode: str, series: int, frame: Frame) -> str:
    row, (low, high) = record["modes"][mode], record["intervals"][mode][metric]
    x, y = frame.x(row["p50_ms"]), frame.y(row[metric])
    return (
        bar((x, frame.y(low)), (x, frame.y(high)), series)
        + dot(x, y, series, f"{mode}: {metric} {row[metric]} at {row['p50_ms']} ms", 6)
        + (label(x - 10, y + 18, mode, anchor="end") if series % 2 else label(x + 10, y - 8, mode))
    )


def changes(lines: Sequence[Record]) -> str:
    """A dot for the change of each metric, on its interval around 0."""
    ends = [abs(line[end]) for line in lines for end in ("low", "high")]
    reach = max(*ends, 0.005) * 1.15
    x = Axis(-reach, reach, 170, 520)
    bottom = _ROW * len(lines) + 6
    grid = "".join(
        f'<line class="axis" x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="0" y2="{bottom:g}"/>'
        + label(x(tick), bottom + 16, f"{round(tick, 6) + 0.0:+g}", anchor="middle", soft=True)
        for tick in x.ticks()
    )
    rows = "".join(_change_row(line, place, x) for place, line in enumerate(lines))
    words = "B less A with 95 % intervals. " + "; ".join(
        f"{line['mode']} {line['metric']} {line['difference']:+.4f} "
        f"[{line['low']:+.4f}, {line['high']:+.4f}]"
        for line in lines
    )
    return drawing(600, bottom + 24, words, grid, rows)


def _change_row(line: Record, place: int, x: Axis) -> str:
    y = _ROW * place + 18
    series = 0 if line["difference"] >= 0 else 1
    words = f"{line['difference']:+.4f}"
    return (
        label(0, y + 4, f"{line['mode']}, {line['metric']}")
        + bar((x(line["low"]), y), (x(line["high"]), y), series)
        + dot(x(line["difference"]), y, series, words)
        + label(600, y + 4, words, anchor="end")
    )
