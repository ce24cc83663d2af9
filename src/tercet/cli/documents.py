"""tercet documents list, show, delete"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import click

from tercet.cli.common import index_options, json_option, open_index, print_json, stdout
from tercet.types import Chunk, DocumentInfo


@click.group("documents")
def command() -> None:
    """List, show or delete documents of the index."""


@command.command("list")
@index_options
@click.option("--failed", is_flag=True, help="Only sources whose last reading failed.")
@json_option
def list_documents(
    index: str | None, collection: str | None, tenant: str | None, failed: bool, as_json: bool
) -> None:
    """List all documents."""
    from tercet.cli.report import documents_table, info_json

    with open_index(index, collection, tenant) as rag:
        infos = rag.failures() if failed else rag.documents()
    if as_json:
        print_json([info_json(info) for info in infos])
    else:
        stdout().print(documents_table(infos))


@command.command("show")
@click.argument("source")
@index_options
@json_option
def show_document(
    source: str, index: str | None, collection: str | None, tenant: str | None, as_json: bool
) -> None:
    """Show one document, named by its source or id, chunk by chunk."""
    from tercet.cli.report import info_json

    with open_index(index, collection, tenant) as rag:
        info = rag.document(source)
        chunks = rag.chunks(source)
    if as_json:
        print_json(info_json(info) | {"passages": [dataclasses.asdict(chunk) for chunk in chunks]})
        return
    _show_info(info)
    _show_chunks(chunks)


def _show_info(info: DocumentInfo) -> None:
    from rich.markup import escape

    from tercet.cli.report import characters_per_page, remarks

    console = stdout()
    console.print(f"[bold]{escape(info.source)}[/]  {escape(info.title)}")
    pages = len(info.page_characters)
    facts: dict[str, object] = {
        "chunks": info.chunks,
        "pages": pages or "",
        "characters": info.characters,
        "characters per page": characters_per_page(info) if pages else "",
        "read": f"{info.read_at[:19].replace('T', ' ')} by {info.reader} in {info.seconds:.2f} s"
        if info.reader
        else "",
        "remarks": remarks(info),
        **info.metadata,
    }
    for key, value in facts.items():
        if value != "":
            console.print(f"{escape(key)}: {escape(str(value))}", soft_wrap=True)


def _show_chunks(chunks: Sequence[Chunk]) -> None:
    from rich.markup import escape

    console = stdout()
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
        from tercet.cli.report import info_json

        print_json(info_json(info))
    else:
        click.echo(f"Deleted {info.source}: {info.chunks} chunks.")
