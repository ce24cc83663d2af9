"""tercet ingest"""

from __future__ import annotations

from pathlib import Path

import click

from tercet.cli.common import index_options, json_option, print_json, settings_of
from tercet.config import Settings
from tercet.errors import LoadError
from tercet.types import IngestReport, Metadata, is_url


@click.command("ingest")
@click.argument("paths", nargs=-1, required=True)
@index_options
@click.option("--meta", multiple=True, metavar="KEY=VALUE", help="Metadata of all these sources.")
@click.option("--prune", is_flag=True, help="Remove documents of these folders that are gone.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, write nothing.")
@click.option("--watch", is_flag=True, help="Go on and follow what changes, until Ctrl-C.")
@click.option("--allow-private", is_flag=True, help="Fetch URLs on private addresses too.")
@json_option
def command(
    paths: tuple[str, ...],
    index: str | None,
    collection: str | None,
    tenant: str | None,
    meta: tuple[str, ...],
    prune: bool,
    dry_run: bool,
    watch: bool,
    allow_private: bool,
    as_json: bool,
) -> None:
    """Read files, folders and URLs into the index; only what changed is embedded."""
    from tercet.loaders.given import parse_meta

    sources = existing_sources(paths)
    if watch and dry_run:
        raise click.UsageError("--watch and --dry-run contradict each other: drop one of them.")
    settings = settings_of(index, collection, tenant)
    if allow_private:
        settings = settings.model_copy(update={"allow_private": True})
    given = parse_meta(meta)
    report = ingest_once(settings, sources, given, prune=prune, dry_run=dry_run, as_json=as_json)
    if watch:
        from tercet.cli.watching import follow

        follow(settings, sources, given, as_json=as_json)
    elif not report.documents and not report.removed:
        raise LoadError(
            f"Nothing could be read from {', '.join(paths)}.",
            "" if report.problems else "There is no file in it that is not hidden or ignored.",
        )


def ingest_once(
    settings: Settings,
    sources: list[str | Path],
    given: Metadata,
    *,
    prune: bool,
    dry_run: bool = False,
    as_json: bool = False,
) -> IngestReport:
    """Open the index, ingest, show the report, and release the index again."""
    from tercet.build import open as open_rag
    from tercet.cli.progress import ingest_progress
    from tercet.cli.report import report_json, show_problems, show_report

    with open_rag(settings=settings) as rag:
        with ingest_progress() as progress:
            report = rag.ingest(
                *sources, given=given, prune=prune, dry_run=dry_run, progress=progress
            )
        changed = rag.documents(since=report.began)
    show_problems(report)
    if as_json:
        print_json(report_json(report, changed))
    elif report.documents or report.removed:
        show_report(report, changed)
    return report


def existing_sources(paths: tuple[str, ...]) -> list[str | Path]:
    """The paths and URLs, where all paths must be there. Raises a usage error naming the first
    that is not."""
    from tercet.cli.common import existing_paths

    existing_paths(tuple(path for path in paths if not is_url(path)))
    return [path if is_url(path) else Path(path) for path in paths]
