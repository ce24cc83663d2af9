"""tercet chat"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from tercet.cli.common import (
    existing_paths,
    filter_option,
    index_options,
    json_option,
    limit_option,
    mode_option,
    open_index,
    show_warnings,
    stderr,
    stdout,
)
from tercet.types import Answer, Mode

if TYPE_CHECKING:
    from tercet.pipeline.conversation import Session

HELP = ":sources lists what was cited, :new begins anew, :quit or Ctrl-D ends."


@click.command("chat")
@click.option("--docs", multiple=True, metavar="PATH", help="Ingest these first, ask only them.")
@index_options
@mode_option
@limit_option
@filter_option
@click.option("--hops", default=1, show_default=True, type=click.IntRange(1, 6), help="Searches.")
@json_option
def command(
    docs: tuple[str, ...],
    index: str | None,
    collection: str | None,
    tenant: str | None,
    mode: Mode | None,
    limit: int | None,
    expression: str,
    hops: int,
    as_json: bool,
) -> None:
    """Ask questions that build on each other, one a line. Nothing is written to a history file."""
    roots = existing_paths(docs)
    with open_index(index, collection, tenant, create=bool(roots)) as rag:
        if roots:
            from tercet.cli.progress import ingest_progress
            from tercet.cli.report import show_problems

            with ingest_progress() as progress:
                report = rag.ingest(*roots, progress=progress)
            show_problems(report)
        with rag.chat(limit or 5, mode=mode, filter=expression, docs=roots, hops=hops) as session:
            _talk(session, as_json=as_json)


def _talk(session: Session, *, as_json: bool) -> None:
    if sys.stdin.isatty():
        stderr().print(HELP, markup=False)
    for line in _lines():
        if line in (":quit", ":q"):
            return
        if line == ":new":
            session.clear()
        elif line == ":sources":
            _show_sources(session)
        elif line.startswith(":"):
            stderr().print(f"There is no command {line}. {HELP}", markup=False)
        else:
            _answer(session, line, as_json=as_json)


def _lines() -> Iterator[str]:
    """What is typed, or piped in, line by line, without empty ones; Ctrl-D ends."""
    typed = sys.stdin.isatty()
    while True:
        if typed:
            try:
                line = input("> ")
            except EOFError:
                click.echo(err=True)
                return
        else:
            line = sys.stdin.readline()
            if not line:
                return
        if line.strip():
            yield line.strip()


def _answer(session: Session, question: str, *, as_json: bool) -> None:
    """One turn. An error of it does not end the conversation."""
    from tercet.errors import GenerationError, UsageError

    try:
        answer = session.ask(question)
    except (GenerationError, UsageError) as error:
        stderr().print(f"Error: {error}", markup=False, soft_wrap=True)
        return
    if as_json:
        import json

        from tercet.cli.records import ask_json

        click.echo(json.dumps(ask_json(answer), ensure_ascii=False, default=str))
        return
    _show(answer)


def _show(answer: Answer) -> None:
    from tercet.cli.render import show_answer
    from tercet.cli.render_steps import show_steps

    if answer.asked:
        stderr().print(f"Asked as: {answer.asked}", markup=False, soft_wrap=True)
    show_warnings(answer.warnings)
    show_steps(answer)
    show_answer(answer)


def _show_sources(session: Session) -> None:
    """The citations of all turns, each with the marker it can be asked about by."""
    console = stdout()
    for number, turn in enumerate(session.turns, start=1):
        for citation in turn.citations:
            page = f", page {citation.page}" if citation.page else ""
            quote = " ".join(citation.quote.split())
            place = f"[{number}:{citation.marker}] {citation.source}{page}"
            console.print(f'{place}   "{quote}"', markup=False, soft_wrap=True)
    if not any(turn.citations for turn in session.turns):
        console.print("Nothing was cited yet.")
