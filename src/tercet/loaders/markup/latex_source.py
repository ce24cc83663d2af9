"""The source of LaTeX: comments, matching braces and ends of environments, definitions."""

from __future__ import annotations

import re
from collections.abc import Iterator

_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*(?:\n[ \t]*(?=\S))?")
_VERBATIM = re.compile(
    r"\\begin\{(verbatim\*?|lstlisting|minted|Verbatim|comment)\}(?:(?!\\begin\{\1\}).)*?\\end\{\1\}|\\verb\*?([^\w\s])[^\n]*?\2",
    re.DOTALL,
)
_BRACES = re.compile(r"\\.|[{}]", re.DOTALL)
_ENVIRONMENT = re.compile(r"\\\\|\\(begin|end)[ \t]*\{([^{}\n]{1,60})\}")
_DEFINITION = re.compile(
    r"\\(?:newcommand|renewcommand|providecommand)\*?[ \t]*\{?\\([A-Za-z]+)\}?[ \t]*(?=\{)"
    r"|\\def[ \t]*\\([A-Za-z]+)(?=\{)"
)
_THEOREM = re.compile(r"\\newtheorem\*?\{([^{}\n]+)\}(?:\[[^\[\]\n]*\])?\{([^{}\n]+)\}")
OPTION = re.compile(r"[ \t]*\[((?:[^\[\]{}]|\{[^{}]*\}){0,300})\]")
"""An argument in brackets."""
_OPENING = re.compile(r"[ \t]*\n?[ \t]*(?=\{)")
_BARE = re.compile(r"\s*\\[A-Za-z@]+(?:#\d)*(?=\s*[\[{])")
_DEFINED = 300  # characters; longer definitions make layout, not words


def without_comments(text: str) -> str:
    """The text without comments, those in verbatim material kept."""
    return "".join(_uncommented(text))


def _uncommented(text: str) -> Iterator[str]:
    end = 0
    for kept in _VERBATIM.finditer(text):
        yield _COMMENT.sub(r"\1", text[end : kept.start()])
        yield kept.group()
        end = kept.end()
    yield _COMMENT.sub(r"\1", text[end:])


class Source:
    """A text with its braces and environments matched, each in one pass."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._braces = _matched_braces(text)
        self._environments = _matched_environments(text)

    def closing(self, place: int) -> int | None:
        """Where the brace that opens at `place` is closed; None if none opens or it never is."""
        return self._braces.get(place)

    def end_of(self, place: int) -> tuple[int, int] | None:
        """Start and end of the `\\end` that belongs to the `\\begin` at `place`."""
        return self._environments.get(place)

    def argument(self, command: str) -> str:
        """The first argument of the first `command` in the text, "" without one."""
        found = re.search(rf"\\{command}[ \t]*(?:\[[^\[\]]*\][ \t\n]*)?(?=\{{)", self.text)
        end = self.closing(found.end()) if found else None
        return self.text[found.end() + 1 : end] if found and end else ""

    def skipped(self, at: int, arguments: int, end: int) -> int:
        """Past that many arguments, those in brackets and commands without braces included."""
        for _ in range(arguments):
            while option := OPTION.match(self.text, at, end):
                at = option.end()
            opening = _OPENING.match(self.text, at, end)
            bare = _BARE.match(self.text, at, end)
            close = self.closing(opening.end()) if opening else None
            if close is not None and close < end:
                at = close + 1
            elif bare:
                at = bare.end()
        return at

    def definitions(self) -> dict[str, str]:
        """What the short commands without arguments stand for."""
        found: dict[str, str] = {}
        for definition in _DEFINITION.finditer(self.text):
            end = self.closing(definition.end())
            if end and end - definition.end() <= _DEFINED:
                name = definition.group(1) or definition.group(2)
                found[name] = self.text[definition.end() + 1 : end]
        return found

    def theorems(self) -> dict[str, str]:
        """Names of theorem-like environments, with what they are called in print."""
        return dict(_THEOREM.findall(self.text))


def _matched_braces(text: str) -> dict[int, int]:
    matched: dict[int, int] = {}
    opened: list[int] = []
    for brace in _BRACES.finditer(text):
        if brace.group() == "{":
            opened.append(brace.start())
        elif brace.group() == "}" and opened:
            matched[opened.pop()] = brace.start()
    return matched


def _matched_environments(text: str) -> dict[int, tuple[int, int]]:
    matched: dict[int, tuple[int, int]] = {}
    opened: dict[str, list[int]] = {}
    for found in _ENVIRONMENT.finditer(text):
        kind, name = found.groups()
        if kind == "begin":
            opened.setdefault(name, []).append(found.start())
        elif kind == "end" and opened.get(name):
            matched[opened[name].pop()] = found.span()
    return matched
