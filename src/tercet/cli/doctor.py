"""tercet doctor"""

from __future__ import annotations

import hashlib
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator
from importlib import metadata, resources
from pathlib import Path
from typing import NamedTuple

import click

from tercet.cli.common import (
    index_options,
    json_option,
    open_index,
    print_json,
    settings_of,
    stdout,
)
from tercet.config import Settings
from tercet.errors import IndexMissing, TercetError


class Finding(NamedTuple):
    """What was checked, whether it is well, and what was seen."""

    check: str
    ok: bool
    detail: str


@click.command("doctor")
@index_options
@json_option
def command(index: str | None, collection: str | None, tenant: str | None, as_json: bool) -> int:
    """Check the installation, the model, the engine and the index; exit 1 if one is ill."""
    settings = settings_of(index, collection, tenant)
    findings = [_tried(name, check) for name, check in _checks(settings)]
    if as_json:
        print_json([finding._asdict() for finding in findings])
    else:
        _show(findings)
    return 0 if all(finding.ok for finding in findings) else 1


def _checks(settings: Settings) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "python", _python
    yield "packages", _packages
    yield "model", _model
    yield "engine", lambda: _engine(settings)
    if not settings.remote:
        yield "disk", lambda: _disk(settings)
    yield "index", lambda: _index(settings)
    yield "answers", lambda: _answers(settings)


def _tried(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, check())
    except (TercetError, OSError, metadata.PackageNotFoundError) as error:
        return Finding(name, False, str(error))


def _python() -> str:
    return f"{platform.python_version()} on {platform.system()} {platform.machine()}"


def _packages() -> str:
    names = ("tercet", "qdrant-edge-py", "qdrant-client", "onnxruntime", "fastembed", "openai")
    return ", ".join(f"{name} {metadata.version(name)}" for name in names)


def _model() -> str:
    from tercet.embedding.onepass import OnePass

    model = OnePass()
    data = resources.files("tercet.embedding").joinpath("model", "model.onnx").read_bytes()
    if hashlib.sha256(data).hexdigest() != model.info["sha256"]:
        raise TercetError("The model file is not the one that was shipped.", "Reinstall Tercet.")
    dense, late = model.query("Is the model well?")
    return f"{model.name}, dense {dense.shape[0]}, late interaction {late.shape[1]}"


def _engine(settings: Settings) -> str:
    """Write, read and find one document in an index of its own."""
    from tercet import build
    from tercet.types import Document

    with tempfile.TemporaryDirectory(prefix="tercet-doctor-") as folder:
        trial = settings.model_copy(
            update={"index": folder, "dense_model": "", "sparse_model": "", "late_model": ""}
        )
        with build.open(settings=trial) as rag:
            rag.add([Document("The engine writes and finds.", source="trial")])
            found = rag.search("writes and finds")
    return "writes and finds" if found else "finds nothing"


def _disk(settings: Settings) -> str:
    folder = Path(settings.index).absolute()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free // 2**20
    if free < settings.min_free_mb:
        raise TercetError(f"{free} MB are free at {folder}.", "Free some space.")
    return f"{free} MB free"


def _index(settings: Settings) -> str:
    try:
        with open_index(settings.index, settings.collection, settings.tenant) as rag:
            return f"{len(rag.documents())} documents, {rag.store.count()} chunks"
    except IndexMissing:
        return f"none yet at {settings.index}"


def _answers(settings: Settings) -> str:
    if not settings.writes_with_model:
        return "extractive (no OPENAI_API_KEY or OPENAI_BASE_URL)"
    return f"{settings.model} at {settings.openai_base_url or 'the OpenAI API'}"


def _show(findings: list[Finding]) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    for finding in findings:
        mark = "[green]well[/]" if finding.ok else "[red]ill[/]"
        table.add_row(finding.check, mark, escape(finding.detail))
    stdout().print(table)
