"""JSON and JSON lines: readable lines, tables and headings instead of braces."""

from __future__ import annotations

import json
from pathlib import Path

from tercet.loaders.data.records import TooDeep, Value, name_of, outline, record
from tercet.loaders.decoding import clean, decode, writable
from tercet.loaders.markup.outline import Outline
from tercet.types import Document


def read(path: Path, source: str) -> Document:
    """The values as lines `path: value`, lists of flat objects as Markdown tables.

    What is nested in the outermost object has its key as a heading. Titled after the "title" or
    "name" of the outermost object, or the file. What is no JSON, is nested more than
    100 levels, or has numbers too long to read, is given as the text it is; several values on
    lines of their own are read as JSON lines.
    """
    text = clean(decode(path.read_bytes()))
    try:
        value = _parsed(text)
        made = outline(value)
    except TooDeep:
        return Document(text=text, source=source, title=path.stem)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            return read_lines(path, source)
        return Document(text=text, source=source, title=path.stem)
    return made.document(path, source, {"title": _title(value) or path.stem})


def read_lines(path: Path, source: str) -> Document:
    """One block of lines `path: value` for each record, a blank line between them.

    Lines that are no JSON are given as they are. Titled after the file.
    """
    made = Outline()
    for line in clean(decode(path.read_bytes())).split("\n"):
        try:
            made.block(record(_parsed(line)))
        except (TooDeep, json.JSONDecodeError):
            made.block(line)
    return made.document(path, source, {})


def _parsed(text: str) -> Value:
    try:
        value: Value = json.loads(text)
    except RecursionError as error:
        raise TooDeep from error
    except json.JSONDecodeError:
        raise
    except ValueError as error:  # a number of more than 4300 digits
        raise TooDeep from error
    return value


def _title(value: Value) -> str:
    """The title or name of the outermost object, if it has one."""
    kept = ("title", "name")
    named = {key: value[key] for key in kept if key in value} if isinstance(value, dict) else {}
    return writable(" ".join(name_of(named).split()))
