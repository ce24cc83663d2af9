"""Writes docs/cli.md, docs/formats.md and docs/settings.md from the code, so that they cannot go
stale.

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
from tercet.loaders.formats import FORMATS, REMEDIES

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


def formats_reference() -> str:
    """Every format: suffixes, and what its reader gives."""
    gives = ("text", "pages", "headings", "tables", "metadata", "members")
    rows = "\n".join(
        f"| {format.title} | {' '.join(f'`{suffix}`' for suffix in format.suffixes)} | "
        + " | ".join("yes" if name in format.gives else "" for name in gives)
        + " |"
        for format in sorted(FORMATS, key=lambda format: format.title.lower())
    )
    remedies = "\n".join(f"- `{suffix}`: {what}" for suffix, what in sorted(REMEDIES.items()))
    return (
        "# Formats\n\nMade by `python tools/reference.py`. The type of a file is decided by its "
        "content, then by its suffix. Text with any other suffix is read as plain text. Members "
        "are the files in an archive and the attachments of a mail: documents of their own, "
        "under a name such as `archive.zip!/folder/report.pdf`.\n\n"
        f"| format | suffixes | {' | '.join(gives)} |\n|---|---|{'---|' * len(gives)}\n{rows}\n\n"
        "Images, and pages of a PDF without a text layer, are read by the program `tesseract` "
        "where it is installed (Debian: `apt install tesseract-ocr`); when it is installed later, "
        "the next ingest reads them. Not read, with a way out:\n\n"
        f"{remedies}\n\n"
        "A package of its own adds a format with an entry point of the group `tercet.formats` "
        "that names a `tercet.loaders.formats.Format`; see `src/tercet/loaders/formats.py`.\n"
    )


FILES = {
    "cli.md": cli_reference,
    "formats.md": formats_reference,
    "settings.md": settings_reference,
}

if __name__ == "__main__":
    assert set(COMMANDS) == set(tercet.list_commands(click.Context(tercet)))
    for file, make in FILES.items():
        (DOCS / file).write_text(make(), encoding="utf-8")
