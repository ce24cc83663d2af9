"""What an ingest did, for people and for machines."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from tercet.cli.common import stderr, stdout
from tercet.types import DocumentInfo, IngestReport

_MOST = 20  # rows of a table that people read; --json has them all


def show_report(report: IngestReport, changed: Sequence[DocumentInfo]) -> None:
    """The documents that were read, in a table, and the counts in one line."""
    if changed:
        stdout().print(documents_table(changed[:_MOST]))
        if len(changed) > _MOST:
            stdout().print(f"… and {len(changed) - _MOST} more; --json lists all")
        stdout().print()
    stdout().print(summary(report), soft_wrap=True)


def documents_table(infos: Sequence[DocumentInfo]) -> Table:
    """One row a document: what it is, how much text, and what looks wrong."""
    numbers = ("pages", "chunks", "chars/page", "s")
    table = Table("source", "format", "language", box=None, pad_edge=False)
    for name in numbers:
        table.add_column(name, justify="right")
    table.add_column("remarks")
    for info in infos:
        table.add_row(
            escape(info.source),
            str(info.metadata.get("format", "")),
            str(info.metadata.get("language", "")),
            str(len(info.page_characters) or ""),
            str(info.chunks),
            str(characters_per_page(info)),
            f"{info.seconds:.1f}",
            escape(remarks(info)),
        )
    return table


def remarks(info: DocumentInfo) -> str:
    """What is worth knowing of a document: the last problem, pages that look wrong."""
    found = [info.reason] if info.state == "failed" else []
    if pages := info.suspicious_pages:
        shown = ", ".join(map(str, pages[:8])) + (", …" if len(pages) > 8 else "")
        found.append(f"suspicious pages: {shown}")
    if info.members:
        found.append(f"{info.members} files inside")
    return "; ".join(found)


def characters_per_page(info: DocumentInfo) -> int:
    """Characters of text per page, all of them where there are no pages."""
    return round(info.characters / max(1, len(info.page_characters)))


def show_problems(report: IngestReport) -> None:
    """One line a problem on stderr."""
    console = stderr()
    for problem in report.problems[:_MOST]:
        line = f"{problem.source}: {problem.reason} {problem.help}".rstrip()
        console.print(f"[yellow]skipped[/] {escape(line)}", soft_wrap=True)
    hidden = len(report.problems) - _MOST
    if hidden > 0:
        console.print(f"[yellow]skipped[/] {hidden} more; all are in the output of --json")


def summary(report: IngestReport) -> str:
    """The report in one line."""
    counts = ("added", "updated", "moved", "unchanged", "removed")
    parts = [f"{getattr(report, name)} {name}" for name in counts if getattr(report, name)]
    if report.problems:
        parts.append(f"{len(report.problems)} skipped")
    outcome = ", ".join(parts) or "nothing to do"
    if report.dry_run:
        cost = "at no cost" if not report.cost else f"for about ${report.cost:.2f}"
        time = f"in about {report.estimate:.0f} s, {cost}"
        return f"{outcome}; {report.chunks} chunks would be written {time}"
    reused = f", {report.reused} of them embedded before" if report.reused else ""
    return f"{outcome}; {report.chunks} chunks written in {report.seconds:.1f} s{reused}"


def report_json(report: IngestReport, changed: Sequence[DocumentInfo]) -> dict[str, Any]:
    """The report of `ingest --json`, with every source that was read in this run."""
    return dataclasses.asdict(report) | {"documents": [info_json(info) for info in changed]}


def info_json(info: DocumentInfo) -> dict[str, Any]:
    """A ledger entry with what follows from it."""
    return dataclasses.asdict(info) | {
        "pages": len(info.page_characters),
        "characters_per_page": characters_per_page(info),
        "suspicious_pages": info.suspicious_pages,
        "language": info.metadata.get("language", ""),
    }
