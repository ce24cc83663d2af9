"""What the commands share: options, opening the index, output for machines and people."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tercet.types import MODES, WINDOWS, Query, Recency, Window

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


def _names(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> tuple[str, ...] | None:
    """The names as TERCET_EXPAND has them."""
    if value is None:
        return None
    from tercet.config import Settings

    return Settings.model_construct(expand=value).expansions


expand_option = click.option(
    "--expand",
    callback=_names,
    metavar="NAME[,NAME]",
    help="Query expansions: rm3, rocchio, multi, hyde, step-back, decompose.",
)


def _recency(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> Recency | None:
    """The rule as TERCET_RECENCY has it."""
    if value is None:
        return None
    from tercet.config import Settings

    try:
        rule = Settings.model_construct(recency=value).recency_rule
    except ValueError:
        rule = None
    if rule is None:
        raise click.BadParameter(f"{value!r} is not a metadata field and days, like modified:365.")
    return rule


def order_options(function: F) -> F:
    """Which of the candidates are shown, in what order, and with how much text."""
    options = (
        click.option("--rerank/--no-rerank", default=None, help="With or without TERCET_RERANKER."),
        click.option(
            "--recency",
            metavar="FIELD:DAYS",
            callback=_recency,
            help="Prefer what is new by a metadata date, halving: modified:365",
        ),
        click.option(
            "--diversity", type=click.FloatRange(0, 1), help="How much hits shall differ, 0 to 1."
        ),
        click.option(
            "--per-document", type=click.IntRange(0), help="Most hits of one document; 0: any."
        ),
        click.option("--window", type=click.Choice(WINDOWS), help="Text a hit brings."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def in_order(
    query: Query,
    rerank: bool | None,
    recency: Recency | None,
    diversity: float | None,
    per_document: int | None,
    window: Window | None,
) -> Query:
    """The query with what `order_options` say; None leaves the settings' own."""
    if rerank and not settings_of().reranker:
        raise click.UsageError("There is no reranker for --rerank: set TERCET_RERANKER.")
    return replace(
        query,
        rerank=query.rerank if rerank is None else rerank,
        recency=recency or query.recency,
        diversity=query.diversity if diversity is None else diversity,
        per_document=query.per_document if per_document is None else per_document,
        window=window or query.window,
    )


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


def with_warnings(record: Mapping[str, Any], warnings: Sequence[str]) -> dict[str, Any]:
    """A JSON record with `warnings`, if there are any."""
    return {**record, "warnings": list(warnings)} if warnings else dict(record)


def show_warnings(warnings: Sequence[str]) -> None:
    """A line on stderr for each."""
    for words in warnings:
        stderr().print(f"Warning: {words}", markup=False, soft_wrap=True)


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
