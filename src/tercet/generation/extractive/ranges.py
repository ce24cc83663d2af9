"""Ranges of numbers in the labels of rows: whether they hold a number that a question names."""

from __future__ import annotations

import math
import re

_VALUE = r"[€£$]?\s?(\d[\d,]*(?:\.\d+)?)"
_RANGE = re.compile(
    rf"(?:(?P<under>\b(?:up to|under|below|less than|at most)\b|<)"
    rf"|(?P<over>\b(?:over|above|more than|at least|from)\b|>))\s*{_VALUE}"
    rf"|{_VALUE}\s*(?:to|-|–)\s*{_VALUE}",
    re.IGNORECASE,
)
_NUMBER = re.compile(rf"(?<![\w-]){_VALUE}(?![\w-])")
_SPELLED = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def numbers_of(text: str) -> frozenset[float]:
    """The numbers of a text, in digits or spelled up to twelve; not those in codes."""
    spelled = [word for word in re.findall(r"\w+", text.lower()) if word in _SPELLED]
    figures = [_value(match[1]) for match in _NUMBER.finditer(text)]
    return frozenset([*figures, *(float(_SPELLED.index(word) + 1) for word in spelled)])


def holds(label: str, numbers: frozenset[float]) -> bool | None:
    """Whether the range of a label holds one of the numbers; None if it has no range, or there
    are no numbers."""
    match = _RANGE.search(label)
    if match is None or not numbers:
        return None
    low, high = _bounds(match)
    return any(low <= number <= high for number in numbers)


def is_another(label: str, corner: str, question: str) -> bool:
    """Whether the label is a number, and the question names another of its column: week 50 in
    the column "Week", asked for week 52."""
    own = _NUMBER.fullmatch(label.strip())
    if own is None or not corner.strip():
        return False
    named = re.search(
        rf"\b{re.escape(corner.strip())}\s+{_VALUE}(?![\w-])", question, re.IGNORECASE
    )
    return named is not None and _value(named[1]) != _value(own[1])


def _bounds(match: re.Match[str]) -> tuple[float, float]:
    if match["under"]:
        return -math.inf, _value(match[3])
    if match["over"]:
        return _value(match[3]), math.inf
    return _value(match[4]), _value(match[5])


def _value(digits: str) -> float:
    return float(digits.replace(",", ""))
