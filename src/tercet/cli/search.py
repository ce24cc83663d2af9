"""tercet search"""

from __future__ import annotations

from dataclasses import replace

import click

from tercet.cli.common import (
    expand_option,
    filter_option,
    in_order,
    index_options,
    json_option,
    limit_option,
    mode_option,
    open_index,
    order_options,
    print_json,
    show_warnings,
    with_warnings,
)
from tercet.types import Mode, Recency, Window


@click.command("search")
@click.argument("query")
@index_options
@mode_option
@limit_option
@click.option("--prefetch-limit", type=click.IntRange(1), help="Candidates each leg contributes.")
@filter_option
@expand_option
@order_options
@click.option("--explain", is_flag=True, help="Show score and rank in each leg.")
@json_option
def command(
    query: str,
    index: str | None,
    collection: str | None,
    tenant: str | None,
    mode: Mode | None,
    limit: int | None,
    prefetch_limit: int | None,
    expression: str,
    expand: tuple[str, ...] | None,
    rerank: bool | None,
    recency: Recency | None,
    diversity: float | None,
    per_document: int | None,
    window: Window | None,
    explain: bool,
    as_json: bool,
) -> None:
    """Find the passages that match QUERY best."""
    with open_index(index, collection, tenant) as rag:
        asked = rag.query(
            query, limit or 10, mode=mode, filter=expression, explain=explain, expand=expand
        )
        if prefetch_limit:
            asked = replace(asked, prefetch_limit=prefetch_limit)
        asked = in_order(asked, rerank, recency, diversity, per_document, window)
        found = rag.find(asked)
    show_warnings(found.warnings)
    if as_json:
        from tercet.cli.records import search_json

        print_json(with_warnings(search_json(asked, found.hits, found.ms), found.warnings))
        return
    from tercet.cli.render import show_hits

    show_hits(found.hits, explain=explain)
