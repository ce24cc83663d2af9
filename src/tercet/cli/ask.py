"""tercet ask"""

from __future__ import annotations

import click

from tercet.cli.common import (
    existing_paths,
    expand_option,
    filter_option,
    in_order,
    index_options,
    json_option,
    limit_option,
    mode_option,
    order_options,
    print_json,
    settings_of,
    show_warnings,
)
from tercet.types import Mode, Recency, Window
from tercet.types.answers import GUARDS, GuardPolicy


@click.command("ask")
@click.argument("question")
@click.option(
    "--docs", multiple=True, metavar="PATH", help="Ingest these first, and ask only them."
)
@index_options
@mode_option
@limit_option
@filter_option
@expand_option
@order_options
@click.option(
    "--guard", type=click.Choice(GUARDS), help="Unsupported statements: show, flag or block."
)
@click.option(
    "--hops", default=1, show_default=True, type=click.IntRange(1, 6), help="Searches that build."
)
@json_option
def command(
    question: str,
    docs: tuple[str, ...],
    index: str | None,
    collection: str | None,
    tenant: str | None,
    mode: Mode | None,
    limit: int | None,
    expression: str,
    expand: tuple[str, ...] | None,
    rerank: bool | None,
    recency: Recency | None,
    diversity: float | None,
    per_document: int | None,
    window: Window | None,
    guard: GuardPolicy | None,
    hops: int,
    as_json: bool,
) -> None:
    """Answer QUESTION from the documents, with quotes checked to the letter."""
    from tercet.build import open as open_rag

    roots = existing_paths(docs)
    settings = settings_of(index, collection, tenant)
    settings = settings.model_copy(update={"guard": guard or settings.guard})
    with open_rag(settings=settings, create=bool(roots)) as rag:
        # Wrong usage shows before any work is done.
        asked = rag.query(
            question, limit or 5, mode=mode, filter=expression, docs=roots, expand=expand
        )
        asked = in_order(asked, rerank, recency, diversity, per_document, window)
        if roots:
            from tercet.cli.progress import ingest_progress
            from tercet.cli.report import show_problems

            with ingest_progress() as progress:
                report = rag.ingest(*roots, progress=progress)
            show_problems(report)
        answer = rag.ask(asked, hops=hops)
    show_warnings(answer.warnings)
    if as_json:
        from tercet.cli.records import ask_json

        print_json(ask_json(answer))
        return
    from tercet.cli.render import show_answer
    from tercet.cli.render_steps import show_steps

    show_steps(answer)
    show_answer(answer)
