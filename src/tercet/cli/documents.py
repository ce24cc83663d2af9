"""tercet documents list, show, delete"""

from __future__ import annotations

import dataclasses

import click

from tercet.cli.common import index_options, json_option, open_index, print_json, stdout


@click.group("documents")
def command() -> None:
    """List, show or delete documents of the index."""


@command.command("list")
@index_options
@json_option
def list_documents(
    index: str | None, collection: str | None, tenant: str | None, as_json: bool
) -> None:
    """List all documents."""
    with open_index(index, collection, tenant) as rag:
        infos = rag.documents()
    if as_json:
        print_json([dataclasses.asdict(info) for info in infos])
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table("source", "title", "chunks", box=None, pad_edge=False)
    for info in infos:
        table.add_row(escape(info.source), escape(info.title), str(info.chunks))
    stdout().print(table)


@command.command("show")
@click.argument("source")
@index_options
@json_option
def show_document(
    source: str, index: str | None, collection: str | None, tenant: str | None, as_json: bool
) -> None:
    """Show one document, named by its source or id, chunk by chunk."""
    with open_index(index, collection, tenant) as rag:
        chunks = rag.chunks(source)
    if as_json:
        print_json([dataclasses.asdict(chunk) for chunk in chunks])
        return
    from rich.markup import escape

    console = stdout()
    first = chunks[0]
    console.print(f"[bold]{escape(first.source)}[/]  {escape(first.title)}")
    for key, value in first.metadata.items():
        console.print(f"{escape(key)}: {escape(str(value))}")
    for chunk in chunks:
        page = f", page {chunk.page}" if chunk.page else ""
        heading = escape(" > ".join(chunk.headings))
        console.print(f"\n[dim]chunk {chunk.index + 1} of {chunk.total}{page}  {heading}[/]")
        console.print(escape(chunk.text.strip()), soft_wrap=True)


@command.command("delete")
@click.argument("source")
@index_options
@json_option
def delete_document(
    source: str, index: str | None, collection: str | None, tenant: str | None, as_json: bool
) -> None:
    """Delete one document, named by its source or id, from the index."""
    with open_index(index, collection, tenant) as rag:
        info = rag.delete(source)
    if as_json:
        print_json(dataclasses.asdict(info))
    else:
        click.echo(f"Deleted {info.source}: {info.chunks} chunks.")
