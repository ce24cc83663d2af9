"""Values as metadata can hold them: text, whole numbers, numbers, truth values, places, lists of
these, and lists of objects."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tercet.loaders.decoding import writable

if TYPE_CHECKING:
    from yaml import ScalarNode

    from tercet.types import MetadataValue, Scalar

_INT_LIMIT = 2**63  # payloads hold 64-bit integers
_WHOLE = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,18})")
_NUMBER = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,18})(?:\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,3})?")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?")
_LIST_LIMIT = 65536  # characters; YAML is slow to parse
_DEPTH = 8  # objects in objects
_MOST_VALUES = 1000  # in the objects of one document


def flat(mapping: Mapping[str, object] | Mapping[object, object]) -> dict[str, MetadataValue]:
    """What metadata can hold of `mapping`: places (objects with `lat` and `lon`) and lists of
    objects stay what they are, any other object becomes keys with dots (`{"a": {"b": 1}}` is
    `{"a.b": 1}`); nulls and lists of lists are left out.

    Eight levels and a thousand values are looked at: a few lines of YAML can stand for billions.
    """
    return _Flat().entries(mapping, _DEPTH)


class _Flat:
    """Counts what it looks at."""

    def __init__(self) -> None:
        self._room = _MOST_VALUES

    def entries(self, mapping: Mapping[Any, object], depth: int) -> dict[str, MetadataValue]:
        found: dict[str, MetadataValue] = {}
        for key, value in mapping.items():
            self._room -= 1
            if self._room < 0:
                break
            name = writable(str(key))
            if isinstance(value, Mapping) and not _is_place(value):
                inner = self.entries(value, depth - 1) if depth > 1 else {}
                found |= {f"{name}.{end}": item for end, item in inner.items()}
            elif (one := self._value(value, depth)) is not None:
                found[name] = one
        return found

    def _value(self, value: object, depth: int) -> MetadataValue | None:
        if isinstance(value, Mapping):
            return self.entries(value, 1)
        if not isinstance(value, list):
            return scalar(value)
        if value and all(isinstance(item, Mapping) for item in value):
            objects = [self.entries(item, depth - 1) for item in value] if depth > 1 else []
            return [each for each in objects if each] or None
        items = [item for item in map(scalar, value) if item is not None]
        return items if items or not value else None


def _is_place(value: Mapping[Any, object]) -> bool:
    return all(
        isinstance(number := value.get(key), (int, float)) and abs(number) <= most
        for key, most in (("lat", 90), ("lon", 180))
    )


def scalar(value: object) -> Scalar | None:
    """`value` as metadata can hold it, or None: an integer or float out of range becomes text."""
    if isinstance(value, datetime.date):  # datetime.datetime is one
        return value.isoformat()
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and abs(value) >= _INT_LIMIT:
        return hex(value)  # str() refuses very long ones
    return value if isinstance(value, (int, float, bool)) else None


def typed(text: str) -> MetadataValue:
    """What a person means who writes `text` as a value.

    A number, `true` or `false`, a list `[a, b]` of such, or text; in quotes, always text. Dates
    are ISO text, and so is a time of a day, with a `T`. Stricter than YAML, which takes `no`
    for a truth value, `12:30` for 750, and drops the zero of `0151`.
    """
    text = writable(text.replace("\0", "")).strip()
    if text[:1] + text[-1:] in ('""', "''", "[]"):
        return _quoted_or_list(text)
    return _plain(text)


def _plain(text: str) -> Scalar:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if _WHOLE.fullmatch(text):
        value = int(text)
        return value if abs(value) < _INT_LIMIT else text
    if _NUMBER.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    if _TIME.fullmatch(text):
        try:
            return datetime.datetime.fromisoformat(text).isoformat()
        except ValueError:  # the 30th of February
            return text
    return text


def _quoted_or_list(text: str) -> MetadataValue:
    """By the nodes of YAML, which know what was quoted; text that is no YAML is itself."""
    import yaml

    if len(text) > _LIST_LIMIT:
        return text
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return text
    if isinstance(node, yaml.ScalarNode):
        return _unquoted(node)
    items: list[Any] = node.value if isinstance(node, yaml.SequenceNode) else [None]
    if not all(isinstance(item, yaml.ScalarNode) for item in items):
        return text
    return [_unquoted(item) if item.style else _plain(item.value) for item in items]


def _unquoted(node: ScalarNode) -> str:
    return writable(str(node.value).replace("\0", ""))  # escapes can make anything
