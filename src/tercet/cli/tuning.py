"""From the path of a dataset to open indexes to tune on."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tercet import ports
from tercet.cli.labelled import (
    check_dataset,
    index_or_temporary,
    ingested,
    warn,
    warn_of_missing,
)
from tercet.config import Settings, read_settings
from tercet.errors import UsageError
from tercet.evaluation.dataset import Dataset, read_beir
from tercet.evaluation.questions import Question, read_questions
from tercet.evaluation.sources import match_questions
from tercet.evaluation.tuning import Place
from tercet.types import IngestReport

if TYPE_CHECKING:
    from tercet.rag import Rag

Ingest = Callable[["Rag", ports.Progress], IngestReport]


@dataclass(frozen=True)
class Wish:
    """What is to be tuned on, and where. `sizes` are the chunk sizes to try."""

    index: str | None = None
    collection: str | None = None
    tenant: str | None = None
    docs: Sequence[Path] = ()
    split: str = ""
    sizes: Sequence[int] = ()


class Labelled(NamedTuple):
    """Open indexes, the default's first, and the questions on them."""

    places: list[Place]
    dataset: Dataset


@contextlib.contextmanager
def labelled(path: Path, wish: Wish) -> Iterator[Labelled]:
    """The dataset at a path on its indexes, which are closed at the end; those that the user did
    not name are temporary. Raises `UsageError` for options that do not go together."""
    _check(path, wish)
    with contextlib.ExitStack() as stack:
        if path.is_dir():
            yield _beir(stack, path, wish)
        else:
            yield _asked(stack, path.stem, read_questions(path), wish)


def _check(path: Path, wish: Wish) -> None:
    if path.is_dir() and wish.docs:
        raise UsageError(f"{path} has documents of its own.", "Leave --docs out.")
    check_dataset(path)
    if wish.split and not path.is_dir():
        raise UsageError(f"--split is for BEIR folders, and {path} is none.")
    if wish.index and wish.docs:
        raise UsageError("--docs makes a temporary index.", "Leave --index or --docs out.")
    if wish.index and wish.sizes:
        raise UsageError(
            "--chunk-sizes makes a temporary index for each size.", "Leave --index out."
        )
    if wish.sizes and not (path.is_dir() or wish.docs):
        raise UsageError("--chunk-sizes needs the documents.", "Give them with --docs.")


def _beir(stack: contextlib.ExitStack, path: Path, wish: Wish) -> Labelled:
    """As `eval` has it: the same collection, and one passage a document unless sizes are given."""
    dataset = read_beir(path, wish.split)
    name = wish.collection or f"eval-{dataset.name}"
    places = _filled(
        stack, wish, name, lambda rag, progress: rag.add(dataset.documents, progress=progress)
    )
    return Labelled(places, dataset)


def _asked(
    stack: contextlib.ExitStack, name: str, questions: Sequence[Question], wish: Wish
) -> Labelled:
    if wish.docs:
        places = _filled(
            stack,
            wish,
            wish.collection,
            lambda rag, progress: rag.ingest(*wish.docs, progress=progress),
        )
    else:
        places = [_open(stack, _settings(wish, wish.index, wish.collection), create=False)]
    sources = [info.source for info in places[0].rag.documents()]
    dataset = match_questions(name, questions, sources)
    warn_of_missing(dataset)
    return Labelled(places, dataset)


def _filled(
    stack: contextlib.ExitStack, wish: Wish, collection: str | None, ingest: Ingest
) -> list[Place]:
    """An index with the documents for each chunk size, the default's first."""
    sizes = _sizes(wish)
    whole = not wish.sizes and not wish.docs
    folders = [stack.enter_context(index_or_temporary(wish.index)) for _ in sizes]
    chosen = [  # before the first is filled: a wrong size is said at once
        _settings(wish, folder, collection, size)
        for folder, size in zip(folders, sizes, strict=True)
    ]
    if len(sizes) > 1:
        warn(f"all documents are read and embedded {len(sizes)} times, once for each chunk size.")
    places = []
    for size, settings in zip(sizes, chosen, strict=True):
        places.append(_open(stack, settings, create=True, size=size, whole=whole))
        seconds = ingested(functools.partial(ingest, places[-1].rag)).seconds
        if len(places) == 1 and len(sizes) > 1:
            warn(f"that took {seconds:.0f} s; the other sizes take about as long each.")
    return places


def _sizes(wish: Wish) -> list[int]:
    """The sizes with the default first, which is 0."""
    if not wish.sizes:
        return [0]
    usual, _ = _settings(wish, None, None, 0).chunk_measures
    return list(dict.fromkeys((0, *(0 if size == usual else size for size in wish.sizes))))


def _settings(
    wish: Wish, index: str | None, collection: str | None, size: int | None = None
) -> Settings:
    overrides = {"index": index, "collection": collection, "tenant": wish.tenant}
    return read_settings(overrides | ({} if size is None else {"chunk_size": size}))


def _open(
    stack: contextlib.ExitStack,
    settings: Settings,
    *,
    create: bool,
    size: int = 0,
    whole: bool = False,
) -> Place:
    from tercet import build

    opened = build.open_with_encoder(settings, create=create, whole=whole)
    return Place(stack.enter_context(opened.rag), opened.encoder, size)
