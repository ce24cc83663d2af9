"""What an evaluation shows, in words, and no more than it shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Record = Mapping[str, Any]


def verdict(record: Record) -> list[str]:
    """Sentences about the first metric: which mode is highest, which differences from it are
    shown, and which are not."""
    metric = record["metrics"][0]
    rows = record["modes"]
    if len(rows) == 1:
        return []
    best = max(rows, key=lambda mode: float(rows[mode][metric]))
    said = [_turned(line, best) for line in record["differences"] if line["metric"] == metric]
    about = [line for line in said if line is not None]
    shown = [_words(line) for line in about if line["shown"]]
    hidden = [_words(line) for line in about if not line["shown"]]
    sentences = [f"{metric} is highest in {best}: {rows[best][metric]:.4f}."]
    if shown:
        sentences.append(f"It is shown to be better than {'; '.join(shown)}.")
    if hidden:
        sentences.append(f"No difference shown from {'; '.join(hidden)}.")
    return sentences


def p_words(p: float) -> str:
    """A p value as it is printed; 10,000 samples tell no two apart that are smaller."""
    return "< 0.0002" if p < 0.0002 else f"{p:.4f}"


def _turned(line: Record, best: str) -> dict[str, Any] | None:
    """The difference of `best` from the other, whichever way round it stands in the record."""
    if best == line["first"]:
        return {**line, "other": line["second"]}
    if best != line["second"]:
        return None
    turned = {"difference": -line["difference"], "low": -line["high"], "high": -line["low"]}
    return {**line, **turned, "other": line["first"]}


def _words(line: Record) -> str:
    p = p_words(line["p_holm"])
    return (
        f"{line['other']} ({line['difference']:+.4f} [{line['low']:+.4f}, {line['high']:+.4f}], "
        f"p {p if p.startswith('<') else f'= {p}'})"
    )
