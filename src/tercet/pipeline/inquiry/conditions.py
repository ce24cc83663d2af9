"""Which part of a filter keeps a document out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tercet.ports import Store
from tercet.types import And, Chunk, Equals, Filter, Interval, Not, Or, Range

_SHOWN = 5  # values of a field that are shown

# Names that stand in a filter without backticks.
_PLAIN = re.compile(r"(?!(?:and|or|not|in|true|false)$)[^\W\d][\w.\-]*", re.IGNORECASE)
_ORDER = {"gte": ">=", "gt": ">", "lte": "<=", "lt": "<"}


def parts_of(tree: Filter) -> list[Filter]:
    """The conditions that must all hold."""
    if isinstance(tree, And):
        return [condition for part in tree.parts for condition in parts_of(part)]
    return [tree]


def failing(store: Store, document: Filter, tree: Filter) -> list[Filter]:
    """The conditions that no passage of the document meets. None may fail by itself where no
    passage meets all of them."""
    return [part for part in parts_of(tree) if not store.count(And((document, part)))]


def without(tree: Filter, failed: list[Filter]) -> Filter | None:
    """The filter without these conditions."""
    kept = tuple(part for part in parts_of(tree) if part not in failed)
    return And(kept) if kept else None


def described(tree: Filter) -> str:
    """A filter in the words of `--filter`; kinds of conditions that are not known here, as the
    tree has them."""
    match tree:
        case And((part,)) | Or((part,)):
            return described(part)
        case And(parts):
            return " and ".join(map(_bracketed, parts))
        case Or(parts):
            return " or ".join(map(_bracketed, parts))
        case Not(part):
            return f"not ({described(part)})"
        case Equals(field, (value,)):
            return f"{_name(field)} = {_literal(value)}"
        case Equals(field, values):
            return f"{_name(field)} in [{', '.join(map(_literal, values))}]"
        case Range(field, interval):
            return " and ".join(_bounds(field, interval))
    return repr(tree)


def values_of(store: Store, document: Filter, tree: Filter) -> str:
    """What the document has in the fields that a condition names."""
    fields = list(dict.fromkeys(_fields(tree)))
    found: dict[str, dict[str, None]] = {field: {} for field in fields}
    for chunk in sorted(store.chunks(document), key=lambda chunk: chunk.index):
        for field in fields:
            found[field] |= dict.fromkeys(map(_literal, _values(chunk, field)))
    return "; ".join(f"{field}: {_shown(list(values))}" for field, values in found.items())


def _shown(values: list[str]) -> str:
    more = ", …" if len(values) > _SHOWN else ""
    return f"{', '.join(values[:_SHOWN])}{more}" if values else "not there"


def _values(chunk: Chunk, field: str) -> list[Any]:
    own = {
        "source": chunk.sources or (chunk.source,),
        "title": chunk.title,
        "page": chunk.page,
        "document": chunk.document,
        "tenant": chunk.tenant,
        "folders": chunk.folders,
        "folder": [key.rstrip("/").rpartition("/")[2] for key in chunk.folders],
        "index": chunk.index,
        "headings": chunk.headings,
    }
    value = own[field] if field in own else chunk.metadata.get(field.removeprefix("metadata."))
    if isinstance(value, list | tuple):
        return list(value)
    return [] if value is None else [value]


def _fields(tree: Filter) -> Iterator[str]:
    """The fields that a filter names; parts and fields are found by their names, so that kinds of
    conditions may be added."""
    if field := getattr(tree, "field", ""):
        yield field
    inner = [*getattr(tree, "parts", ()), *filter(None, [getattr(tree, "part", None)])]
    for part in inner:
        yield from _fields(part)


def _bracketed(tree: Filter) -> str:
    return f"({described(tree)})" if isinstance(tree, And | Or) else described(tree)


def _bounds(field: str, interval: Interval) -> Iterator[str]:
    for name, bound in interval._asdict().items():
        if bound is not None:
            yield f"{_name(field)} {_ORDER[name]} {_literal(bound)}"


def _name(field: str) -> str:
    return field if _PLAIN.fullmatch(field) else f"`{field}`"


def _literal(value: object) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return str(value).lower() if isinstance(value, bool) else str(value)
