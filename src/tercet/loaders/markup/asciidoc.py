"""AsciiDoc as Markdown: titles, lists, code and tables; attributes as metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tercet.loaders.decoding import clean, decode
from tercet.loaders.markup.asciidoc_tables import bare_table, table
from tercet.loaders.markup.markdown import headings, title_of
from tercet.types import Document, MetadataValue

_TITLE = re.compile(r"(={1,6}|#{1,6})[ \t]+(\S.*?)(?:[ \t]+\1)?[ \t]*$")
_ATTRIBUTE = re.compile(r":(!?[\w-]+!?):(?:[ \t]+(.*))?$")
_REFERENCE = re.compile(r"\{([\w-]+)\}")
_REVISION = re.compile(r"(?:v?[\d.]+,?[ \t]*)?(\d{4}-\d\d-\d\d)?\b.*$")
_MAIL = re.compile(r"[ \t]*<[^<>]*>")
_FENCE = re.compile(r"(-{4,}|\.{4,}|\+{4,}|`{3,})(\w*)[ \t]*$")
_TABLE = re.compile(r"([|,:!])={3,}[ \t]*$")
_COMMENT = re.compile(r"/{4,}[ \t]*$")
_DELIMITER = re.compile(r"(?:={4,}|\*{4,}|_{4,}|--)[ \t]*$")
_BLOCK_ATTRIBUTES = re.compile(r"\[(?:\[[^\[\]]*\]|[^\[\]]*)\][ \t]*$")
_LANGUAGE = re.compile(r"\[(?:source|,)[ \t]*,?[ \t]*([\w+#-]+)?")
_DIRECTIVE = re.compile(r"(?:include|ifdef|ifndef|ifeval|endif|toc)::.*$")
_BLOCK_MACRO = re.compile(r"(?:image|video|audio)::[^\s\[\]]*\[([^\[\]]*)\]$")
_BLOCK_TITLE = re.compile(r"\.(?=[^\s.])(.*)$")
_ITEM = re.compile(r"[ \t]*(\*{1,6}|-|\.{1,6})[ \t]+(?=\S)")
_CROSS = re.compile(r"<<[^<>,\n]*(?:,([^<>\n]*))?>>")
_LINK = re.compile(
    r"(?:link:|xref:|mailto:)([^\s\[\]]+)\[([^\[\]\n]*)\]|\b(https?://[^\s\[\]]+)\[([^\[\]\n]+)\]"
)
_INLINE_IMAGE = re.compile(r"\bimage:[^\s\[\]:]+\[([^\[\]\n]*)\]")
_ANCHOR = re.compile(r"\[\[[\w.:, -]*\]\]|\[#[\w.-]+\](?=[#*_`])")

_KEYS = {"author": "author", "authors": "author", "description": "description", "lang": "language"}


def read(path: Path, source: str) -> Document:
    """The source as Markdown: `=` titles as `#` headings, blocks of code in fences, tables.

    Links and cross references become their text, references to attributes of the document
    their value; comments, block attributes and directives are dropped, files are not included.
    Title: the document's, or what `markdown.title_of` finds. Metadata: author, created (a
    revision date), description, keywords, language.
    """
    lines = clean(decode(path.read_bytes())).split("\n")
    converter = _Converter(lines)
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(converter.lines())).strip("\n")
    found = headings(text)
    title = title_of(text, found, path)
    metadata = _metadata(converter.attributes)
    return Document(text=text, source=source, title=title, headings=found, metadata=metadata)


def _metadata(attributes: dict[str, str]) -> dict[str, MetadataValue]:
    found: dict[str, MetadataValue] = {}
    for name, key in _KEYS.items():
        if attributes.get(name):
            found[key] = attributes[name]
    people = [name.strip() for name in str(found.get("author", "")).split(";") if name.strip()]
    if len(people) > 1:
        found["author"] = list(people)
    words = [word.strip() for word in attributes.get("keywords", "").split(",") if word.strip()]
    if words:
        found["keywords"] = list(words)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", attributes.get("revdate", "")):
        found["created"] = attributes["revdate"]
    return found


class _Converter:
    """Goes through the lines once; `attributes` are known when all are through."""

    def __init__(self, lines: list[str]) -> None:
        self.attributes: dict[str, str] = {}
        self._lines = lines
        self._at = 0
        self._block = ""  # the last line of block attributes: it tells language and columns

    def lines(self) -> Iterator[str]:
        yield from self._header()
        while self._at < len(self._lines):
            line = self._lines[self._at].rstrip()
            self._at += 1
            yield from self._converted(line)
            if line.strip() and not _BLOCK_ATTRIBUTES.match(line):
                self._block = ""

    def _header(self) -> Iterator[str]:
        """The title with its author and revision lines, and the attributes around them."""
        self._skip_attributes()
        title = _TITLE.match(self._lines[self._at]) if self._at < len(self._lines) else None
        if title is None or len(title.group(1)) > 1:
            return
        self._at += 1
        self._skip_attributes(blank=False)
        if self._next() and not _TITLE.match(self._next()):
            self.attributes["author"] = _MAIL.sub("", self._next()).replace("_", " ").strip()
            self._at += 1
            revision = _REVISION.match(self._next())
            if self._next() and not self._next().startswith(":") and revision:
                self.attributes["revdate"] = revision.group(1) or ""
                self._at += 1
        self._skip_attributes(blank=False)
        yield f"# {self._inline(title.group(2))}"
        yield ""

    def _next(self) -> str:
        return self._lines[self._at].strip() if self._at < len(self._lines) else ""

    def _skip_attributes(self, blank: bool = True) -> None:
        while self._at < len(self._lines):
            line = self._lines[self._at].rstrip()
            attribute = _ATTRIBUTE.match(line)
            if attribute:
                self._set(attribute)
            elif not (line.startswith("//") and not _COMMENT.match(line)) and (line or not blank):
                return
            self._at += 1

    def _set(self, attribute: re.Match[str]) -> None:
        name, value = attribute.groups()
        self.attributes[name.strip("!").lower()] = self._inline(value or "").strip()

    def _converted(self, line: str) -> Iterator[str]:
        if _COMMENT.match(line):
            self._until(line)
        elif line.startswith("//") and not line.startswith("///"):
            pass
        elif fence := _FENCE.match(line):
            yield from self._fenced(line, fence.group(2))
        elif form := _TABLE.match(line):
            body = [self._inline(inner) for inner in self._until(line)]
            yield from ("", table(body, self._block, form.group(1)), "")
        elif line.startswith("|") and line.endswith("|") and len(line) > 2:
            yield from self._bare_table(line)
        elif attribute := _ATTRIBUTE.match(line):
            self._set(attribute)
        elif _BLOCK_ATTRIBUTES.match(line):
            self._block = line
        elif not (_DIRECTIVE.match(line) or _DELIMITER.match(line)):
            yield from self._prose(line)

    def _prose(self, line: str) -> Iterator[str]:
        if title := _TITLE.match(line):
            yield from ("", f"{'#' * len(title.group(1))} {self._inline(title.group(2))}", "")
        elif macro := _BLOCK_MACRO.match(line):
            yield macro.group(1).split(",")[0].strip('"')
        elif caption := _BLOCK_TITLE.match(line):
            yield from ("", self._inline(caption.group(1)), "")
        elif item := _ITEM.match(line):
            mark = item.group(1)
            indent = "  " * (len(mark) - 1)
            bullet = "1." if mark[0] == "." else "-"
            yield f"{indent}{bullet} {self._inline(line[item.end() :])}"
        else:
            yield "" if line == "+" else self._inline(line.removesuffix(" +"))

    def _until(self, delimiter: str) -> list[str]:
        """The lines up to the next that is `delimiter`, which is passed over."""
        start = self._at
        while self._at < len(self._lines) and self._lines[self._at].rstrip() != delimiter:
            self._at += 1
        self._at += 1
        return self._lines[start : self._at - 1]

    def _fenced(self, delimiter: str, stated: str) -> Iterator[str]:
        closing = "```" if delimiter.startswith("```") else delimiter
        language = _LANGUAGE.match(self._block)
        name = stated or (language.group(1) if language else "") or ""
        yield from ("", f"```{name}", *self._until(closing), "```", "")

    def _bare_table(self, line: str) -> Iterator[str]:
        rows = [line]
        while self._next().startswith("|") and self._next().endswith("|"):
            rows.append(self._next())
            self._at += 1
        yield from ("", bare_table(rows), "")

    def _inline(self, text: str) -> str:
        text = _REFERENCE.sub(lambda m: self.attributes.get(m.group(1).lower(), m.group()), text)
        text = _CROSS.sub(lambda match: (match.group(1) or "").strip(), _ANCHOR.sub("", text))
        text = _INLINE_IMAGE.sub(lambda match: match.group(1).split(",")[0], text)
        return _LINK.sub(_label, text)


def _label(link: re.Match[str]) -> str:
    target, text, url, label = link.groups()
    return (text or target) if target else (label or url)
