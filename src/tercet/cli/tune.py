"""tercet tune"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tercet.cli.common import json_option, print_json, stderr

if TYPE_CHECKING:
    from tercet.cli.tuning import Wish


def _sizes(context: click.Context, parameter: click.Parameter, value: str) -> list[int]:
    parts = [part.strip() for part in value.split(",") if part.strip()]
    wrong = [part for part in parts if not part.isdecimal() or int(part) == 0]
    if wrong:
        raise click.BadParameter(f"{wrong[0]!r} is no size; write 128,200,300.")
    return [int(part) for part in parts]


@click.command("tune")
@click.argument("dataset", type=click.Path(exists=True, path_type=Path))
@click.option("--index", help="Folder or URL of the index. [BEIR: a temporary one; else .tercet]")
@click.option("--collection", help="Collection in the index.")
@click.option("--tenant", help="Whose documents.")
@click.option(
    "--docs",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Put these into a temporary index and tune on it.",
)
@click.option("--split", default="", help="BEIR: judgements of qrels/SPLIT.tsv. [default: test]")
@click.option("--metric", default="ndcg@10", show_default=True, help="The metric that judges.")
@click.option("--seed", default=0, show_default=True, help="Draws the halves of the questions.")
@click.option("--budget", type=click.IntRange(1), help="Settings to try at most. [default: all]")
@click.option(
    "--chunk-sizes", "sizes", default="", callback=_sizes, help="Try these too: 128,200,300."
)
@click.option("--out", type=click.Path(path_type=Path), help="Write a settings file, an .env.")
@click.option("--overwrite", is_flag=True, help="Write it over one that is there.")
@click.option("--force", is_flag=True, help="Write it although the default should stay.")
@json_option
def command(
    dataset: Path,
    index: str | None,
    collection: str | None,
    tenant: str | None,
    docs: tuple[Path, ...],
    split: str,
    metric: str,
    seed: int,
    budget: int | None,
    sizes: list[int],
    out: Path | None,
    overwrite: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Find better search settings on the labelled questions of DATASET, a BEIR folder or a CSV or
    JSONL file of questions and expected sources; half of them judge, and nothing is tuned on
    them."""
    from tercet.cli.tuning import Wish
    from tercet.evaluation.tuning.settings_file import check_place

    if out:
        check_place(out, overwrite=overwrite)
    wish = Wish(index, collection, tenant, docs, split, sizes)
    record = _tune(dataset, wish, metric, seed, budget or 0)
    record["file"] = _write(record, out, overwrite=overwrite, force=force)
    if as_json:
        print_json(record)
    else:
        from tercet.cli.tune_show import show_tuning

        show_tuning(record)


def _tune(dataset: Path, wish: Wish, metric: str, seed: int, budget: int) -> dict[str, Any]:
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from tercet.cli.tuning import labelled
    from tercet.evaluation.measures import parse_measure
    from tercet.evaluation.tuning import tune

    parse_measure(metric)  # a wrong one is said before anything is embedded
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with (
        labelled(dataset, wish) as (places, questions),
        Progress(*columns, console=stderr(), transient=True) as bar,
    ):
        task = bar.add_task("settings")

        def tick(what: str, done: int, total: int) -> None:
            bar.update(task, description=escape(what), completed=done, total=total)

        return tune(places, questions, metric, seed=seed, budget=budget, tick=tick)


def _write(
    record: dict[str, Any], path: Path | None, *, overwrite: bool, force: bool
) -> str | None:
    """The path of the settings file, if one is asked for and there is reason for it."""
    from datetime import date

    from tercet.evaluation.tuning.settings_file import settings_file, write_settings

    if path is None:
        return None
    if not (record["verdict"]["change"] or force):
        words = f"{path} is not written, because the default should stay; --force writes it."
        stderr().print(words, markup=False, soft_wrap=True)
        return None
    write_settings(path, settings_file(record, date.today()), overwrite=overwrite)
    return str(path)
