"""HTML: the main text as Markdown, without what surrounds it on the page.

`to_markdown` serves every reader that comes to HTML first.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tercet.loaders.decoding import clean, decode
from tercet.loaders.markup.markdown import headings, title_of
from tercet.types import Document, MetadataValue

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_BOILERPLATE = (
    "script, style, template, noscript, nav, footer, aside, form, dialog, iframe, object, svg, "
    "math, button, select, textarea, [hidden], [aria-hidden=true], [role=navigation], "
    "[role=search], [style*='display:none'], [style*='display: none']"
)
_INVISIBLE = ("script", "style", "template", "noscript", "svg", "iframe", "object")
_MAIN = "main, article, [role=main]"
_MOST = 0.5  # share of the page's text; a smaller main is a teaser, a larger form is the page

# Lexbor's time grows with the square of the depth (50,000 levels: 4 s), and markdownify calls
# itself three times a level, where Python allows a thousand calls. Real pages: 30 to 60 levels.
_PARSE_DEPTH = 2000
_MARKDOWN_DEPTH = 120
_NESTING = re.compile(
    r"<(/?)(?:div|span|section|article|main|center|font|b|i|em|strong|a|blockquote|ul|ol|dl|"
    r"table|tbody|fieldset|details|small|big|tt|u|s|code|sub|sup|q|ins|del)\b[^<>]*>",
    re.IGNORECASE,
)

_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?([\w.:-]+)""", re.I
)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HEAD_BYTES = 4096  # browsers look for the encoding in the first kilobyte; some pages are late
_LONG_SPACE = re.compile(r"(?<!\s)\s{200,}")  # markdownify's time grows with the square of it
_BLANK_LINES = re.compile(r"(?<![ \t])[ \t]*\n(?:[ \t]*\n){2,}")

_META: dict[str, str] = {
    "article:author": "author",
    "article:published_time": "date",
    "author": "author",
    "date": "date",
    "dc.creator": "author",
    "dc.date": "date",
    "dcterms.created": "date",
    "description": "description",
    "keywords": "keywords",
    "og:description": "description",
    "og:site_name": "site",
}
"""<meta name or property> -> the key it is known by; the first of a kind wins."""

_OWN_FIELD = re.compile(r"[a-z]\w*")
_FOR_MACHINES = frozenset(
    {"bingbot", "generator", "googlebot", "rating", "referrer", "robots", "viewport"}
)


def read(path: Path, source: str) -> Document:
    """The main text of the page as Markdown, tables as Markdown tables, links as their text.

    Title: <title>, or what `markdown.title_of` finds. Metadata: author,
    date, description, keywords (a list), site and language, where the page states them.
    """
    tree = _parse(_decoded(path.read_bytes()))
    metadata, title = _metadata(tree), _title(tree)
    text = _body_text(tree)
    found = headings(text)
    title = title or title_of(text, found, path)
    return Document(text=text, source=source, title=title, headings=found, metadata=metadata)


def to_markdown(html: str) -> str:
    """The text of an HTML fragment as Markdown: `#` headings, tables with a header row.

    Links and images are reduced to their text. HTML nested deeper than 120 levels comes out as
    plain lines.
    """
    tree = _parse(html)
    return _rendered(tree.body) if tree.body else ""


def _decoded(data: bytes) -> str:
    """A byte order mark decides, else what the page declares, else what the bytes look like."""
    declared = _CHARSET.search(data[:_HEAD_BYTES])
    if declared and not data.startswith(_MARKS):
        try:
            return clean(data.decode(_browser_name(declared.group(1).decode("ascii"))))
        except (LookupError, UnicodeDecodeError, ValueError):
            pass  # an unknown name, or a wrong one
    return clean(decode(data))


def _browser_name(encoding: str) -> str:
    """Browsers read pages declared as Latin-1 or ASCII as Windows-1252; so do their authors."""
    latin = {"iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii"}
    return "cp1252" if encoding.lower() in latin else encoding


def _parse(html: str) -> LexborHTMLParser:
    from selectolax.lexbor import LexborHTMLParser

    html = _LONG_SPACE.sub("\n", html)
    if _nesting(html) > _PARSE_DEPTH:
        html = _NESTING.sub("\n", html)
    return LexborHTMLParser(html)


def _nesting(html: str) -> int:
    """How deep the elements that must be closed are nested, as far as the tags tell."""
    depth = deepest = 0
    for tag in _NESTING.finditer(html):
        depth += -1 if tag.group(1) else 1
        deepest = max(deepest, depth)
    return deepest


def _title(tree: LexborHTMLParser) -> str:
    node = tree.css_first("head title")
    return " ".join(node.text().split()) if node else ""


def _metadata(tree: LexborHTMLParser) -> dict[str, MetadataValue]:
    found: dict[str, MetadataValue] = {}
    for node in tree.css("meta[content]"):
        name = node.attributes.get("name") or node.attributes.get("property") or ""
        key = _META.get(name.lower()) or _own_field(name.lower())
        content = " ".join((node.attributes.get("content") or "").split())
        if key and content:
            found.setdefault(key, int(content) if _is_count(content) else content)
    keywords = str(found.pop("keywords", "")).replace(";", ",").split(",")
    if words := [word.strip() for word in keywords if word.strip()]:
        found["keywords"] = list(words)
    root = tree.css_first("html")
    if root and (language := root.attributes.get("lang")):
        found["language"] = language
    return found


def _own_field(name: str) -> str | None:
    """A plain name is the author's own field, to filter by: category, year, owner."""
    return name if _OWN_FIELD.fullmatch(name) and name not in _FOR_MACHINES else None


def _is_count(content: str) -> bool:
    """Whether it is a number as one would write it: a year, but not a key with leading zeros."""
    return bool(re.fullmatch(r"0|[1-9][0-9]{0,8}", content))


def _body_text(tree: LexborHTMLParser) -> str:
    """The main part without boilerplate; without invisible parts only, if that leaves nothing."""
    body = tree.body
    if body is None:
        return ""
    untouched = body.html or ""
    total = len(body.text())
    for node in body.css(_BOILERPLATE):
        if node.tag in _INVISIBLE or len(node.text()) < _MOST * total:
            node.decompose()
    text = _rendered(_main(body))
    return text if text.strip() else to_markdown(untouched)


def _main(body: LexborNode) -> LexborNode:
    candidates = body.css(_MAIN)
    best = max(candidates, key=lambda node: len(node.text()), default=body)
    return best if len(best.text()) >= _MOST * len(body.text()) else body


def _rendered(node: LexborNode) -> str:
    node.strip_tags(list(_INVISIBLE))
    if _depth(node) > _MARKDOWN_DEPTH:
        text = node.text(separator="\n", strip=True)
    else:
        text = _markdownify(node)
    return _BLANK_LINES.sub("\n\n", text).strip("\n")


def _depth(node: LexborNode) -> int:
    """Levels of elements below `node`, counted level by level without recursion."""
    level, depth = [node], 0
    while level and depth <= _MARKDOWN_DEPTH:
        level = [child for parent in level for child in parent.iter()]
        depth += 1
    return depth


def _markdownify(node: LexborNode) -> str:
    from markdownify import ATX, MarkdownConverter

    for image in node.css("img"):
        image.replace_with(image.attributes.get("alt") or "")
    return MarkdownConverter(
        heading_style=ATX,
        bullets="-",
        strip=["a"],
        table_infer_header=True,
        escape_asterisks=False,
        escape_underscores=False,
    ).convert(node.html or "")
