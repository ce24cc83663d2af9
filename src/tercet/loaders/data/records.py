"""Nested values (objects, lists, scalars) as text that can be searched and quoted.

Serves the readers of JSON and of XML that holds data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TypeAlias

from tercet.loaders.markup.outline import Outline, markdown_table

Value: TypeAlias = dict[str, "Value"] | list["Value"] | str | int | float | bool | None

DEEPEST = 100  # levels of nesting; paths to deeper ones say nothing to anybody
_CELL = 200  # characters; longer text is prose, and prose in a table is not read
_COLUMNS = 40
_FILLED = 0.5  # share of a table's cells that must hold something
_NAMES = ("title", "name", "label", "id")


class TooDeep(ValueError):
    """The value is nested more deeply than `DEEPEST` levels."""


def outline(value: Value) -> Outline:
    """The value as an outline.

    Objects are lines `path: value`; what is nested in the outermost object has its key as
    heading, behind the plain values. Lists of flat, like objects become tables; other
    objects in lists become blocks, headed by their title or name. Raises `TooDeep`.
    """
    made = Outline()
    if isinstance(value, dict):
        plain = {key: part for key, part in value.items() if _is_scalar(part)}
        _add(made, plain)
        for key, part in value.items():
            if key not in plain:
                made.heading(1, key)
                _add_part(made, part, 2)
    else:
        _add_part(made, value, 1)
    return made


def record(value: Value) -> str:
    """The value as lines `path: value`, and tables. Raises `TooDeep`."""
    return "\n\n".join(filter(None, _blocks(value)))


def name_of(value: Value) -> str:
    """What an object calls itself: its title, name, label or id; "" when it does not."""
    if not isinstance(value, dict):
        return ""
    keys = {key.lower(): key for key in value}
    found = (value[keys[name]] for name in _NAMES if name in keys)
    return next((str(part) for part in found if isinstance(part, (str, int)) and part), "")


def _add_part(made: Outline, value: Value, level: int) -> None:
    if not isinstance(value, list) or _is_table(value):
        _add(made, value)
    elif all(map(_is_scalar, value)):
        made.block("\n".join(f"- {_shown(item)}" for item in value))
    else:
        for item in value:
            made.heading(level, name_of(item))
            _add(made, item)


def _add(made: Outline, value: Value) -> None:
    for block in _blocks(value):
        made.block(block)


def _blocks(value: Value) -> Iterator[str]:
    """The lines of a value, in blocks that tables divide."""
    lines: list[str] = []
    for place, part in _leaves(value):
        if isinstance(part, list) and _is_table(part):
            yield "\n".join([*lines, f"{place}:"] if place else lines)
            yield markdown_table(list(_rows(part)))
            lines = []
        else:
            lines.append(_line(place, part))
    yield "\n".join(lines)


def _leaves(value: Value) -> Iterator[tuple[str, Value]]:
    """What has a line or table of its own, with its path; without recursion."""
    waiting: list[tuple[str, Value, int]] = [("", value, 0)]
    while waiting:
        place, part, depth = waiting.pop()
        if depth > DEEPEST:
            raise TooDeep
        inner: list[tuple[str, Value]] = []
        if isinstance(part, dict):
            inner = [(f"{place}.{key}" if place else key, item) for key, item in part.items()]
        elif isinstance(part, list) and not (all(map(_is_scalar, part)) or _is_table(part)):
            inner = [(f"{place}[{index}]", item) for index, item in enumerate(part)]
        elif part != []:
            yield place, part
        waiting += [(below, item, depth + 1) for below, item in reversed(inner)]


def _line(place: str, value: Value) -> str:
    shown = ", ".join(map(_shown, value)) if isinstance(value, list) else _shown(value)
    if not place:
        return shown
    return f"{place}:\n{shown}" if "\n" in shown.strip() else f"{place}: {shown}"


def _shown(value: Value) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _is_scalar(value: Value) -> bool:
    return value is None or isinstance(value, (str, int, float))


def _is_table(value: list[Value]) -> bool:
    """Whether it is at least two objects with mostly the same keys and short, plain values."""
    if len(value) < 2:
        return False
    columns: set[str] = set()
    filled = 0
    for item in value:
        if not isinstance(item, dict) or not all(map(_fits, item.values())):
            return False
        columns.update(item)
        filled += len(item)
        if len(columns) > _COLUMNS:
            return False
    return filled > 0 and filled >= _FILLED * len(columns) * len(value)


def _fits(value: Value) -> bool:
    if isinstance(value, str):
        return len(value) <= _CELL and "\n" not in value
    return _is_scalar(value)


def _rows(items: list[Value]) -> Iterator[list[str]]:
    objects = [item for item in items if isinstance(item, dict)]
    columns = list(dict.fromkeys(key for item in objects for key in item))
    yield columns
    for item in objects:
        yield [_shown(item[key]) if key in item else "" for key in columns]
