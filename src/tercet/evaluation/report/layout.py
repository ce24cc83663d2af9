"""What the pages are made of: document, figures, tables, keys. All text is escaped here."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from tercet.evaluation.report.style import SCRIPT, STYLE

Cell = str  # a whole <td>

_TEXTS = ("query", "expected", "metric", "modes")  # columns of words, not of figures


def text(value: object) -> str:
    """A value as text that is safe in HTML and in attributes."""
    return html.escape(str(value))


def document(title: str, *parts: str) -> str:
    """A whole page."""
    body = "\n".join(part for part in parts if part)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{text(title)}</title>
<style>
{STYLE}</style></head>
<body>
{body}
<script>
{SCRIPT}</script>
</body></html>
"""


def section(title: str, *parts: str) -> str:
    body = "\n".join(part for part in parts if part)
    return f"<section><h2>{text(title)}</h2>\n{body}</section>"


def paragraph(words: str, kind: str = "") -> str:
    return f'<p class="{kind}">{text(words)}</p>' if kind else f"<p>{text(words)}</p>"


def figure(title: str, drawing: str, caption: str = "", *, wide: bool = False) -> str:
    """A drawing with a title above and words below; a wide one scrolls on a narrow screen."""
    inner = f'<div class="wide">{drawing}</div>' if wide else drawing
    return f"<figure><h3>{text(title)}</h3>{inner}<figcaption>{text(caption)}</figcaption></figure>"


def grid(figures: Iterable[str], *, large: bool = False) -> str:
    """Figures beside each other, as many as fit."""
    return f'<div class="grid{" large" if large else ""}">{"".join(figures)}</div>'


def key(names: Sequence[str]) -> str:
    """The colours of the series, in their order."""
    items = (
        f'<li><i class="f{place % 6}"></i>{text(name)}</li>' for place, name in enumerate(names)
    )
    return f'<ul class="key">{"".join(items)}</ul>'


def cell(value: object, note: str = "", *, kind: str = "", order: float | None = None) -> Cell:
    """A cell with a small line below it; `order` is what it is sorted by."""
    attributes = f' class="{kind}"' if kind else ""
    attributes += f' data-value="{order:g}"' if order is not None else ""
    return f"<td{attributes}>{text(value)}{f'<small>{text(note)}</small>' if note else ''}</td>"


def table(head: Sequence[str], rows: Iterable[Sequence[Cell]], *, sorts: bool = False) -> str:
    """A table that scrolls on a narrow screen."""
    names = "".join(map(_head, head))
    body = "\n".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    kind = ' class="sorts"' if sorts else ""
    return (
        f'<div class="wide"><table{kind}><thead><tr>{names}</tr></thead>\n'
        f"<tbody>{body}</tbody></table></div>"
    )


def _head(name: str) -> str:
    kind = ' class="text"' if name in _TEXTS else ""
    return f'<th scope="col"{kind}>{text(name)}</th>'


def details(summary: str, body: str) -> str:
    return f"<details><summary>{text(summary)}</summary>{body}</details>"
