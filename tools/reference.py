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
WIDTH = 90


def cli_reference() -> str:
    """The help of every command, as `--help` prints it."""
    pages = ["# The command line\n", "Made by `python tools/reference.py`.\n"]
    root = click.Context(
        tercet,
        info_name="tercet",
        terminal_width=WIDTH,
        max_content_width=WIDTH,
        **tercet.context_settings,
    )
    for context in _contexts(root):
        pages.append(f"## {context.command_path}\n\n```\n{context.get_help()}\n```\n")
    return "\n".join(pages)


def _contexts(context: click.Context) -> Iterator[click.Context]:
    """The context of a command and, if it is a group, of all below it, with what they inherit."""
    yield context
    command = context.command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _contexts(click.Context(below, parent=context, info_name=name))


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
