"""The figures of an evaluation as one page that needs nothing beside itself."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

_COLUMNS = ("ndcg@10", "mrr@10", "recall@100", "p50_ms", "p95_ms", "p99_ms")
_STYLE = """\
body { font: 15px/1.5 system-ui, sans-serif; margin: 3em auto; max-width: 46em; color: #222 }
table { border-collapse: collapse; margin: 1.5em 0 }
th, td { padding: .3em .8em; text-align: right; border-bottom: 1px solid #ddd }
th:first-child, td:first-child { text-align: left }
rect { fill: #3b6ea5 } text { font: 13px system-ui, sans-serif; fill: #222 }"""


def page(record: Mapping[str, Any]) -> str:
    """The record of `eval --json` as HTML: a table, and bars of nDCG@10 and of latency."""
    name = html.escape(str(record["dataset"]))
    modes: Mapping[str, Mapping[str, float]] = record["modes"]
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Evaluation: {name}</title><style>
{_STYLE}
</style>
<h1>{name}</h1>
<p>{record["documents"]} documents, {record["queries"]} queries, \
{record["ingest"]["chunks"]} chunks ingested in {record["ingest"]["seconds"]} s.</p>
{_table(modes)}
<h2>nDCG@10</h2>
{_bars({mode: figures["ndcg@10"] for mode, figures in modes.items()}, "{:.4f}")}
<h2>Median latency in ms</h2>
{_bars({mode: figures["p50_ms"] for mode, figures in modes.items()}, "{:.1f}")}
</html>
"""


def _table(modes: Mapping[str, Mapping[str, float]]) -> str:
    head = "".join(f"<th>{column}</th>" for column in ("mode", *_COLUMNS))
    rows = "".join(
        f"<tr><td>{mode}</td>{''.join(f'<td>{figures[column]}</td>' for column in _COLUMNS)}</tr>"
        for mode, figures in modes.items()
    )
    return f"<table><tr>{head}</tr>{rows}</table>"


def _bars(values: Mapping[str, float], form: str) -> str:
    most = max(values.values(), default=0) or 1
    rows = "".join(
        f'<text x="0" y="{28 * line + 17}">{mode}</text>'
        f'<rect x="90" y="{28 * line + 4}" width="{440 * value / most:.1f}" height="18"/>'
        f'<text x="{96 + 440 * value / most:.1f}" y="{28 * line + 17}">{form.format(value)}</text>'
        for line, (mode, value) in enumerate(values.items())
    )
    return f'<svg width="620" height="{28 * len(values)}" role="img">{rows}</svg>'
