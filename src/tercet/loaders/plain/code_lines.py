"""The lines of source code: their indents, and what stands above a definition."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

_DECORATOR_LINES = 100  # a decorator that goes over more lines is none


class Lines:
    """The lines of a source text, by number, and which of them are comments."""

    def __init__(self, text: str, comments: Iterable[tuple[int, int]]) -> None:
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._comments = self._commented(comments)

    def _commented(self, comments: Iterable[tuple[int, int]]) -> set[int]:
        """The lines that begin inside a comment, or with one."""
        found: set[int] = set()
        for start, end in comments:
            first = self.number(start)
            begins = self._starts[first] + self.indent(first) >= start
            found.update(
                range(first if begins else first + 1, self.number(max(start, end - 1)) + 1)
            )
        return found

    def number(self, place: int) -> int:
        return min(bisect_right(self._starts, place), len(self._lines)) - 1

    def start(self, number: int) -> int:
        return self._starts[number]

    def indent(self, number: int) -> int:
        line = self._lines[number]
        return len(line) - len(line.lstrip())

    def with_preface(self, number: int, after: int) -> int:
        """The first line of the comments and decorators directly above a line."""
        indent = self.indent(number)
        while number - 1 > after:
            above = number - 1
            if self._decorates(above):
                number = above
            elif (opened := self._opening(above, after, indent)) is not None:
                number = opened
            else:
                break
        return number

    def _decorates(self, number: int) -> bool:
        line = self._lines[number].strip()
        if number in self._comments:
            return bool(line)
        return line.startswith(("@", "#[")) or (line.startswith("template") and line.endswith(">"))

    def _opening(self, number: int, after: int, indent: int) -> int | None:
        """The line of a decorator that ends at `number` and goes over several lines."""
        if not self._lines[number].lstrip().startswith((")", "]", "}")):
            return None
        for above in range(number - 1, max(after, number - _DECORATOR_LINES), -1):
            if not self._lines[above].strip() or self.indent(above) < indent:
                return None
            if self.indent(above) == indent:
                return above if self._decorates(above) else None
        return None
