"""LaTeX: the prose as Markdown, without preamble, comments and commands."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from tercet.loaders.decoding import clean, decode
from tercet.loaders.markup.latex_commands import SECTIONS
from tercet.loaders.markup.latex_prose import Manners, Walker
from tercet.loaders.markup.latex_source import Source, without_comments
from tercet.loaders.markup.markdown import headings, title_of
from tercet.types import Document, MetadataValue

_BEGIN = re.compile(r"\\begin[ \t]*\{document\}")
_END = re.compile(r"\\end[ \t]*\{document\}")
_AND = re.compile(r"\\and\b")
_ASIDES = re.compile(
    r"\\(?:thanks|inst|footnotemark|email|orcid|affil)\b(?:\[[^\[\]]*\])?(?:\{[^{}]*\})?"
)
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d %B %Y", "%B %d, %Y", "%d.%m.%Y")
_BLANK_LINES = re.compile(r"\n{3,}")


def read(path: Path, source: str) -> Document:
    """The text between `\\begin{document}` and `\\end{document}`, or all where these are missing.

    Sections become `#` headings, lists and tables their Markdown, verbatim material is fenced.
    Formulas stay as they are, between `$` or `$$`. Short commands that the author defined
    without arguments are carried out; of all others the arguments are left. Other files are not
    read. Title: `\\title`, or what `markdown.title_of` finds. Metadata: author, created
    (`\\date`, where it is a full date).
    """
    latex = Source(without_comments(clean(decode(path.read_bytes()))))
    manners = Manners(latex.definitions(), latex.theorems(), _levels(latex.text))
    begin, end = _BEGIN.search(latex.text), _END.search(latex.text)
    start = begin.end() if begin else 0
    stop = end.start() if end and end.start() > start else len(latex.text)
    text = _BLANK_LINES.sub("\n\n", Walker(latex, manners).walk(start, stop)).strip("\n")
    found = headings(text)
    title = _plain(latex.argument("title"), manners)
    return Document(
        text=text,
        source=source,
        title=title or title_of(text, found, path),
        headings=found,
        metadata=_metadata(latex, manners),
    )


def _levels(text: str) -> dict[str, int]:
    """The sections that the document uses, the outermost as level 1."""
    used = [name for name in SECTIONS if re.search(rf"\\{name}\b", text)]
    return {name: level for level, name in enumerate(used, start=1)}


def _metadata(latex: Source, manners: Manners) -> dict[str, MetadataValue]:
    found: dict[str, MetadataValue] = {}
    # Below the name stand affiliation and address, each after a line break.
    people = (
        _ASIDES.sub("", part).split("\\\\")[0] for part in _AND.split(latex.argument("author"))
    )
    names = [name for name in (_plain(part, manners).strip(" ,") for part in people) if name]
    if names:
        found["author"] = names[0] if len(names) == 1 else list(names)
    date = _plain(latex.argument("date"), manners)
    if created := next(filter(None, (_iso(date, form) for form in _DATES)), ""):
        found["created"] = created
    return found


def _iso(date: str, form: str) -> str:
    try:
        return datetime.strptime(date, form).date().isoformat()
    except ValueError:
        return ""


def _plain(latex: str, manners: Manners) -> str:
    walker = Walker(Source(latex), manners._replace(levels={}))
    return " ".join(walker.walk(0, len(latex)).split())
