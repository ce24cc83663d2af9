"""Whether the settings should change, in words, and no more than the figures show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tercet.evaluation.record import LEVEL
from tercet.evaluation.tuning.split import ENOUGH
from tercet.evaluation.verdict import p_words

Record = Mapping[str, Any]


def verdict(record: Record) -> dict[str, Any]:
    """`change` (whether to), and `words`.

    A change needs a proposal of the tuning half, enough questions on both sides, and a
    held-out difference that is shown as `eval` understands it: the interval lies above 0, and p
    is below the level. (With few questions that differ, the interval alone promises too much.)
    """
    if min(record["questions"].values()) < ENOUGH:
        return {"change": False, "words": _too_few(record)}
    challenger = record["challenger"]["words"]
    figures = _figures(record["difference"])
    if not record["proposed"]["settings"]:
        return {"change": False, "words": _nothing_proposed(challenger, figures)}
    on = "on questions that nothing was tuned on"
    if record["difference"]["low"] > 0 and record["difference"]["p"] < LEVEL:
        return {"change": True, "words": f"Change to {challenger}: {on} it adds {figures}."}
    return {
        "change": False,
        "words": f"Keep the default: the difference of {challenger} {on} is {figures}.",
    }


def _figures(line: Record) -> str:
    p = p_words(line["p"])
    return (
        f"{line['difference']:+.3f} [{line['low']:+.3f}, {line['high']:+.3f}], "
        f"p {p if p.startswith('<') else f'= {p}'}"
    )


def _nothing_proposed(challenger: str, figures: str) -> str:
    keep = "Keep the default: no setting is better by more than a standard error where they tried."
    if challenger == "default":
        return "Keep the default: it is the best of the settings that were tried."
    return f"{keep} The highest, {challenger}, differs by {figures} on the other questions."


def _too_few(record: Record) -> str:
    tune, held_out = record["questions"]["tune"], record["questions"]["held_out"]
    return (
        f"Keep the default: {tune} and {held_out} questions are too few to conclude anything; "
        f"label at least {2 * ENOUGH}, better some hundreds."
    )
