"""The group of commands, loaded when used, and the one place where errors become exit codes."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from tercet.errors import TercetError, UsageError

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130

# Command: the module that holds it, and its line in `tercet --help`.
COMMANDS: dict[str, tuple[str, str]] = {
    "ask": ("ask", "Answer a question with checked quotes."),
    "calibrate": ("calibrate", "Fit when to abstain on labelled questions."),
    "chat": ("chat", "Ask questions that build on each other."),
    "doctor": ("doctor", "Check the installation, the model, the engine and the index."),
    "documents": ("documents", "List, show or delete documents of the index."),
    "eval": ("evaluate", "Measure quality and speed on a labelled collection."),
    "ingest": ("ingest", "Read files and folders into the index."),
    "models": ("models", "List the embedding models that can be used."),
    "search": ("search", "Find passages."),
    "status": ("status", "Show what the index holds and how it was made."),
    "tune": ("tune", "Find better search settings on labelled questions, if there are any."),
    "why-not": ("why_not", "Say why a document is not found, and what would bring it in."),
}


class Commands(click.Group):
    """Imports a command's module when the command is named, not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tercet.cli.{COMMANDS[cmd_name][0]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tercet")
def tercet() -> None:
    """Turn a folder of documents into answers that prove themselves."""


def run(arguments: Sequence[str]) -> int:
    """Carry out a command line; its exit code. Errors are one sentence on stderr."""
    # One line a model call is for services; loguru reads this when it is first imported.
    os.environ.setdefault("LOGURU_LEVEL", "WARNING")
    try:
        result = tercet.main(list(arguments), prog_name="tercet", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return WRONG_USAGE
    except click.ClickException as error:
        error.show()
        return WRONG_USAGE
    except TercetError as error:
        click.echo(f"Error: {error}", err=True)
        return WRONG_USAGE if isinstance(error, UsageError) else FAILED
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped. Run the same command again to go on.", err=True)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output, such as `head`, has enough
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for the last flush
        return 0
    except Exception as error:
        return _unexpected(error)
    return result if isinstance(result, int) else 0


def _unexpected(error: Exception) -> int:
    if os.environ.get("TERCET_DEBUG"):
        traceback.print_exc()
    click.echo(
        f"Error: unexpected {type(error).__name__}: {error}. "
        "This is a fault of Tercet; set TERCET_DEBUG=1 to see where.",
        err=True,
    )
    return FAILED
