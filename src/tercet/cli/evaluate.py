"""tercet eval"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import click

from tercet.cli.common import json_option, print_json, stderr
from tercet.cli.evaluate_answers import command as answers
from tercet.cli.evaluate_init import command as init
from tercet.types import MODES, Mode

if TYPE_CHECKING:
    from tercet.cli.evaluating import Wish
    from tercet.evaluation.gates import Gate
    from tercet.evaluation.measures import Measure

T = TypeVar("T")


class _Evaluate(click.Group):
    """`eval DATASET` is a command with options of its own, `eval init` and `eval answers` others
    below it. Folders of these names are `./init` and `./answers`."""

    allow_interspersed_args = True
    allow_extra_args = False

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        below = {"answers": answers, "init": init}.get(args[0] if args else "")
        if below is None:
            return super().make_context(info_name, args, parent, **extra)
        own = click.Context(self, parent=parent, info_name=info_name)
        return below.make_context(args[0], args[1:], parent=own)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [self.options_metavar or "", "DATASET"]


class _Dataset(click.Argument):
    """Not in the usage of what is below `eval`, where it cannot be given."""

    def get_usage_pieces(self, ctx: click.Context) -> list[str]:
        return []


def _modes(context: click.Context, parameter: click.Parameter, value: str) -> list[Mode]:
    modes = [mode.strip() for mode in value.split(",") if mode.strip()]
    for mode in modes:
        if mode not in MODES:
            raise click.BadParameter(f"{mode!r} is no mode; there are {', '.join(MODES)}.")
    if not modes:
        raise click.BadParameter(f"name at least one of {', '.join(MODES)}.")
    return cast("list[Mode]", list(dict.fromkeys(modes)))


def _measures(
    context: click.Context, parameter: click.Parameter, value: str
) -> tuple[Measure, ...]:
    from tercet.evaluation.measures import parse_measures

    return _parsed(parse_measures, value)


def _gates(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> list[Gate]:
    from tercet.evaluation.gates import parse_gate

    return [_parsed(parse_gate, value) for value in values]


def _parsed(parse: Callable[[str], T], text: str) -> T:
    """What a parser makes of a value; its error as that of the option."""
    from tercet.errors import UsageError

    try:
        return parse(text)
    except UsageError as error:
        raise click.BadParameter(str(error)) from None


@click.group("eval", cls=_Evaluate, invoke_without_command=True)
@click.argument(
    "dataset", cls=_Dataset, required=False, type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--modes",
    default="fused,hybrid,rerank,dense,sparse",
    show_default=True,
    callback=_modes,
    help="Modes to measure, separated by commas.",
)
@click.option(
    "--metrics",
    default="ndcg@10,mrr@10,map,p@5,recall@10,recall@100",
    show_default=True,
    callback=_measures,
    help="ndcg, mrr, map, p, recall or success, with depths; the first one judges.",
)
@click.option("--index", help="Folder or URL of the index. [BEIR: a temporary one; else .tercet]")
@click.option("--collection", help="Collection in the index.")
@click.option("--tenant", help="Whose documents.")
@click.option(
    "--docs",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Put these into a temporary index and ask it the questions.",
)
@click.option("--chunked", is_flag=True, help="BEIR: cut documents as ingest does.")
@click.option("--split", default="", help="BEIR: judgements of qrels/SPLIT.tsv. [default: test]")
@click.option(
    "--worst", default=5, show_default=True, type=click.IntRange(0), help="Worst queries to show."
)
@click.option("--report", type=click.Path(path_type=Path), help="Write a page with the figures.")
@click.option(
    "--fail-under",
    "gates",
    multiple=True,
    metavar="[MODE:]METRIC=NUMBER",
    callback=_gates,
    help="Exit 1 if the mean is lower, for example ndcg@10=0.7.",
)
@click.option(
    "--compare",
    nargs=2,
    metavar="A.json B.json",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Compare two outputs of --json instead of measuring.",
)
@click.option("--fail-on-regression", is_flag=True, help="With --compare: exit 1 if B is worse.")
@json_option
def command(
    dataset: Path | None,
    modes: list[Mode],
    metrics: tuple[Measure, ...],
    index: str | None,
    collection: str | None,
    tenant: str | None,
    docs: tuple[Path, ...],
    chunked: bool,
    split: str,
    worst: int,
    report: Path | None,
    gates: list[Gate],
    compare: tuple[Path, Path] | None,
    fail_on_regression: bool,
    as_json: bool,
) -> int:
    """Measure quality and speed on DATASET: a folder in the BEIR layout, or a CSV or JSONL file of
    questions and expected sources."""
    from tercet.cli.evaluating import Wish
    from tercet.evaluation.gates import with_gates

    output = _Output(report, worst, as_json)
    if compare:
        if dataset is not None or gates:
            raise click.UsageError("--compare measures nothing: no DATASET and no --fail-under.")
        return _compare(compare, output, fail_on_regression)
    if fail_on_regression:
        raise click.UsageError("--fail-on-regression needs --compare A.json B.json.")
    if dataset is None:
        raise click.UsageError("Name a DATASET, or two records with --compare.")
    measures = with_gates(metrics, gates)
    wish = Wish(modes, measures, index, collection, tenant, docs, chunked, split)
    return _measure(dataset, wish, gates, output)


class _Output(NamedTuple):
    """Where the figures go."""

    report: Path | None
    worst: int
    as_json: bool


def _measure(dataset: Path, wish: Wish, gates: list[Gate], output: _Output) -> int:
    from tercet.cli.evaluating import measure
    from tercet.evaluation.gates import failed_gates

    unknown = [gate.mode for gate in gates if gate.mode and gate.mode not in wish.modes]
    if unknown:
        raise click.UsageError(f"A gate is on {unknown[0]}, which --modes does not name.")
    record, judged = measure(dataset, wish)
    if output.report:
        from tercet.evaluation.report import page

        _write(output.report, page(record))
    if output.as_json:
        print_json(record)
    else:
        from tercet.cli.evaluate_show import show_record

        show_record(record, output.worst)
    return _failed(failed_gates(record, gates, judged))


def _compare(paths: tuple[Path, Path], output: _Output, fail_on_regression: bool) -> int:
    from tercet.evaluation.compare import compare_records, read_record, regressions

    a, b = (read_record(path) for path in paths)
    comparison = compare_records(a, b)
    for words in comparison["warnings"]:
        stderr().print(f"Warning: {words}", markup=False, soft_wrap=True)
    if output.report:
        from tercet.evaluation.report import comparison_page

        _write(output.report, comparison_page(comparison))
    if output.as_json:
        print_json(comparison)
    else:
        from tercet.cli.evaluate_show import show_comparison

        show_comparison(comparison, output.worst)
    return _failed(regressions(comparison) if fail_on_regression else [])


def _failed(failures: list[str]) -> int:
    """The exit code, after a line for each failure."""
    for words in failures:
        stderr().print(f"Failed: {words}.", markup=False, soft_wrap=True)
    return 1 if failures else 0


def _write(path: Path, page: str) -> None:
    from tercet.errors import TercetError

    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise TercetError(
            f"{path} cannot be written: {error.strerror}.", "Give another --report."
        ) from None


command.add_command(answers)
command.add_command(init)
