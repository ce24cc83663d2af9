"""tercet eval"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from tercet.cli.common import json_option, print_json, settings_of, stderr, stdout
from tercet.types import MODES, Mode

if TYPE_CHECKING:
    from tercet.config import Settings
    from tercet.evaluation.dataset import Dataset
    from tercet.rag import Rag


def _modes(context: click.Context, parameter: click.Parameter, value: str) -> list[Mode]:
    modes = [mode.strip() for mode in value.split(",") if mode.strip()]
    for mode in modes:
        if mode not in MODES:
            raise click.BadParameter(f"{mode!r} is no mode; there are {', '.join(MODES)}.")
    return cast("list[Mode]", modes)


@click.command("eval")
@click.argument("dataset", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--modes",
    default="fused,hybrid,rerank,dense,sparse",
    show_default=True,
    callback=_modes,
    help="Modes to measure, separated by commas.",
)
@click.option("--index", help="Folder or URL to keep the index in. [default: a temporary one]")
@click.option("--chunked", is_flag=True, help="Cut documents as ingest does, not one chunk each.")
@click.option("--report", type=click.Path(path_type=Path), help="Write a page with the figures.")
@json_option
def command(
    dataset: Path,
    modes: list[Mode],
    index: str | None,
    chunked: bool,
    report: Path | None,
    as_json: bool,
) -> None:
    """Measure quality and speed on DATASET, a folder in the BEIR layout."""
    from tercet.evaluation.dataset import read_beir

    collection = read_beir(dataset)
    with tempfile.TemporaryDirectory(prefix="tercet-eval-") as temporary:
        settings = settings_of(index or temporary, f"eval-{collection.name}")
        with _open(settings, chunked) as rag:
            record = _measure(rag, collection, modes)
    if report:
        from tercet.evaluation.report import page

        report.write_text(page(record), encoding="utf-8")
    if as_json:
        print_json(record)
    else:
        _show(record)


def _open(settings: Settings, chunked: bool) -> Rag:
    from tercet import build

    encoder = build.make_encoder(settings)
    chunker = build.make_chunker(settings, encoder) if chunked else build.make_whole_chunker()
    store = build.open_store(settings, build.schema_of(encoder, chunker), create=True)
    return build.assemble(settings, encoder, chunker, store)


def _measure(rag: Rag, collection: Dataset, modes: list[Mode]) -> dict[str, Any]:
    from rich.progress import Progress

    from tercet.cli.progress import ingest_progress
    from tercet.evaluation.runner import measure_modes, record

    with ingest_progress() as progress:
        report = rag.add(collection.documents, progress=progress)
    with Progress(console=stderr(), transient=True) as bar:
        task = bar.add_task("queries")

        def tick(mode: str, done: int, total: int) -> None:
            bar.update(task, description=f"queries, {mode}", completed=done, total=total)

        return record(collection, report, measure_modes(rag, collection, modes, tick))


def _show(record: dict[str, Any]) -> None:
    from rich.table import Table

    ingest = record["ingest"]
    rate = f", {ingest['chunks_per_s']} chunks/s" if ingest["chunks_per_s"] else ""
    title = (
        f"{record['dataset']}: {record['documents']} documents, {record['queries']} queries{rate}"
    )
    columns = ("ndcg@10", "mrr@10", "recall@100", "p50_ms", "p95_ms", "p99_ms")
    table = Table("mode", *columns, title=title, title_justify="left", box=None, pad_edge=False)
    for mode, figures in record["modes"].items():
        table.add_row(mode, *(_figure(column, figures[column]) for column in columns))
    stdout().print(table)


def _figure(column: str, value: float) -> str:
    return f"{value:.1f}" if column.endswith("_ms") else f"{value:.4f}"
