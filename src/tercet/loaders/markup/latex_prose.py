"""The body of a LaTeX document as Markdown: one walk through the source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from tercet.loaders.markup import latex_commands as known
from tercet.loaders.markup.latex_source import OPTION, Source
from tercet.loaders.markup.outline import markdown_table

_TOKEN = re.compile(
    r"\\begin[ \t]*\{(?P<begin>[^{}\n]{1,60})\}|\\end[ \t]*\{(?P<end>[^{}\n]{1,60})\}"
    r"|\\verb\*?(?P<bar>[^\w\s])(?P<verb>[^\n]*?)(?P=bar)"
    r"|\\(?P<accent>[\"'`^~=.])[ \t]*|\\(?P<command>[A-Za-z@]+)\*?[ \t]*|\\(?P<symbol>[^A-Za-z])"
    r"|(?P<math>\$\$?)|(?P<blank>\n[ \t]*\n\s*)|(?P<drop>[{}])|(?P<plain>``|''|---?|~)",
    re.DOTALL,
)
_PLAIN = {"``": "“", "''": "”", "--": "–", "---": "—", "~": " "}
_LINES = {"\\": "\n", " ": " ", "\n": " ", ",": " ", ";": " ", ":": " ", "-": "", "/": "", "!": ""}
_LABEL = re.compile(r"\\label\{[^{}]*\}[ \t]*\n?")
_ROW_RULES = re.compile(
    r"\\(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|endfoot|endlastfoot)\b|\\c(?:line|midrule)(?:\([^()]*\))?\{[^{}]*\}"
)
_SPAN = re.compile(r"\s*\\multi(?:column|row)\{(\d{1,2})\}")
_SPACES = re.compile(r"[ \t\n]+")
_GAP = re.compile(r" *\n *")
_DEEPEST = 20  # levels of arguments inside arguments; no writer nests deeper


class Manners(NamedTuple):
    """What one document calls things: its own short commands, theorems, levels of sections."""

    definitions: Mapping[str, str]
    theorems: Mapping[str, str]
    levels: Mapping[str, int]


class Walker:
    """Walks through [start, end) of a source and collects blocks of Markdown."""

    def __init__(self, source: Source, manners: Manners, depth: int = 0) -> None:
        self._source = source
        self._manners = manners
        self._depth = depth
        self._blocks: list[str] = []
        self._run: list[str] = []
        self._lists: list[tuple[str, int]] = []  # name and number of items of the open lists

    def walk(self, start: int, end: int) -> str:
        at = start
        while (token := _TOKEN.search(self._source.text, at, end)) is not None:
            self._run.append(self._source.text[at : token.start()])
            at = self._take(token, end)
        self._run.append(self._source.text[at:end])
        self._flush()
        return "".join(self._blocks).strip("\n")

    def _take(self, token: re.Match[str], end: int) -> int:
        """Deal with one token; where to go on."""
        kind = token.lastgroup
        if kind == "begin":
            return self._environment(token, end)
        if kind == "end":
            self._close(token.group("end"))
        elif kind == "verb":
            self._run.append(f"`{token.group('verb')}`")
        elif kind == "accent":
            return self._accent(token.group("accent"), token.end(), end)
        elif kind == "command":
            return self._command(token, end)
        elif kind == "symbol":
            return self._symbol(token, end)
        elif kind == "math":
            return self._formula(token.start(), token.end(), token.group(), end)
        elif kind == "blank":
            self._flush()
        elif kind == "plain":
            self._run.append(_PLAIN[token.group()])
        return token.end()

    def _symbol(self, token: re.Match[str], end: int) -> int:
        symbol = token.group("symbol")
        if symbol in "([":
            closing = "\\)" if symbol == "(" else "\\]"
            return self._formula(token.start(), token.end(), closing, end)
        self._run.append(_LINES.get(symbol, symbol))
        option = OPTION.match(self._source.text, token.end(), end) if symbol == "\\" else None
        return option.end() if option else token.end()

    def _formula(self, start: int, inner: int, closing: str, end: int) -> int:
        """A formula is kept as it is; one that is never closed is text."""
        close = self._source.text.find(closing, inner, min(end, inner + 5000))
        while close > 0 and closing == "$" and self._source.text[close - 1] == "\\":
            close = self._source.text.find(closing, close + 1, min(end, inner + 5000))
        if close < 0:
            return inner
        self._run.append(_SPACES.sub(" ", self._source.text[start : close + len(closing)]))
        return close + len(closing)

    def _accent(self, accent: str, at: int, end: int) -> int:
        close = self._source.closing(at)
        if close is not None and close < end:
            letter, after = self._inner(at + 1, close), close + 1
        else:
            letter, after = self._source.text[at : min(at + 1, end)], at + 1
            if letter == "\\":  # \"\i
                named = re.compile(r"\\([ij])\b[ \t]*").match(self._source.text, at, end)
                letter, after = (named.group(1), named.end()) if named else ("", at)
        self._run.append(known.accented(accent, letter))
        return min(after, end)

    def _command(self, token: re.Match[str], end: int) -> int:
        name, at = token.group("command"), token.end()
        if name in self._manners.levels:
            return self._section(name, at, end)
        if name in ("item", "bibitem"):
            return self._item(name, at, end)
        if name in known.DROPPED:
            return self._source.skipped(at, known.DROPPED[name], end)
        if name in known.CITES or name in known.REFERENCES:
            return self._reference(name, at, end)
        if name in known.ACCENTS:
            return self._accent(name, at, end)
        if name in ("par", "maketitle", "newpage", "clearpage"):
            self._flush()
            return at
        if name in ("footnote", "caption", "href", "url"):
            return self._with_argument(name, at, end)
        self._run.append(self._word(name))
        option = OPTION.match(self._source.text, at, end)
        follows = option and self._source.text[option.end() : option.end() + 1] == "{"
        return option.end() if option and follows else at

    def _word(self, name: str) -> str:
        if name in known.SYMBOLS:
            return known.SYMBOLS[name]
        definition = self._manners.definitions.get(name, "")
        if not definition or "#" in definition or self._depth >= _DEEPEST:
            return ""
        inner = Source(definition)
        manners = self._manners._replace(definitions={}, levels={})
        return Walker(inner, manners, self._depth + 1).walk(0, len(definition))

    def _section(self, name: str, at: int, end: int) -> int:
        option = OPTION.match(self._source.text, at, end)
        at = option.end() if option else at
        close = self._source.closing(at)
        if close is None or close >= end:
            return at
        self._block(f"{'#' * self._manners.levels[name]} {self._inline(at + 1, close)}")
        return close + 1

    def _item(self, name: str, at: int, end: int) -> int:
        self._flush()
        kind, number = self._lists[-1] if self._lists else ("", 0)
        self._lists[-1:] = [(kind, number + 1)] if self._lists else []
        option = OPTION.match(self._source.text, at, end)
        label = f"{option.group(1)} " if option else ""
        if option and name == "item":
            label = f"{self._inline(option.start(1), option.end(1))} "
        at = option.end() if option else at
        if name == "bibitem" and (close := self._source.closing(at)) is not None:
            label, at = f"[{self._source.text[at + 1 : close]}] ", close + 1
        mark = f"{number + 1}." if kind == "enumerate" and not option else "-"
        self._run.append(f"\0{'  ' * max(len(self._lists) - 1, 0)}{mark} {label}")
        return at

    def _reference(self, name: str, at: int, end: int) -> int:
        while option := OPTION.match(self._source.text, at, end):
            at = option.end()
        close = self._source.closing(at)
        if close is None or close >= end:
            return at
        key = _SPACES.sub(" ", self._source.text[at + 1 : close])
        form = {"eqref": "({})", "ref": "{}"}.get(
            name, "{}" if name in known.REFERENCES else "[{}]"
        )
        self._run.append(form.format(key))
        return close + 1

    def _with_argument(self, name: str, at: int, end: int) -> int:
        option = OPTION.match(self._source.text, at, end)
        at = option.end() if option else at
        close = self._source.closing(at)
        if close is None or close >= end:
            return at
        if name == "footnote":
            self._run.append(f" ({self._inline(at + 1, close)})")
        elif name == "caption":
            self._block(self._inline(at + 1, close))
        elif name == "url":
            self._run.append(self._source.text[at + 1 : close])
        return close + 1

    def _environment(self, token: re.Match[str], end: int) -> int:
        name = token.group("begin")
        base = name.rstrip("*")
        limits = self._source.end_of(token.start())
        if limits and limits[1] <= end:
            inner = self._source.text[token.end() : limits[0]]
            if base in known.MATH:
                self._block(f"$$\n{_LABEL.sub('', inner).strip()}\n$$")
            elif base in known.VERBATIM:
                code = re.sub(r"\A(?:\[[^\[\]]*\])?(?:\{[^{}]*\})?\n", "", inner).strip("\n")
                self._block(f"```\n{code}\n```")
            elif base in known.TABULAR:
                self._block(self._table(token.end(), limits[0], base))
            if base in known.MATH | known.VERBATIM | known.TABULAR | known.PICTURES:
                return limits[1]
        self._open(name)
        # What a list or float is to look like, not what it says.
        option = OPTION.match(self._source.text, token.end(), end)
        at = option.end() if option and name not in self._manners.theorems else token.end()
        return self._source.skipped(at, known.LAYOUT.get(base, 0), end)

    def _open(self, name: str) -> None:
        self._flush()
        if name in ("itemize", "enumerate", "description", "list") or name.endswith("list"):
            self._lists.append((name, 0))
        elif name == "abstract":
            self._block(f"{self._outermost()} Abstract")
        elif name == "thebibliography":
            self._block(f"{self._outermost()} References")
            self._lists.append((name, 0))
        elif name == "proof" or name in self._manners.theorems:
            self._run.append(f"{self._manners.theorems.get(name, 'Proof')}. ")

    def _outermost(self) -> str:
        return "#" * min(self._manners.levels.values(), default=1)

    def _close(self, name: str) -> None:
        self._flush()
        if self._lists and self._lists[-1][0] == name:
            self._lists.pop()

    def _table(self, start: int, end: int, name: str) -> str:
        start = self._source.skipped(start, 2 if name in ("tabularx", "tabulary") else 1, end)
        rows: list[list[str]] = [[]]
        at = cell = start
        mark = re.compile(r"\\\\(?:\[[^\[\]]*\])?|\\.|[&{]", re.DOTALL)
        while found := mark.search(self._source.text, at, end):
            at = found.end()
            close = self._source.closing(found.start())
            if found.group() == "{" and close is not None and close < end:
                at = close + 1
            elif found.group() == "&" or found.group().startswith("\\\\"):
                rows[-1] += self._cell(cell, found.start())
                cell = at
                if found.group() != "&":
                    rows.append([])
        rows[-1] += self._cell(cell, end)
        return markdown_table(rows)

    def _cell(self, start: int, end: int) -> list[str]:
        text = self._source.text
        while rule := re.compile(rf"\s*(?:{_ROW_RULES.pattern})").match(text, start, end):
            start = rule.end()
        span = _SPAN.match(text, start, end)
        columns = min(int(span.group(1)), 50) if span and "column" in span.group() else 1
        if span:
            close = self._source.closing(span.end())
            start = close + 1 if close is not None and close < end else start
        return [self._inline(start, end), *[""] * (columns - 1)]

    def _inner(self, start: int, end: int) -> str:
        if self._depth >= _DEEPEST:
            return ""
        return Walker(self._source, self._manners, self._depth + 1).walk(start, end)

    def _inline(self, start: int, end: int) -> str:
        return " ".join(self._inner(start, end).split())

    def _block(self, text: str) -> None:
        self._flush()
        self._blocks.append(f"\n\n{text}\n\n")

    def _flush(self) -> None:
        run, self._run = "".join(self._run), []
        for index, part in enumerate(run.split("\0")):
            text = _SPACES.sub(" ", part).strip()
            if index and text:
                indent = len(part) - len(part.lstrip(" "))
                self._blocks.append(f"\n{' ' * indent}{text}\n")
            elif text:
                self._blocks.append(f"\n\n{text}\n\n")
