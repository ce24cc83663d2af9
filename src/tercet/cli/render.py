"""Results for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape

from tercet.cli.common import stdout
from tercet.cli.render_explain import show_explanation
from tercet.types import Answer, Citation, Hit
from tercet.types.answers import FLAG

_EXCERPT = 300


def show_hits(hits: Sequence[Hit], *, explain: bool) -> None:
    """A block for each hit: place, score, and an excerpt or how it came to its place."""
    console = stdout()
    if not hits:
        console.print("Nothing found.")
    for rank, hit in enumerate(hits, start=1):
        console.print(f"[bold]{rank}. {escape(_place(hit))}[/]  [dim]{hit.score:.3f}[/]")
        if explain:
            show_explanation(console, hit)
        else:
            console.print(escape(excerpt(hit.text)), soft_wrap=True)
        console.print()


def show_answer(answer: Answer) -> None:
    """The answer, then a line for each citation."""
    console = stdout()
    console.print(_flagged(answer.text), soft_wrap=True)
    if answer.citations:
        console.print()
    for citation in answer.citations:
        console.print(_citation(citation), soft_wrap=True)
    if answer.abstained and answer.hits:
        console.print("\nNearest passages:")
        for hit in answer.hits[:3]:
            console.print(
                f"  {escape(_place(hit))}: {escape(excerpt(hit.text, 100))}", soft_wrap=True
            )


def excerpt(text: str, length: int = _EXCERPT) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"


def _place(hit: Hit) -> str:
    page = f", page {hit.page}" if hit.page else ""
    heading = f"  {' > '.join(hit.chunk.headings)}" if hit.chunk.headings else ""
    return f"{hit.source}{page}{heading}"


def _flagged(text: str) -> str:
    """The text, with what the guard marks made visible."""
    return escape(text).replace(escape(FLAG), f"[bold yellow]{escape(FLAG)}[/]")


def _citation(citation: Citation) -> str:
    page = f", page {citation.page}" if citation.page else ""
    quote = escape(" ".join(citation.quote.split()))
    state = "[green]verified[/]" if citation.verified else "[red]not verified[/]"
    return f'{escape(f"[{citation.marker}]")} {escape(citation.source)}{page}   "{quote}"   {state}'
