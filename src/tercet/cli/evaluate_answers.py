"""tercet eval answers"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from tercet.cli.common import index_options, json_option, limit_option, mode_option, print_json
from tercet.types import Mode


@dataclass(frozen=True)
class Wish:
    """How the questions are asked and judged, and where."""

    index: str | None
    collection: str | None
    tenant: str | None
    docs: Sequence[Path]
    mode: Mode | None
    limit: int
    hops: int
    judge: str


@click.command("answers")
@click.argument("dataset", type=click.Path(exists=True, path_type=Path))
@index_options
@click.option(
    "--docs",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Put these into a temporary index and ask it.",
)
@mode_option
@limit_option
@click.option("--hops", default=1, show_default=True, type=click.IntRange(1, 6), help="Searches.")
@click.option(
    "--judge",
    default="local",
    show_default=True,
    type=click.Choice(["local", "model"]),
    help="Terms and token vectors, or the model that writes.",
)
@click.option("-n", "count", type=click.IntRange(1), help="So many questions at random. [all]")
@click.option("--seed", default=0, show_default=True, help="Another one draws others.")
@click.option("--report", type=click.Path(path_type=Path), help="Write a page with the figures.")
@json_option
def command(
    dataset: Path,
    index: str | None,
    collection: str | None,
    tenant: str | None,
    docs: tuple[Path, ...],
    mode: Mode | None,
    limit: int | None,
    hops: int,
    judge: str,
    count: int | None,
    seed: int,
    report: Path | None,
    as_json: bool,
) -> None:
    """Ask the questions of DATASET and measure the answers. DATASET is a JSONL file of questions
    with answers, or a folder with corpus.jsonl, queries.jsonl and answers.jsonl."""
    from tercet.cli.answering import measure_dataset
    from tercet.evaluation.answers.questions import drawn, read_answer_questions

    if docs and (index or dataset.is_dir()):
        raise click.UsageError("--docs makes a temporary index: no --index, and no folder.")
    questions = read_answer_questions(dataset)
    chosen = drawn(questions, count or len(questions), seed)
    wish = Wish(index, collection, tenant, docs, mode, limit or 5, hops, judge)
    record = measure_dataset(dataset, chosen, wish)
    if report:
        from tercet.evaluation.answers.report import answers_page

        _write(report, answers_page(record))
    if as_json:
        print_json(record)
    else:
        from tercet.cli.answering_show import show_answer_record

        show_answer_record(record)


def _write(path: Path, page: str) -> None:
    from tercet.errors import TercetError

    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise TercetError(
            f"{path} cannot be written: {error.strerror}.", "Give another --report."
        ) from None
