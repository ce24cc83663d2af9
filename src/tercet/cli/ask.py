"""tercet ask"""

from __future__ import annotations

import click

from tercet.cli.common import (
    existing_paths,
    filter_option,
    index_options,
    json_option,
    limit_option,
    mode_option,
    open_index,
    print_json,
)
from tercet.types import Mode


@click.command("ask")
@click.argument("question")
@click.option(
    "--docs", multiple=True, metavar="PATH", help="Ingest these first, and ask only them."
)
@index_options
@mode_option
@limit_option
@filter_option
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
    as_json: bool,
) -> None:
    """Answer QUESTION from the documents, with quotes checked to the letter."""
    roots = existing_paths(docs)
    with open_index(index, collection, tenant, create=bool(roots)) as rag:
        rag.query(question, filter=expression)  # wrong usage shows before any work is done
        if roots:
            from tercet.cli.progress import ingest_progress
            from tercet.cli.report import show_problems

            with ingest_progress() as progress:
                report = rag.ingest(*roots, progress=progress)
            show_problems(report)
        answer = rag.ask(question, limit or 5, mode=mode, filter=expression, docs=roots)
    if as_json:
        from tercet.cli.records import ask_json

        print_json(ask_json(answer))
        return
    from tercet.cli.render import show_answer

    show_answer(answer)
