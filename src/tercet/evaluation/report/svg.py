"""Plots as SVG: a frame with two axes, and what is drawn in it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tercet.evaluation.report.layout import text

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """Values from `low` to `high` on a line from `start` to `end`, in the drawing's units."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        turn: Callable[[float], float] = math.log if self.logarithmic else float
        low, high = turn(self.low), turn(self.high)
        share = (turn(value) - low) / (high - low) if high > low else 0.5
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Round values on the axis, about five."""
        if self.logarithmic:
            steps = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
            return [float(step) for step in steps if self.low <= step <= self.high]
        step = _round_step((self.high - self.low) / 5)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [step * count for count in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class Frame:
    """The drawing's size, its axes and their names."""

    x: Axis
    y: Axis
    width: float = 600
    height: float = 300
    x_name: str = ""
    y_name: str = ""

    def axes(self) -> str:
        """Lines and numbers of both axes."""
        left, right, bottom = self.x.start, self.x.end, self.y.start
        lines = [
            f'<line class="axis" x1="{left:.1f}" x2="{right:.1f}" '
            f'y1="{self.y(tick):.1f}" y2="{self.y(tick):.1f}"/>'
            + label(left - 6, self.y(tick) + 4, f"{tick:g}", anchor="end", soft=True)
            for tick in map(_clean, self.y.ticks())
        ]
        lines += [
            label(self.x(tick), bottom + 17, f"{tick:g}", anchor="middle", soft=True)
            for tick in map(_clean, self.x.ticks())
        ]
        lines.append(label(right, bottom + 34, self.x_name, anchor="end", soft=True))
        lines.append(label(left, self.y.end - 10, self.y_name, soft=True))
        return "".join(lines)


def drawing(width: float, height: float, words: str, *parts: str) -> str:
    """The SVG element, with the words that stand for it where it cannot be seen."""
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{text(words)}">'
        f"<title>{text(words)}</title>{''.join(parts)}</svg>"
    )


def label(x: float, y: float, words: str, *, anchor: str = "start", soft: bool = False) -> str:
    kind = ' class="soft"' if soft else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{text(words)}</text>'


def curve(points: Sequence[Point], series: int) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="curve l{series % 6}" points="{path}"/>'


def dot(x: float, y: float, series: int, words: str, radius: float = 5) -> str:
    """A point that says what it is when the pointer rests on it."""
    return (
        f'<circle class="f{series % 6}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}">'
        f"<title>{text(words)}</title></circle>"
    )


def bar(start: Point, end: Point, series: int) -> str:
    return (
        f'<line class="bar l{series % 6}" x1="{start[0]:.1f}" y1="{start[1]:.1f}" '
        f'x2="{end[0]:.1f}" y2="{end[1]:.1f}"/>'
    )


def spread(low: float, high: float, least: float = 0.02) -> tuple[float, float]:
    """A range with some room on both sides, at least `least` wide."""
    room = max((high - low) * 0.12, least / 2)
    return low - room, high + room


def _round_step(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step)) if step > 0 else 1.0
    return next(power * unit for unit in (1, 2, 5, 10) if power * unit >= step * 0.999)


def _clean(value: float) -> float:
    """Without the dust of floating point: 0.30000000000000004 is 0.3, and -0 is 0."""
    return round(value, 10) + 0.0
