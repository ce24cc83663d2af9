"""The filter language of `--filter`: text to the small tree in `tercet.types`.

    category = "hr" and year between 2020 and 2023
    not (tags in ["draft", "old"] or author = 'B. Ruiz')
    modified >= "2024-01-31" and exists(author)
    text contains phrase "annual report" or title contains any "summary overview"
    place within 5 km of (52.52, 13.40)
    items[price > 10 and color = "red"]

Keywords are case-insensitive. A field is a metadata key; the names in `payload.BUILTIN`
(`source`, `title`, `text`, ...) mean the chunk's own fields. Text compared by order must be an
ISO 8601 date or time.
"""

from __future__ import annotations

import re
from typing import Any, Literal, TypeAlias, cast

import lark

from tercet.errors import FilterError
from tercet.store.checking import check_leaf
from tercet.store.grammar import parser
from tercet.types import (
    And,
    Count,
    Equals,
    Exists,
    Filter,
    InBox,
    InPolygon,
    Interval,
    Leaf,
    Nested,
    Not,
    Or,
    Place,
    Prefix,
    Range,
    Scalar,
    Within,
    Words,
)

MAX_DEPTH = 24  # brackets and `not` in each other; half of what a tree may have, with room
_ORDER = {">=": "gte", ">": "gt", "<=": "lte", "<": "lt", "=": "", "==": "", "!=": ""}
_METRES = {"m": 1.0, "km": 1000.0, "mi": 1609.344}
_EXAMPLE = """Write for example: category = "hr" and year >= 2023."""
# What can raise the depth, and text in quotes, in which nothing does.
_DEEPER = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]+`)|(?P<open>[(\[])|(?P<close>[)\]])"""
    r"""|(?P<negation>\bnot\b)|(?P<other>[^\s\w])|\w+""",
    re.IGNORECASE,
)

_Located: TypeAlias = tuple[Scalar, int]


def parse_filter(expression: str) -> Filter | None:
    """The tree of a filter expression; None for an empty one, which filters nothing.

    Raises `FilterError` with the 0-based position of the first thing that does not fit.
    """
    if not expression.strip():
        return None
    _check_depth(expression)
    try:
        return cast(Filter, parser(_TO_FILTER).parse(expression))
    except lark.UnexpectedInput as error:
        raise _syntax_error(expression, error) from None
    except lark.exceptions.VisitError as error:
        if isinstance(error.orig_exc, FilterError):
            raise error.orig_exc from None
        raise


def _check_depth(expression: str) -> None:
    """Brackets in brackets, and `not` before `not`, as deep as the tree will be."""
    depth = run = 0
    for token in _DEEPER.finditer(expression):
        if token["close"]:
            depth -= 1
        depth += bool(token["open"])
        run = run + 1 if token["negation"] else 0
        if depth + run > MAX_DEPTH:
            raise FilterError(
                f"The filter is nested deeper than {MAX_DEPTH} levels at position {token.start()}.",
                token.start(),
                "Write it flatter.",
            )


def _syntax_error(expression: str, error: lark.UnexpectedInput) -> FilterError:
    position = error.pos_in_stream
    at_end = isinstance(error, lark.UnexpectedToken) and error.token.type == "$END"
    if at_end or position is None or not 0 <= position < len(expression):
        position = len(expression)
    rest = expression[position : position + 20]
    found = f"{rest!r} was not expected there" if rest else "something is missing at the end"
    return FilterError(
        f"The filter does not parse at position {position}: {found}.", position, _EXAMPLE
    )


class _ToFilter(lark.Transformer[lark.Token, Any]):
    """Turns every rule into ours as it is read; values carry their position for errors."""

    def text(self, children: list[lark.Token]) -> _Located:
        return _text(children[0]), _at(children[0])

    def number(self, children: list[lark.Token]) -> _Located:
        return _number(children[0]), _at(children[0])

    def boolean(self, children: list[lark.Token]) -> _Located:
        return children[0].lower() == "true", _at(children[0])

    def choices(self, children: list[_Located]) -> tuple[Scalar, ...]:
        return tuple(value for value, _ in children)

    def comparison(self, children: list[Any]) -> Filter:
        field, operator, (value, position) = children
        if _ORDER[operator]:
            return _checked(Range(_field(field), _interval(operator, value)), position)
        equal = _checked(Equals(_field(field), (value,)), position)
        return Not(equal) if operator == "!=" else equal

    def membership(self, children: list[Any]) -> Filter:
        return _checked(Equals(_field(children[0]), children[1]), _at(children[0]))

    def exclusion(self, children: list[Any]) -> Filter:
        return Not(self.membership(children))

    def has_all(self, children: list[Any]) -> Filter:
        field, values = children
        return And(tuple(_checked(Equals(_field(field), (value,)), _at(field)) for value in values))

    def between(self, children: list[Any]) -> Filter:
        field, (low, _), (high, position) = children
        return _checked(Range(_field(field), Interval(gte=low, lte=high)), position)

    def prefix(self, children: list[lark.Token]) -> Filter:
        field, prefix = children
        return _checked(Prefix(_field(field), _text(prefix)), _at(prefix))

    def count(self, children: list[lark.Token]) -> Filter:
        _, field, operator, number = children
        count: Any = _number(number)
        bounds = _interval(operator, count) if _ORDER[operator] else Interval(gte=count, lte=count)
        found = _checked(Count(_field(field), bounds), _at(number))
        return Not(found) if operator == "!=" else found

    def exists(self, children: list[lark.Token]) -> Filter:
        return _checked(Exists(_field(children[-1])), _at(children[-1]))

    def is_not_null(self, children: list[lark.Token]) -> Filter:
        return self.exists(children)

    def is_null(self, children: list[lark.Token]) -> Filter:
        return Not(self.exists(children))

    def contains_all(self, children: list[lark.Token]) -> Filter:
        return _words(children, "all")

    def contains_any(self, children: list[lark.Token]) -> Filter:
        return _words(children, "any")

    def contains_phrase(self, children: list[lark.Token]) -> Filter:
        return _words(children, "phrase")

    def point(self, children: list[lark.Token]) -> Place:
        return Place(*map(float, children))

    def within(self, children: list[Any]) -> Filter:
        field, number, unit, centre = children
        metres = float(number) * _METRES[unit.lower()]
        return _checked(Within(_field(field), centre, metres), _at(number))

    def box(self, children: list[lark.Token]) -> Filter:
        field, *numbers = children
        north, west, south, east = map(float, numbers)
        shape = InBox(_field(field), Place(north, west), Place(south, east))
        return _checked(shape, _at(numbers[0]))

    def polygon(self, children: list[Any]) -> Filter:
        field, *corners = children
        return _checked(InPolygon(_field(field), tuple(corners)), _at(field))

    def nested(self, children: list[Any]) -> Filter:
        return _checked(Nested(_field(children[0]), children[1]), _at(children[0]))

    def negation(self, children: list[Filter]) -> Filter:
        return Not(children[0])

    def conjunction(self, children: list[Filter]) -> Filter:
        return And(tuple(children))

    def disjunction(self, children: list[Filter]) -> Filter:
        return Or(tuple(children))


_TO_FILTER = _ToFilter()


def _checked(leaf: Leaf | Nested, position: int) -> Leaf | Nested:
    check_leaf(leaf, position)
    return leaf


def _words(children: list[lark.Token], mode: Literal["all", "any", "phrase"]) -> Filter:
    field, text = children
    return _checked(Words(_field(field), _text(text), mode), _at(text))


def _at(token: lark.Token) -> int:
    return token.start_pos or 0


def _text(token: lark.Token) -> str:
    parts = str(token)[1:-1].split("\\\\")
    return "\\".join(part.replace('\\"', '"').replace("\\'", "'") for part in parts)


def _number(token: lark.Token) -> int | float:
    if set(token) & set(".eE"):
        return float(token)
    return int(token) if len(token) <= 20 else float(token)  # int() refuses very long ones


def _field(token: lark.Token) -> str:
    return str(token).strip("`")


def _interval(operator: str, value: Scalar) -> Interval:
    return Interval(**{_ORDER[operator]: value})
