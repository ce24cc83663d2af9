"""reStructuredText: the source, its titles as headings, its tables as Markdown tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tercet.loaders.decoding import clean, decode
from tercet.loaders.markup.markdown import title_of
from tercet.loaders.markup.rst_tables import Table, is_border, next_table
from tercet.types import Document, Heading, MetadataValue

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1*[ \t]*$")
_SHORTEST = 4  # characters of an adornment that may be shorter than its title
_EXPLICIT = re.compile(r"\.\.(?:[ \t]+|$)")
_SUBSTITUTION = re.compile(r"\.\.[ \t]+\|([^|\n]+)\|[ \t]+replace::[ \t]*(.*)$")
_LABEL = re.compile(r"\.\.[ \t]+_(?:[^:\n]|\\:)+:[ \t]*$")
_META = re.compile(r"\.\.[ \t]+meta::[ \t]*$")
_MARKUP = re.compile(r"(?:_|\[[^\]\n]+\]|\||__[ \t]|[\w:.+-]+::)")
_FIELD = re.compile(r"[ \t]*:([^:\n]+):(?:[ \t]+(.*))?$")
_ROLE = re.compile(r":[\w:.+-]+:`([^`\n]*)`|``([^`\n]+)``|`([^`\n]*)`_{0,2}")
_TARGET = re.compile(r"\s*<[^<>]*>$")
_STRONG = re.compile(r"(\*\*?)(?=\S)([^*\n]+)(?<=\S)\1")
_REFERENCE = re.compile(r"\|([^|\n]+)\|_{0,2}")
_ISO_DATE = re.compile(r"\$?(?:Date:?)?\s*(\d{4}-\d\d-\d\d)\b")
_KEYS = {"authors": "author", "lang": "language"}
_OF_SPHINX = ("orphan", "tocdepth", "nosearch", "nocomments")


def read(path: Path, source: str) -> Document:
    """The source without comments, labels, and the field list at its beginning.

    Titles become headings, their levels by order of first use; directives are left as they are.
    Grid, simple, list and csv tables become Markdown tables, unless cells span columns.
    One-line `replace` substitutions are carried out. Title: what `markdown.title_of` finds.
    Metadata: the field list at the beginning and the `meta` directive: author, created (date),
    language, keywords, description, and other fields in lower case.
    """
    lines = clean(decode(path.read_bytes())).expandtabs(8).split("\n")
    reader = _Reader(lines)
    text = re.sub(r"\n{4,}", "\n\n\n", "\n".join(reader.lines())).strip("\n")
    text = _REFERENCE.sub(lambda m: reader.replacements.get(m.group(1), m.group()), text)
    found = tuple(_headings(text))
    title = title_of(text, found, path)
    metadata = dict(_metadata(reader.fields))
    return Document(text=text, source=source, title=title, headings=found, metadata=metadata)


class _Reader:
    """Goes through the lines once, and says which are left."""

    def __init__(self, lines: list[str]) -> None:
        self.fields: list[tuple[str, str]] = []
        self.replacements: dict[str, str] = {}
        self._lines = lines
        self._at = 0
        self._opening = True  # whether only titles and comments have come so far

    def lines(self) -> Iterator[str]:
        while self._at < len(self._lines):
            line = self._lines[self._at].rstrip()
            if self._opening and _FIELD.match(line):
                self._read_fields()
            elif _EXPLICIT.match(line):
                yield from self._explicit(line)
            elif table := next_table(self._lines, self._at):
                yield from self._take(table)
            elif is_border(line):  # of a table that has to stay as it is
                yield from self._untouched()
            else:
                self._opening = self._opening and self._is_of_title(line)
                self._at += 1
                yield line

    def _is_of_title(self, line: str) -> bool:
        following = self._lines[self._at + 1] if self._at + 1 < len(self._lines) else ""
        return not line or bool(
            _ADORNMENT.match(line) or _ADORNMENT.match(following.rstrip() or " ")
        )

    def _take(self, table: Table) -> Iterator[str]:
        self._opening = False
        self._at = table.end
        yield from ("", table.markdown, "")

    def _untouched(self) -> Iterator[str]:
        """The lines up to the next blank one."""
        self._opening = False
        while self._at < len(self._lines) and self._lines[self._at].strip():
            yield self._lines[self._at].rstrip()
            self._at += 1

    def _read_fields(self) -> None:
        while self._at < len(self._lines):
            line = self._lines[self._at].rstrip()
            field = _FIELD.match(line)
            if field:
                self.fields.append((field.group(1), field.group(2) or ""))
            elif line.startswith(" ") and self.fields:
                name, value = self.fields[-1]
                self.fields[-1] = (name, f"{value} {line.strip()}".strip())
            else:
                return
            self._at += 1

    def _explicit(self, line: str) -> Iterator[str]:
        """Explicit markup: labels, substitutions and comments go, directives stay."""
        rest = line[2:].strip()
        substitution = _SUBSTITUTION.match(line)
        if substitution and not self._is_continued():
            self.replacements[substitution.group(1)] = substitution.group(2)
            self._at += 1
        elif _LABEL.match(line) and not self._is_continued():
            self._at += 1
        elif _META.match(line):
            self._at += 1
            self._read_indented_fields()
        elif table := next_table(self._lines, self._at):
            yield from self._take(table)
        elif _MARKUP.match(rest):
            self._opening = False
            self._at += 1
            yield line
        else:
            self._at = _block_end(self._lines, self._at)

    def _is_continued(self) -> bool:
        following = self._lines[self._at + 1] if self._at + 1 < len(self._lines) else ""
        return following.startswith(" ") and bool(following.strip())

    def _read_indented_fields(self) -> None:
        end = _block_end(self._lines, self._at - 1)
        for line in self._lines[self._at : end]:
            if field := _FIELD.match(line.rstrip()):
                self.fields.append((field.group(1).split(" ")[0], field.group(2) or ""))
        self._at = end


def _block_end(lines: list[str], at: int) -> int:
    """The line after the block that begins at `at` and goes on indented.

    An empty `..` with a blank line below it is a comment of its own.
    """
    if lines[at].strip() == ".." and at + 1 < len(lines) and not lines[at + 1].strip():
        return at + 1
    end = at + 1
    while end < len(lines) and (not lines[end].strip() or lines[end].startswith(" ")):
        end += 1
    while end > at + 1 and not lines[end - 1].strip():
        end -= 1
    return end


def _headings(text: str) -> Iterator[Heading]:
    """The titles: a line with an adornment below it, or below and above it."""
    lines = text.split("\n")
    styles: list[tuple[str, bool]] = []
    start, previous_start = 0, 0
    for index, line in enumerate(lines):
        if index >= 1 and (title := _title(lines, index)):
            is_over = index >= 2 and lines[index - 2].rstrip() == line.rstrip()
            style = (line[0], is_over)
            if style not in styles:
                styles.append(style)
            begin = previous_start - len(lines[index - 2]) - 1 if is_over else previous_start
            yield Heading(min(styles.index(style) + 1, 6), title, begin)
        previous_start, start = start, start + len(line) + 1


def _title(lines: list[str], index: int) -> str:
    """The title that the line at `index` underlines, or ""."""
    under, title = lines[index].rstrip(), lines[index - 1].rstrip()
    if not _ADORNMENT.match(under) or not title.strip() or _ADORNMENT.match(title):
        return ""
    if len(under) < min(len(title), _SHORTEST):
        return ""
    above = lines[index - 2].rstrip() if index >= 2 else ""
    if above and above != under:
        return ""  # the last line of a paragraph
    if title.startswith(" ") and above != under:
        return ""
    return _plain(title)


def _plain(markup: str) -> str:
    text = _ROLE.sub(lambda match: _TARGET.sub("", next(filter(None, match.groups()), "")), markup)
    return " ".join(_STRONG.sub(r"\2", text).replace("\\", "").split())


def _metadata(fields: list[tuple[str, str]]) -> Iterator[tuple[str, MetadataValue]]:
    for name, value in fields:
        key = _KEYS.get(name.lower(), name.lower())
        if not value or key in _OF_SPHINX or not re.fullmatch(r"[a-z]\w*", key):
            continue
        if key == "date":
            if date := _ISO_DATE.match(value):
                yield "created", date.group(1)
        elif key in ("author", "keywords"):
            parts = [
                _plain(part) for part in re.split(r"[;,]" if key == "keywords" else ";", value)
            ]
            parts = [part for part in parts if part]
            yield key, parts[0] if key == "author" and len(parts) == 1 else list(parts)
        else:
            yield key, _plain(value)
