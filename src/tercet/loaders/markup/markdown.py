"""Markdown: the source itself, its front matter as metadata, its headings with offsets.

`headings` and `title_of` serve the readers of other formats that come to Markdown first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tercet.loaders.decoding import clean, decode
from tercet.loaders.scalars import flat
from tercet.types import Document, Heading, MetadataValue

_FRONT = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_FRONT_LIMIT = 65536  # characters; no honest front matter is longer, and YAML is slow to parse
_HEADING_LIMIT = 1000  # characters; longer lines are no headings, and patterns slow down on them

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})(.*)$")
_NO_PARAGRAPH = re.compile(r" {4}|\t| {0,3}(?:[-+*>|]|\d{1,9}[.)](?:\s|$))")

_CODE_SPAN = re.compile(r"(`+)(.+?)\1")
_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")
_TAG = re.compile(
    r"<!--.*?-->|</?(?:a|b|br|code|em|i|img|small|span|strong|sub|sup)\b[^<>]*>", re.IGNORECASE
)
_EMPHASIS = re.compile(r"(\*{1,3}|(?<!\w)_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)")
_ATTRIBUTES = re.compile(r"\s*\{[#.][^{}]*\}\s*$")


def read(path: Path, source: str) -> Document:
    """The Markdown source without its YAML front matter.

    Title: the front matter's, or what `title_of` finds.
    Metadata: the other keys of the front matter with text, number, truth value or a list of
    these; dates become ISO 8601 text. Nested mappings and lists, and nulls, are dropped.
    Front matter that is not a YAML mapping is left in the text.
    """
    text, front = split_front_matter(clean(decode(path.read_bytes())))
    found = headings(text)
    title = front.pop("title", "")
    return Document(
        text=text,
        source=source,
        title=str(title) if title and not isinstance(title, list) else title_of(text, found, path),
        headings=found,
        metadata=front,
    )


def split_front_matter(text: str) -> tuple[str, dict[str, MetadataValue]]:
    """The body and the front matter of `text`; all of `text` and {} when it has none."""
    match = _FRONT.match(text, 0, _FRONT_LIMIT)
    mapping = _mapping(match.group(1)) if match else None
    if match is None or mapping is None:
        return text, {}
    return text[match.end() :], flat(mapping)


def _mapping(source: str) -> dict[object, object] | None:
    import yaml

    if "<<" in source and "*" in source:
        return None  # merge keys: a few lines of them can unfold into gigabytes
    try:
        value = yaml.safe_load(source)
    except (yaml.YAMLError, ValueError, RecursionError):  # ValueError: the 30th of February
        return None
    return value if isinstance(value, dict) else None


def title_of(text: str, headings: tuple[Heading, ...], path: Path) -> str:
    """The first heading of level 1, or the heading that opens the text, or the file's name."""
    opening = len(text) - len(text.lstrip())
    first = next((heading.text for heading in headings if heading.level == 1), "")
    return first or next((h.text for h in headings if h.start <= opening), path.stem)


def headings(text: str) -> tuple[Heading, ...]:
    """The ATX and setext headings outside code blocks and HTML comments, in order.

    `start` is where the heading's line begins, its marks included; `text` is without markup.
    Setext headings of several lines are not seen; empty headings are left out.
    """
    return tuple(heading for heading in _headings(text) if heading.text)


def _headings(text: str) -> Iterator[Heading]:
    paragraph: tuple[int, str] | None = None  # a line that an underline would make a heading
    previous_blank = True
    for start, line in _prose_lines(text):
        short = len(line) <= _HEADING_LIMIT
        atx, underline = _ATX.match(line) if short else None, _SETEXT.match(line)
        if atx:
            yield Heading(len(atx.group(1)), plain(atx.group(2) or ""), start)
        elif underline and paragraph:
            level = 1 if underline.group(1)[0] == "=" else 2
            yield Heading(level, plain(paragraph[1]), paragraph[0])
        blank = not line.strip() or bool(atx) or bool(underline and paragraph)
        begins = short and previous_blank and not blank and not _NO_PARAGRAPH.match(line)
        paragraph = (start, line) if begins else None
        previous_blank = blank


def _prose_lines(text: str) -> Iterator[tuple[int, str]]:
    """Offset and content of every line; in fenced code and comments the content is ""."""
    fence, comment, start = "", False, 0
    for line in text.split("\n"):
        mark = None if comment else _FENCE.match(line)
        shown = "" if fence or comment or mark else line
        if fence:
            fence = "" if mark and _closes(mark, fence) else fence
        elif mark and not (mark.group(1)[0] == "`" and "`" in mark.group(2)):
            fence = mark.group(1)
        else:
            comment = _in_comment(line, comment)
        yield start, shown
        start += len(line) + 1


def _closes(mark: re.Match[str], fence: str) -> bool:
    return mark.group(1).startswith(fence) and not mark.group(2).strip()


def _in_comment(line: str, inside: bool) -> bool:
    """Whether an HTML comment is open at the end of `line`."""
    opened, closed = line.rfind("<!--"), line.rfind("-->")
    return opened > closed if opened != closed else inside


def plain(markup: str) -> str:
    """One line of Markdown as a reader sees it: no emphasis, link targets, tags, attributes."""
    parts: list[str] = []
    end = 0
    markup = _ATTRIBUTES.sub("", markup)
    for code in _CODE_SPAN.finditer(markup):
        parts += [_unmarked(markup[end : code.start()]), code.group(2)]
        end = code.end()
    return " ".join("".join([*parts, _unmarked(markup[end:])]).split())


def _unmarked(markup: str) -> str:
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", _TAG.sub("", markup)))
