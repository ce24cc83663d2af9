"""The filter language of `--filter`: text to the small tree in `tercet.types`.

    category = "hr" and year >= 2023
    not (tags in ["draft", "old"] or author = 'B. Ruiz')
    modified >= "2024-01-31"

Keywords are case-insensitive. A field is a metadata key; the names in `payload.BUILTIN`
(`source`, `title`, `page`, ...) mean the chunk's own fields. Text compared by order must be
an ISO 8601 date or time.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TypeAlias, cast

import lark

from tercet.errors import FilterError
from tercet.types import And, Equals, Filter, Interval, Not, Or, Range, Scalar

_GRAMMAR = r"""
?start: disjunction
?disjunction: conjunction ("OR"i conjunction)*
?conjunction: term ("AND"i term)*
?term: "NOT"i term -> negation
    | "(" disjunction ")"
    | comparison
comparison: FIELD OPERATOR value
          | FIELD "IN"i choices -> membership
          | FIELD "NOT"i "IN"i choices -> exclusion
choices: "[" [value ("," value)*] "]" | "(" value ("," value)* ")"
?value: STRING -> text
      | SIGNED_NUMBER -> number
      | BOOLEAN -> boolean

OPERATOR: "==" | "!=" | ">=" | "<=" | "=" | ">" | "<"
BOOLEAN.2: /(true|false)\b/i
FIELD: /(?!(?:and|or|not|in|true|false)\b)[^\W\d][\w.\-]*/i
     | /`[^`]+`/
STRING: /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/

%import common.SIGNED_NUMBER
%import common.WS
%ignore WS
"""

_ORDER = {">=": "gte", ">": "gt", "<=": "lte", "<": "lt"}
_EXAMPLE = """Write for example: category = "hr" and year >= 2023."""

_Located: TypeAlias = tuple[Scalar, int]


def parse_filter(expression: str) -> Filter | None:
    """The tree of a filter expression; None for an empty one, which filters nothing.

    Raises `FilterError` with the 0-based position of the first thing that does not fit.
    """
    if not expression.strip():
        return None
    try:
        tree = _parser().parse(expression)
    except lark.UnexpectedInput as error:
        raise _syntax_error(expression, error) from None
    try:
        return _ToFilter().transform(tree)
    except lark.exceptions.VisitError as error:
        if isinstance(error.orig_exc, FilterError):
            raise error.orig_exc from None
        raise


@cache
def _parser() -> lark.Lark:
    return lark.Lark(_GRAMMAR, parser="lalr", maybe_placeholders=False)


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


class _ToFilter(lark.Transformer[lark.Token, Filter]):
    """Turns lark's tree into ours, bottom up; values carry their position for errors."""

    def text(self, children: list[lark.Token]) -> _Located:
        token = children[0]
        body = str(token)[1:-1]
        return _unescape(body), token.start_pos or 0

    def number(self, children: list[lark.Token]) -> _Located:
        token = children[0]
        value = float(token)
        whole = value.is_integer() and not set(token) & set(".eE")
        return (int(token) if whole else value), token.start_pos or 0

    def boolean(self, children: list[lark.Token]) -> _Located:
        return children[0].lower() == "true", children[0].start_pos or 0

    def choices(self, children: list[_Located]) -> tuple[Scalar, ...]:
        return tuple(value for value, _ in children)

    def comparison(self, children: list[lark.Token | _Located]) -> Filter:
        field, operator = (cast(lark.Token, child) for child in children[:2])
        value, position = cast(_Located, children[2])
        if operator in ("=", "=="):
            return Equals(_field(field), (value,))
        if operator == "!=":
            return Not(Equals(_field(field), (value,)))
        return Range(_field(field), _interval(operator, value, position))

    def membership(self, children: list[object]) -> Filter:
        field = cast(lark.Token, children[0])
        return Equals(_field(field), cast("tuple[Scalar, ...]", children[1]))

    def exclusion(self, children: list[object]) -> Filter:
        return Not(self.membership(children))

    def negation(self, children: list[Filter]) -> Filter:
        return Not(children[0])

    def conjunction(self, children: list[Filter]) -> Filter:
        return And(tuple(children))

    def disjunction(self, children: list[Filter]) -> Filter:
        return Or(tuple(children))


def _unescape(body: str) -> str:
    parts = body.split("\\\\")
    return "\\".join(part.replace('\\"', '"').replace("\\'", "'") for part in parts)


def _field(token: lark.Token) -> str:
    return str(token).strip("`")


def _interval(operator: str, value: Scalar, position: int) -> Interval:
    if isinstance(value, bool):
        raise FilterError(
            f"true and false have no order (position {position}).",
            position,
            "Compare them with = or !=.",
        )
    if isinstance(value, str):
        _require_date(value, position)
    return Interval(**{_ORDER[operator]: value})


def _require_date(value: str, position: int) -> None:
    try:
        dt.datetime.fromisoformat(value)
    except ValueError:
        raise FilterError(
            f"{value!r} at position {position} has no order: it is not a date.",
            position,
            "Write dates as 2024-01-31 or 2024-01-31T12:00:00, numbers without quotes.",
        ) from None
