"""Gates for continuous integration: `fused:ndcg@10=0.7` fails a run that falls below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from tercet.errors import UsageError
from tercet.evaluation.measures import Measure, parse_measure
from tercet.types import MODES, Mode


@dataclass(frozen=True, slots=True)
class Gate:
    """The least mean that a measure must reach in a mode (None: the mode that is judged)."""

    measure: Measure
    least: float
    mode: Mode | None = None


def parse_gate(text: str) -> Gate:
    """`[MODE:]METRIC=NUMBER`, the number 0 to 1. Raises `UsageError`."""
    left, equals, number = text.partition("=")
    mode, colon, metric = left.rpartition(":")
    if not equals or (colon and mode.strip() not in MODES):
        raise UsageError(f"{text!r} is no gate.", "For example ndcg@10=0.7 or fused:ndcg@10=0.7.")
    try:
        least = float(number)
    except ValueError:
        least = -1.0
    if not 0 <= least <= 1:
        raise UsageError(f"{number!r} in {text!r} must be a number from 0 to 1.")
    return Gate(parse_measure(metric), least, cast("Mode", mode.strip()) if colon else None)


def with_gates(measures: Sequence[Measure], gates: Sequence[Gate]) -> tuple[Measure, ...]:
    """The measures, and those of the gates that are not among them."""
    return tuple(dict.fromkeys([*measures, *(gate.measure for gate in gates)]))


def failed_gates(record: Mapping[str, Any], gates: Sequence[Gate], judged: Mode) -> list[str]:
    """A sentence for each gate that the record does not pass. Raises `UsageError` for a gate on
    a mode that was not measured."""
    failures: list[str] = []
    for gate in gates:
        mode, name = gate.mode or judged, gate.measure.name
        if mode not in record["modes"]:
            raise UsageError(f"{mode} was not measured.", "Name it in --modes too.")
        # From the queries, because the means of the record are rounded.
        scores = [scores[name] for scores in record["per_query"][mode].values()]
        value = sum(scores) / len(scores)
        if value < gate.least - 1e-9:
            short = gate.least - value
            failures.append(
                f"{mode}: {name} is {value:.4f}, {short:.4f} below the gate of {gate.least:g}"
            )
    return failures
