"""Which payload indexes make a filter fast, and making them once.

An index never changes what is found. A field has one index: the first kind that is asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping

from tercet.errors import StoreError
from tercet.store.compile import hoisted
from tercet.store.payload import BUILTIN, dates_key, payload_key
from tercet.types import (
    And,
    Equals,
    Exists,
    Filter,
    InBox,
    InPolygon,
    Nested,
    Not,
    Or,
    Prefix,
    Range,
    Scalar,
    Within,
    Words,
)

_TEXTS = ("text", "title", "headings")  # metadata is indexed for its values, not its words


def index_path(field: str, kind: str) -> str:
    """The path in the payload on which an index of this kind serves the field."""
    return dates_key(field) if kind == "datetime" else payload_key(field)


def wanted(tree: Filter) -> Iterator[tuple[str, str]]:
    """Path and kind of the indexes that serve a filter."""
    match tree:
        case And(parts) | Or(parts):
            for part in parts:
                yield from wanted(part)
        case Not(part):
            yield from wanted(part)
        case Equals(field, values):
            yield from ((payload_key(field), _kind(value)) for value in values[:1])
        case Range(field, interval):
            dates = any(isinstance(bound, str) for bound in interval)
            if not (dates and field in BUILTIN):
                kind = "datetime" if dates else "float"
                yield index_path(field, kind), kind
        case Exists(field) | Prefix(field, _):
            yield payload_key(field), "keyword"
        case Words(field, _, _) if field in _TEXTS:
            yield field, "text"
        case Within(field=field) | InBox(field=field) | InPolygon(field=field):
            key = payload_key(field)
            yield from ((f"{key}{end}", "float") for end in (".lat", ".lon", "[].lat", "[].lon"))
        case Nested():
            yield from ((path, "keyword") for path, _ in hoisted(tree))


def _kind(value: Scalar) -> str:
    if isinstance(value, str):
        return "keyword"
    return "bool" if isinstance(value, bool) else "float"


class FieldIndexes:
    """The payload indexes of one collection. Calls may come from several threads."""

    def __init__(
        self, present: Callable[[], Collection[str]], make: Callable[[str, str], None]
    ) -> None:
        """`present` gives the paths that have an index, `make` makes one on a path."""
        self._present = present
        self._make = make
        self._known: set[str] = set()
        self._lock = threading.Lock()

    def make(self, fields: Mapping[str, str]) -> None:
        """Index the fields, named as in filters, by their kinds. Raises `StoreError`."""
        with self._lock:
            for field, kind in fields.items():
                self._require(index_path(field, kind), kind)

    def serve(self, tree: Filter | None) -> None:
        """Make what the filter lacks. Where that fails, for want of space or of the right to
        write, the search goes on without: it finds the same, only slower."""
        if tree is None:
            return
        for path, kind in wanted(tree):
            if path in self._known:
                continue
            with self._lock:
                try:
                    self._require(path, kind)
                except StoreError as error:
                    self._known.add(path)  # asked once, not with every search
                    _warn(path, error)

    def _require(self, path: str, kind: str) -> None:
        if kind == "integer" and path not in BUILTIN:
            kind = "float"  # an index of whole numbers would hide the others
        if not self._known:
            self._known |= set(self._present())
        if path not in self._known:
            self._make(path, kind)
            self._known.add(path)


def _warn(path: str, error: StoreError) -> None:
    from loguru import logger

    logger.warning("No index could be made for {}; filters by it are slower. {}", path, error)
