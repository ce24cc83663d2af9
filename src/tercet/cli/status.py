"""tercet status"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from tercet.cli.common import (
    index_options,
    json_option,
    open_index,
    print_json,
    settings_of,
    stdout,
)
from tercet.types import Equals


@click.command("status")
@index_options
@json_option
def command(index: str | None, collection: str | None, tenant: str | None, as_json: bool) -> None:
    """Show what the index holds and how it was made."""
    settings = settings_of(index, collection, tenant)
    with open_index(index, collection, tenant) as rag:
        documents = rag.documents()
        record = {
            "index": settings.index,
            "collection": settings.collection,
            "tenant": settings.tenant,
            "documents": len(documents),
            "chunks": rag.store.count(Equals("tenant", (settings.tenant,))),
            "failed": len(rag.failures()),
            "bytes": None if settings.remote else bytes_on_disk(Path(settings.index)),
            "schema": dataclasses.asdict(rag.schema),
        }
    if as_json:
        print_json(record)
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    schema = record.pop("schema")
    assert isinstance(schema, dict)
    for key, value in {**record, **schema}.items():
        table.add_row(key.replace("_", " "), escape(str(value)))
    stdout().print(table)


def bytes_on_disk(folder: Path) -> int:
    """Bytes that the files of a folder really take (holes in them take none)."""
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())
