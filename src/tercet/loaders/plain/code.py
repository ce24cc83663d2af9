"""Source code: the text as it is, with its functions and classes as headings."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tercet.loaders.decoding import clean, decode
from tercet.loaders.plain.code_forms import (
    ASSIGNED,
    BODY_AHEAD,
    BRACED,
    FORMS,
    FUNCTIONS,
    LEXED,
    MODIFIERS,
    NAMED,
    OWNERS,
    USES,
)
from tercet.loaders.plain.code_lines import Lines
from tercet.types import Document, Heading, MetadataValue

if TYPE_CHECKING:
    from pygments.lexer import Lexer

_Token: TypeAlias = tuple[int, str, str]

_LEXED = 1_000_000  # characters; a lexer takes a second or two for them
_LONGEST_LINE = 5000  # characters; longer ones are made by machines, and slow lexers down
# Suffixes that pygments gives to several languages, or to an older one.
_LEXERS = {
    ".r": "r",
    ".sql": "sql",
    ".fs": "fsharp",
    ".h": "c",
    ".pl": "perl",
    ".pm": "perl",
    ".ts": "ts",
}
_CALLED = {"S": "R"}


class _Definition(NamedTuple):
    name: str
    start: int
    is_owner: bool  # whether what it encloses is defined in it: a class, not a function


class _Code(NamedTuple):
    definitions: list[_Definition]
    comments: list[tuple[int, int]]
    language: str


def read(path: Path, source: str) -> Document:
    """The source as it is, titled after the file with its suffix.

    A function or class is a heading of its name. It begins with the comment and the decorators
    directly above, and its level says how many classes or modules it lies in; functions inside
    functions are none. Files over a million characters, or with lines over 5000, have no
    headings. Metadata: programming_language.
    """
    text = clean(decode(path.read_bytes()))
    code = _code(text, path)
    metadata: dict[str, MetadataValue] = {}
    if code.language:
        metadata["programming_language"] = code.language
    return Document(
        text=text,
        source=source,
        title=path.name,
        headings=tuple(_headings(text, code)),
        metadata=metadata,
    )


def _code(text: str, path: Path) -> _Code:
    lexer = _lexer(text, path)
    if lexer is None:
        return _Code([], [], "")
    language = _CALLED.get(lexer.name, lexer.name)
    if len(text) > _LEXED or any(len(line) > _LONGEST_LINE for line in text.split("\n")):
        return _Code([], [], language)
    tokens = [(at, str(kind), value) for at, kind, value in lexer.get_tokens_unprocessed(text)]
    comments = [(at, at + len(value)) for at, kind, value in tokens if _is_comment(kind, language)]
    found = {definition.start: definition for definition in _formed(text, tokens, language)}
    found |= {definition.start: definition for definition in _keyed(text, tokens, language)}
    return _Code([found[start] for start in sorted(found)], comments, language)


def _lexer(text: str, path: Path) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
    from pygments.util import ClassNotFound

    if named := _LEXERS.get(path.suffix.lower()):
        return get_lexer_by_name(named)
    try:
        return get_lexer_for_filename(path.name.lower(), text[:_LONGEST_LINE])
    except ClassNotFound:
        return None


def _is_comment(kind: str, language: str) -> bool:
    """Comments, also those that pygments takes for strings; docstrings stand below, not above."""
    if kind.startswith("Token.Comment"):
        return "Preproc" not in kind and "Hashbang" not in kind
    return kind == "Token.Literal.String.Doc" and language != "Python"


def _keyed(text: str, tokens: Iterable[_Token], language: str) -> Iterator[_Definition]:
    """Definitions that a keyword begins, or that the lexer knows."""
    for start, kind, value in tokens:
        if kind.startswith(("Token.Comment", "Token.Literal")):
            continue
        word = value.strip()
        if word in OWNERS or word in FUNCTIONS:
            if found := _defined(text, start, start + len(value.rstrip()), word, language):
                yield found
        elif _is_known(kind, language) and _begins(text, start):
            yield _Definition(word, start, False)


def _is_known(kind: str, language: str) -> bool:
    return language in LEXED and kind.startswith("Token.Name.Function")


def _formed(text: str, tokens: Iterable[_Token], language: str) -> Iterator[_Definition]:
    """Definitions known by their form alone, outside comments and strings."""
    form = FORMS.get(language)
    if form is None:
        return
    hidden = [
        (at, at + len(value))
        for at, kind, value in tokens
        if kind.startswith(("Token.Comment", "Token.Literal.String"))
    ]
    for match in form.finditer(text):
        group = match.lastgroup or ""
        start = match.start(group)
        index = bisect_right(hidden, (start, len(text))) - 1
        if index < 0 or start >= hidden[index][1]:
            yield _Definition(match.group(group).strip('"`[]'), start, group == "owner")


def _begins(text: str, start: int) -> bool:
    """Whether only modifiers stand before the place on its line."""
    line = text.rfind("\n", 0, start) + 1
    return bool(MODIFIERS.fullmatch(text, line, start)) and not USES.search(text, line, start)


def _defined(text: str, start: int, end: int, word: str, language: str) -> _Definition | None:
    """What the keyword at [start, end) defines, unless it is used in another way."""
    line = text.rfind("\n", 0, start) + 1
    if word in ("function", "fn", "func") and (match := ASSIGNED.search(text, line, start)):
        return _Definition(match.group(1), start, False)  # f <- function(x)
    named = NAMED.match(text, end)
    if named is None or not _begins(text, start):
        return None
    if word in OWNERS and language in BRACED and not BODY_AHEAD.match(text, named.end()):
        return None
    return _Definition(named.group(1), start, word in OWNERS)


def _headings(text: str, code: _Code) -> Iterator[Heading]:
    lines = Lines(text, code.comments)
    around: list[tuple[int, bool]] = []  # indent and kind of the definitions that enclose this one
    last = -1
    for definition in code.definitions:
        number = lines.number(definition.start)
        indent = lines.indent(number)
        while around and around[-1][0] >= indent:
            around.pop()
        hidden = any(not is_owner for _, is_owner in around)
        if not hidden and number > last:
            start = lines.start(lines.with_preface(number, last))
            yield Heading(min(len(around) + 1, 6), definition.name, start)
        if number > last:
            around.append((indent, definition.is_owner))
            last = number
