"""tercet ingest"""

from __future__ import annotations

import click

from tercet.cli.common import existing_paths, index_options, json_option, open_index, print_json
from tercet.errors import LoadError


@click.command("ingest")
@click.argument("paths", nargs=-1, required=True)
@index_options
@click.option("--prune", is_flag=True, help="Remove documents of these folders that are gone.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, write nothing.")
@json_option
def command(
    paths: tuple[str, ...],
    index: str | None,
    collection: str | None,
    tenant: str | None,
    prune: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Read files and folders into the index; only what changed is embedded."""
    from tercet.cli.progress import ingest_progress, report_json, show_problems, summary

    roots = existing_paths(paths)
    with open_index(index, collection, tenant, create=True) as rag, ingest_progress() as progress:
        report = rag.ingest(*roots, prune=prune, dry_run=dry_run, progress=progress)
    if as_json:
        print_json(report_json(report))
    show_problems(report)
    if not report.documents and not report.removed:
        raise LoadError(
            f"Nothing could be read from {', '.join(paths)}.",
            "Tercet reads Markdown, text, HTML, PDF and DOCX." if not report.problems else "",
        )
    if not as_json:
        click.echo(summary(report))
