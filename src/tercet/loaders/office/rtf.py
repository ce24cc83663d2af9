"""Rich Text: striprtf makes plain text of it, in the encodings that the file names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from tercet.errors import DamagedFile
from tercet.loaders.decoding import clean, writable
from tercet.loaders.markup.outline import markdown_table
from tercet.loaders.office.core_properties import authors, listed
from tercet.types import Document, MetadataValue

_CODE_PAGE = re.compile(rb"\\ansicpg(\d{3,5})")
_HEAD = 4096  # bytes; the code page is stated at the very beginning
_ESCAPED = re.compile(r"\\[\\{}]")
_INFO = re.compile(r"\{\\info\b")
_FIELD = re.compile(r"\{(?:\\\*)?\\([a-z]++) ?+((?:[^{}\\]++|\\.)*+)\}", re.DOTALL)
_DATE = re.compile(r"\\(yr|mo|dy)(\d{1,4})")
_ROW = re.compile(r"(?:[^|\n]*\|)+")
_BLANK_LINES = re.compile(r"\n{3,}")
_INFO_LIMIT = 65536  # characters; longer ones hold pictures or are made to be slow

_DAMAGE = (ValueError, TypeError, LookupError, OverflowError)  # striprtf on odd control words

_KEYS: dict[str, str] = {
    "author": "author",
    "category": "category",
    "creatim": "created",
    "doccomm": "description",
    "keywords": "keywords",
    "revtim": "modified",
    "subject": "subject",
    "title": "title",
}
"""Control word in the information group -> the key it is known by."""

# Character sets of old Macintosh fonts that Python has no codec for -> the nearest that it has.
_CHARSETS = {"78": "128", "79": "136", "80": "129", "82": "177", "84": "161", "85": "134"}
_CHARSETS |= {"87": "204", "88": "222", "89": "238", "86": "238"}
_CHARSET = re.compile(r"\\fcharset(\d+)")


def read(path: Path, source: str) -> Document:
    """The text of the file without headers, footers, footnotes and pictures; rows of tables as
    Markdown tables.

    Title: the one in the information group, or the name of the file. Metadata: author, category,
    created, description, keywords (a list), modified and subject from that group.
    """
    code = path.read_bytes()
    encoding = _encoding(code)
    rtf = code.decode(encoding, "replace").rstrip("\0 \r\n\t\x1a")
    if not _is_whole(rtf):
        raise _damaged(source, "its end is missing")
    properties = _properties(rtf, encoding)
    title = str(properties.pop("title", "")) or path.stem
    text = _with_tables(_plain(rtf, encoding, source))
    return Document(text=text, source=source, title=title, metadata=properties)


def _encoding(code: bytes) -> str:
    page = _CODE_PAGE.search(code[:_HEAD])
    name = f"cp{page.group(1).decode()}" if page else "cp1252"
    name = "mac_roman" if b"\\mac" in code[:64] and not page else name
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name


def _is_whole(rtf: str) -> bool:
    """Whether all groups are closed, as far as can be told beside raw pictures."""
    if not rtf.endswith("}"):
        return False
    plain = _ESCAPED.sub("", rtf)
    return "\\bin" in plain or plain.count("{") <= plain.count("}")


def _plain(rtf: str, encoding: str, source: str) -> str:
    rtf = _CHARSET.sub(lambda match: f"\\fcharset{_CHARSETS.get(match[1], match[1])}", rtf)
    # striprtf looks for links line by line, in time that grows with the square of the line.
    rtf = rtf.replace("{\\field", "\n{\\field")
    try:
        text = _converted(rtf, encoding)
    except _DAMAGE as error:
        raise _damaged(source, f"a control word has a wrong value: {error}") from error
    return _BLANK_LINES.sub("\n\n", text).strip("\n")


def _converted(rtf: str, encoding: str) -> str:
    """By striprtf, which writes characters beyond 16 bits as the two halves that RTF has."""
    from striprtf.striprtf import rtf_to_text

    text: str = rtf_to_text(rtf, encoding=encoding, errors="replace")  # type: ignore[no-untyped-call]
    return writable(clean(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")))


def _with_tables(text: str) -> str:
    """Lines that striprtf ends with a bar are rows; those that follow each other, a table."""
    parts = []
    for is_row, group in groupby(text.split("\n"), lambda line: bool(_ROW.fullmatch(line))):
        lines = list(group)
        if is_row and len(lines) > 1:
            parts += ["", markdown_table([line.split("|")[:-1] for line in lines]), ""]
        else:
            parts += lines
    return _BLANK_LINES.sub("\n\n", "\n".join(parts)).strip("\n")


def _properties(rtf: str, encoding: str) -> dict[str, MetadataValue]:
    found: dict[str, MetadataValue] = {}
    for word, content in _fields(rtf):
        key = _KEYS.get(word, "")
        if key in ("created", "modified"):
            value: MetadataValue = _date(content)
        else:
            text = " ".join(_decoded(content, encoding).split())
            value = _listed(key, text) if text else ""
        if key and value:
            found[key] = value
    return found


def _fields(rtf: str) -> Iterator[tuple[str, str]]:
    start = _INFO.search(rtf)
    if start:
        info = rtf[start.end() : start.end() + _INFO_LIMIT]
        end = _end(info)
        for field in _FIELD.finditer(info[:end]):
            yield field.group(1), field.group(2)


def _end(info: str) -> int:
    """Where the group that `info` begins in is closed."""
    depth = 1
    for brace in re.finditer(r"\\[\\{}]|[{}]", info):
        depth += {"{": 1, "}": -1}.get(brace.group(), 0)
        if depth == 0:
            return brace.start()
    return len(info)


def _decoded(content: str, encoding: str) -> str:
    try:
        return _converted(f"{{\\rtf1 {content}}}", encoding)
    except _DAMAGE:
        return ""


def _listed(key: str, text: str) -> MetadataValue:
    if key == "keywords":
        return list(listed(text, ",;"))
    return authors(listed(text, ";") or [text]) if key == "author" else text


def _date(content: str) -> str:
    numbers = {word: int(number) for word, number in _DATE.findall(content)}
    year, month, day = (numbers.get(word, 0) for word in ("yr", "mo", "dy"))
    return f"{year:04}-{month:02}-{day:02}" if year and 0 < month < 13 and 0 < day < 32 else ""


def _damaged(source: str, reason: str) -> DamagedFile:
    return DamagedFile(
        f"{source} is damaged: {reason}.",
        "Open it in a word processor and save it again, or restore it from a backup.",
    )
