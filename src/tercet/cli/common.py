"""What the commands share: options, opening the index, output for machines and people."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tercet.types import MODES

if TYPE_CHECKING:
    from rich.console import Console

    from tercet.config import Settings
    from tercet.rag import Rag

F = TypeVar("F", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="JSON on stdout, for machines.")
limit_option = click.option("-k", "--limit", type=click.IntRange(1), help="Passages to find.")
filter_option = click.option(
    "--filter", "expression", default="", help="""For example: category = "hr" and year >= 2023"""
)
mode_option = click.option("--mode", type=click.Choice(MODES), help="Search mode.")


def index_options(function: F) -> F:
    """--index, --collection and --tenant, which every command on an index has."""
    options = (
        click.option("--index", help="Folder or Qdrant URL. [default: .tercet]"),
        click.option("--collection", help="Collection in the index. [default: rag-documents]"),
        click.option("--tenant", help="Whose documents."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def settings_of(
    index: str | None = None, collection: str | None = None, tenant: str | None = None
) -> Settings:
    """Settings with the command's options over environment and `.env`."""
    from tercet.config import read_settings

    return read_settings({"index": index, "collection": collection, "tenant": tenant})


def open_index(
    index: str | None, collection: str | None, tenant: str | None, *, create: bool = False
) -> Rag:
    """The index that the options mean."""
    from tercet.build import open as open_rag

    return open_rag(settings=settings_of(index, collection, tenant), create=create)


def print_json(value: object) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def stdout() -> Console:
    """A console for results; wide where stdout is no terminal, so that nothing is cut."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 120, highlight=False)


def stderr() -> Console:
    """A console for progress and warnings."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def existing_paths(paths: tuple[str, ...]) -> list[Path]:
    """The paths, all of which must be there. Raises a usage error naming the first that is not."""
    found = [Path(path) for path in paths]
    for path in found:
        if not path.exists():
            raise click.UsageError(f"There is nothing at {path}. Check the spelling of the path.")
    return found
