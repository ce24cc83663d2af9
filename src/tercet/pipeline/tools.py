"""The rooms' services that a `Rag` calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from tercet.pipeline.hops.parts import Bridge
from tercet.ports import FileReader
from tercet.types import Completion, Filter, Found, Hit, Metadata, Problem, Query, SourceFile


class ClosableReader(FileReader, Protocol):
    """A `FileReader` that holds processes until it is closed."""

    def close(self) -> None: ...


class Sources(NamedTuple):
    """What is to be read: how many sources, if that is known, and each of them."""

    total: int | None
    files: Iterable[SourceFile | Problem]


@dataclass(frozen=True)
class Talk:
    """What conversations and questions of several hops call (`conversation.Parts` and
    `hops.Parts` say what each does)."""

    count_tokens: Callable[[Sequence[str]], list[int]]
    bridges: Callable[[str, Sequence[Hit]], Sequence[Bridge]]
    rewrite: Callable[[str, str], Completion] | None = None
    decompose: Callable[[str, int], tuple[list[str], Completion]] | None = None


@dataclass(frozen=True)
class Tools:
    """The rooms' services that a `Rag` calls; `tercet.build` fills them in."""

    find: Callable[[Sequence[str | Path], Metadata], AbstractContextManager[Sources]]
    reader: Callable[[], ClosableReader]
    retrieve: Callable[[Query], Found]
    parse_filter: Callable[[str], Filter | None]
    talk: Talk
