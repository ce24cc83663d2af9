"""Writes docs/cli.md and docs/settings.md from the code, so that they cannot go stale.

Run `python tools/reference.py`; the tests compare the files with what this makes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from pydantic import AliasChoices
from pydantic.fields import FieldInfo

from tercet.cli.app import COMMANDS, tercet
from tercet.config import Settings

DOCS = Path(__file__).parents[1] / "docs"


def cli_reference() -> str:
    """The help of every command, as `--help` prints it."""
    pages = ["# The command line\n", "Made by `python tools/reference.py`.\n"]
    context = click.Context(tercet, info_name="tercet", terminal_width=90, max_content_width=90)
    for command, path in _commands(tercet, context):
        text = command.get_help(
            click.Context(command, info_name=path, terminal_width=90, max_content_width=90)
        )
        pages.append(f"## {path}\n\n```\n{text}\n```\n")
    return "\n".join(pages)


def _commands(
    group: click.Group, context: click.Context, prefix: str = "tercet"
) -> Iterator[tuple[click.Command, str]]:
    yield group, prefix
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _commands(command, context, f"{prefix} {name}")
        else:
            yield command, f"{prefix} {name}"


def settings_reference() -> str:
    """Every setting: variable, default, meaning."""
    rows = "\n".join(
        f"| {_names(name, field)} | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    )
    return (
        "# Settings\n\nMade by `python tools/reference.py`. Settings are read from the "
        "environment, then from `.env` in the working directory; options of a command win.\n\n"
        f"| variable | default | meaning |\n|---|---|---|\n{rows}\n"
    )


def _names(name: str, field: FieldInfo) -> str:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return " or ".join(f"`{choice}`" for choice in alias.choices)
    return f"`{alias or 'TERCET_' + name.upper()}`"


def _default(field: FieldInfo) -> str:
    return "" if field.default in (None, "") else f"`{field.default}`"


FILES = {"cli.md": cli_reference, "settings.md": settings_reference}

if __name__ == "__main__":
    assert set(COMMANDS) == set(tercet.list_commands(click.Context(tercet)))
    for file, make in FILES.items():
        (DOCS / file).write_text(make(), encoding="utf-8")
