"""The page on an evaluation of answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tercet.evaluation.report.layout import (
    Cell,
    cell,
    document,
    figure,
    grid,
    paragraph,
    section,
    table,
    text,
)
from tercet.evaluation.report.svg import Axis, Frame, bar, curve, dot, drawing, label

Record = Mapping[str, Any]

_MOST = 500  # answers that are shown
_ROW = 30.0


def answers_page(record: Record) -> str:
    """One page, complete in itself: measures with intervals, the abstention curve, all answers."""
    head = f"<h1>Answers: {text(record['dataset'])}</h1>"
    about = f"{record['questions']} questions, judged by {record['judge']}."
    figures = grid(
        (
            figure("Measures", measures_plot(record), "Means with 95 % intervals; n below."),
            figure("Abstaining", curve_plot(record), _curve_words(record), wide=True),
        ),
        large=True,
    )
    return document(
        f"Answers: {record['dataset']}",
        head,
        paragraph(about, "soft"),
        section("Figures", figures, _table(record), _abstention(record)),
        section("Answers", _answers(record)),
    )


def measures_plot(record: Record) -> str:
    """A dot for each measure's mean, on its interval."""
    lines = record["measures"]
    x = Axis(0.0, 1.0, 160, 330)
    bottom = _ROW * len(lines) + 6
    ticks = "".join(
        f'<line class="axis" x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="0" y2="{bottom:g}"/>'
        + label(x(tick), bottom + 16, f"{tick:g}", anchor="middle", soft=True)
        for tick in (0.0, 0.5, 1.0)
    )
    rows = "".join(_row(name, line, n, x) for n, (name, line) in enumerate(lines.items()))
    words = "; ".join(f"{name} {line['mean']}" for name, line in lines.items())
    return drawing(380, bottom + 24, words, ticks, rows)


def _row(name: str, line: Record, place: int, x: Axis) -> str:
    y = _ROW * place + 18
    words = f"{name}: {line['mean']} [{line['low']}, {line['high']}]"
    return (
        label(0, y + 4, name)
        + bar((x(line["low"]), y), (x(line["high"]), y), 0)
        + dot(x(line["mean"]), y, 0, words)
        + label(380, y + 4, f"{line['mean']:.3f}", anchor="end")
    )


def curve_plot(record: Record) -> str:
    """Precision by coverage, with a dot for all answers that were given."""
    points = record["curve"]
    frame = Frame(
        Axis(0, 1, 44, 585),
        Axis(0, 1, 250, 24),
        x_name="coverage: share of all questions that are answered",
        y_name="precision",
    )
    if not points:
        return drawing(frame.width, frame.height, "No question was answered.", frame.axes())
    along = [(frame.x(x), frame.y(y)) for x, y in points]
    coverage, precision = points[-1]
    words = f"all answers: coverage {coverage}, precision {precision}"
    end = dot(*along[-1], 0, words)
    return drawing(frame.width, frame.height, words, frame.axes(), curve(along, 0), end)


def _curve_words(record: Record) -> str:
    auc = record["confidence_auc"]
    more = (
        "" if auc is None else f" A right answer is surer than a wrong one in {auc:.0%} of pairs."
    )
    return f"Only the surest answers given, from left to right.{more}"


def _table(record: Record) -> str:
    rows = (
        [cell(name), cell(f"{line['mean']:.4f}"), cell(f"{line['low']:.4f}"),
         cell(f"{line['high']:.4f}"), cell(line["n"])]
        for name, line in record["measures"].items()
    )  # fmt: skip
    return table(("metric", "mean", "low", "high", "n"), rows)


def _abstention(record: Record) -> str:
    rows = (
        [cell(name), cell("" if value is None else value)]
        for name, value in record["abstention"].items()
    )
    return table(("abstention", "value"), rows)


def _answers(record: Record) -> str:
    """The wrong ones first."""
    order = sorted(record["answers"], key=_order)
    note = "Wrong answers first, then refusals; a click on a heading sorts."
    if len(order) > _MOST:
        note += f" The first {_MOST} of {len(order)}; the record has all."
    rows = (_answer(one) for one in order[:_MOST])
    head = ("query", "expected", "answer", "state", "f1", "confidence")
    return paragraph(note, "soft") + table(head, rows, sorts=True)


def _order(one: Record) -> int:
    return ("wrong", "refused", "right", "rightly refused").index(state(one))


def state(one: Record) -> str:
    """What became of a question, in a word or two."""
    if one["abstained"]:
        return "refused" if one["answerable"] else "rightly refused"
    return "right" if one["right"] else "wrong"


def _answer(one: Record) -> list[Cell]:
    quotes = "; ".join(source for source, _ in one["citations"])
    f1 = one["measures"]["f1"]
    return [
        cell(one["question"], kind="text"),
        cell("; ".join(one["gold"][:3]) or "no answer", kind="text"),
        cell(one["answer"], quotes, kind="text"),
        cell(state(one)),
        cell(f"{f1:.3f}", order=f1),
        cell(f"{one['confidence']:.3f}", order=one["confidence"]),
    ]
