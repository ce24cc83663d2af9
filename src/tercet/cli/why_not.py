"""tercet why-not"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from tercet.cli.common import (
    filter_option,
    index_options,
    json_option,
    limit_option,
    mode_option,
    open_index,
    print_json,
    settings_of,
    stdout,
)
from tercet.types import Mode

if TYPE_CHECKING:
    from tercet.pipeline.inquiry import Remedy, WhyNot

# Settings of a query as the options of `tercet search` have them.
_OPTIONS = {
    "limit": "-k {}",
    "prefetch_limit": "--prefetch-limit {}",
    "mode": "--mode {}",
    "expand": "no --expand",
    "rerank": "--no-rerank",
    "recency": "no --recency",
    "diversity": "--diversity 0",
    "per_document": "--per-document 0",
}


@click.command("why-not")
@click.argument("query")
@click.argument("source")
@index_options
@mode_option
@limit_option
@click.option("--prefetch-limit", type=click.IntRange(1), help="Candidates each leg contributes.")
@filter_option
@click.option(
    "--all-tenants/--own-tenant",
    default=None,
    help="Whether to tell of other tenants' documents. [default: only if the index is a folder]",
)
@json_option
def command(
    query: str,
    source: str,
    index: str | None,
    collection: str | None,
    tenant: str | None,
    mode: Mode | None,
    limit: int | None,
    prefetch_limit: int | None,
    expression: str,
    all_tenants: bool | None,
    as_json: bool,
) -> None:
    """Say why SOURCE is not among the passages found for QUERY, and what would bring it in.

    SOURCE is a path, URL, document id, or the end of a path.
    """
    if all_tenants is None:
        # Whoever has the folder of an embedded index may read all of it.
        all_tenants = not settings_of(index, collection, tenant).remote
    with open_index(index, collection, tenant) as rag:
        asked = rag.query(query, limit or 10, mode=mode, filter=expression)
        if prefetch_limit:
            asked = dataclasses.replace(asked, prefetch_limit=prefetch_limit)
        found = rag.why_not(asked, source, all_tenants=all_tenants)
    if as_json:
        print_json(dataclasses.asdict(found))
    else:
        _show(found)


def _show(found: WhyNot) -> None:
    from rich.markup import escape

    console = stdout()
    console.print(f"[bold]{escape(found.source)}[/]  {found.verdict}", soft_wrap=True)
    for line in _lines(found):
        console.print(escape(line), soft_wrap=True)


def _lines(found: WhyNot) -> Iterator[str]:
    """What a person should read, most important first."""
    yield found.reason
    if found.verdict == "found":
        yield f"rank: {found.rank}"
    if found.condition:
        yield f"condition: {found.condition}"
    if found.value:
        yield f"the document has {found.value}"
    for leg, depth in found.legs.items():
        place = f"rank {depth.rank}" if depth.rank else "far down"
        yield f"{leg}: {place}, score {depth.score:.4f}"
    if found.missing:
        yield f"words that the document lacks: {', '.join(found.missing)}"
    if found.unheard:
        yield f"words in no passage, or not counted: {', '.join(found.unheard)}"
    if found.names:
        yield f"see: {', '.join(found.names)}"
    for remedy in found.remedies:
        yield f"found at rank {remedy.rank} with {_option(remedy)}"
    if found.help:
        yield found.help


def _option(remedy: Remedy) -> str:
    if remedy.setting == "filter":
        return f"--filter '{remedy.value}'" if remedy.value else "no --filter"
    return _OPTIONS[remedy.setting].format(remedy.value)
