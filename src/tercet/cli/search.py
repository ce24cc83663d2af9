"""tercet search"""

from __future__ import annotations

from dataclasses import replace

import click

from tercet.cli.common import (
    filter_option,
    index_options,
    json_option,
    limit_option,
    mode_option,
    open_index,
    print_json,
)
from tercet.types import Mode


@click.command("search")
@click.argument("query")
@index_options
@mode_option
@limit_option
@click.option("--prefetch-limit", type=click.IntRange(1), help="Candidates each leg contributes.")
@filter_option
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
    explain: bool,
    as_json: bool,
) -> None:
    """Find the passages that match QUERY best."""
    with open_index(index, collection, tenant) as rag:
        asked = rag.query(query, limit or 10, mode=mode, filter=expression, explain=explain)
        if prefetch_limit:
            asked = replace(asked, prefetch_limit=prefetch_limit)
        found = rag.find(asked)
    if as_json:
        from tercet.cli.records import search_json

        print_json(search_json(asked, found.hits, found.ms))
        return
    from tercet.cli.render import show_hits

    show_hits(found.hits, explain=explain)
