"""tercet eval init"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tercet.cli.common import index_options, json_option, print_json, settings_of, stderr

if TYPE_CHECKING:
    from tercet.config import Settings


@click.command("init")
@index_options
@click.option(
    "-n", "count", default=50, show_default=True, type=click.IntRange(1), help="Questions to make."
)
@click.option("--seed", default=0, show_default=True, help="Another one gives other questions.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A new .jsonl file.")
@click.option("--without-model", is_flag=True, help="Ask no model, even if one is set.")
@json_option
def command(
    index: str | None,
    collection: str | None,
    tenant: str | None,
    count: int,
    seed: int,
    out: Path | None,
    without_model: bool,
    as_json: bool,
) -> None:
    """Make questions from the index's own documents, as JSON lines for `tercet eval`."""
    if out and out.exists():
        raise click.UsageError(f"{out} is there already. Give another name, or remove it.")
    settings = settings_of(index, collection, tenant)
    lines = _make(settings, count, seed, without_model)
    if out:
        _write(out, lines)
    if as_json:
        print_json(lines)
    elif out:
        place = f" --index {index}" if index else ""
        click.echo(f"{len(lines)} questions in {out}. Look them through before you trust them.")
        click.echo(f"Then: tercet eval {out}{place}")
    else:
        click.echo("\n".join(map(_line, lines)))


def _make(settings: Settings, count: int, seed: int, without_model: bool) -> list[dict[str, Any]]:
    from tercet import build
    from tercet.evaluation.making import make_questions
    from tercet.types import Equals

    complete = None if without_model else _model(settings)
    with build.open(settings=settings, create=False) as rag:
        chunks = list(rag.store.chunks(Equals("tenant", (settings.tenant,))))
    made = make_questions(chunks, count, seed=seed, complete=complete, warn=_warn)
    if len(made) < count:
        _warn(f"The documents give {len(made)} questions, not {count}.")
    return [question.as_json(number) for number, question in enumerate(made, start=1)]


def _model(settings: Settings) -> Callable[[str, str], str] | None:
    from tercet import build

    model = build.make_chat_model(settings)
    if model is None:
        return None

    def complete(system: str, user: str) -> str:
        return model.complete(system, user).text

    return complete


def _write(path: Path, lines: Sequence[dict[str, Any]]) -> None:
    from tercet.errors import TercetError

    try:
        path.write_text("".join(f"{_line(line)}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise TercetError(
            f"{path} cannot be written: {error.strerror}.", "Give another --out."
        ) from None


def _line(line: dict[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False)


def _warn(message: str) -> None:
    stderr().print(f"Warning: {message}", markup=False, soft_wrap=True)
