"""Workbooks of Excel and OpenDocument: calamine reads their cells, tables come out as Markdown."""

from __future__ import annotations

import datetime
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from zipfile import BadZipFile

from tercet.loaders.decoding import clean
from tercet.loaders.markup.outline import Outline, markdown_table, plain_number
from tercet.loaders.office.core_properties import (
    authors,
    core_properties,
    listed,
    open_document_properties,
)
from tercet.loaders.office.odf import is_encrypted
from tercet.loaders.office.packages import damaged, encrypted, opened
from tercet.loaders.office.sheet_blocks import Block, blocks
from tercet.loaders.office.sheet_extent import check_extents
from tercet.types import Document, MetadataValue

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_KIND = "workbook"
_CAPTION = 120  # characters; longer ones are remarks, no names of tables

_Cell: TypeAlias = (
    int
    | float
    | str
    | bool
    | datetime.time
    | datetime.date
    | datetime.datetime
    | datetime.timedelta
)

# What comes up while the parts of a malformed workbook are looked through.
_DAMAGE = (BadZipFile, zlib.error, struct.error, EOFError, SyntaxError, ValueError, LookupError)


def read(path: Path, source: str) -> Document:
    """Each sheet under a heading with its name and the range it uses ("## Q1 (A1:F20)"), hidden
    ones included, empty ones left out. Tables in a sheet, told apart as `sheet_blocks.blocks`
    says, are Markdown tables, each under a heading with its range when there are several.

    Numbers are written plainly (1, 0.25), dates as ISO 8601, truth values as TRUE and FALSE.
    Formats are not applied, and cells with errors are empty. Title: the property, or the name
    of the file. Metadata: author, created, modified, keywords and more, as the file states them.
    """
    properties = _properties(path, source)
    outline = Outline()
    for name, used in _sheets(path, source):
        _add_sheet(outline, name, used)
    return outline.document(path, source, properties)


def _properties(path: Path, source: str) -> dict[str, MetadataValue]:
    with path.open("rb") as file:
        head = file.read(4)
    try:
        if not head.startswith(b"PK"):
            check_extents(path, source)
            return _ole_properties(path)
        with opened(path, source, _KIND) as package:
            if is_encrypted(package):
                raise encrypted(source)
            is_open = "content.xml" in package.names
            found = (open_document_properties if is_open else core_properties)(package)
        check_extents(path, source)
    except (*_DAMAGE, OSError) as error:
        raise damaged(source, _KIND, str(error) or type(error).__name__) from error
    return found


def _ole_properties(path: Path) -> dict[str, MetadataValue]:
    """Of .xls, whose texts are in a code page of its own."""
    from olefile import OleFileIO

    with OleFileIO(path) as ole:
        meta = ole.get_metadata()
    page = (meta.codepage or 1252) & 0xFFFF
    encoding = "utf-8" if page == 65001 else f"cp{page}"
    found: dict[str, MetadataValue] = {}
    for key, value in {
        "title": meta.title,
        "subject": meta.subject,
        "description": meta.comments,
        "category": meta.category,
    }.items():
        if text := _decoded(value, encoding):
            found[key] = text
    if author := _decoded(meta.author, encoding):
        found["author"] = authors(listed(author, ";") or [author])
    if keywords := _decoded(meta.keywords, encoding):
        found["keywords"] = list(listed(keywords, ",;"))
    for key, time in {"created": meta.create_time, "modified": meta.last_saved_time}.items():
        if isinstance(time, datetime.datetime) and time.year > 1980:  # unset: 1601
            found[key] = time.date().isoformat()
    return found


def _decoded(value: object, encoding: str) -> str:
    if not isinstance(value, bytes):
        return ""
    try:
        return " ".join(clean(value.decode(encoding, "replace")).split())
    except LookupError:
        return ""


def _sheets(path: Path, source: str) -> Iterator[tuple[str, Block]]:
    """Name and used range of every sheet that is not empty."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        with path.open("rb") as file:
            yield from _used(CalamineWorkbook.from_filelike(file))
    except PasswordError as error:
        raise encrypted(source) from error
    except (CalamineError, *_DAMAGE, OSError) as error:
        raise damaged(source, _KIND, str(error) or type(error).__name__) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # what a failure inside calamine becomes
            raise damaged(source, _KIND, "its cells cannot be read") from error
        raise


def _used(workbook: CalamineWorkbook) -> Iterator[tuple[str, Block]]:
    for index, name in enumerate(workbook.sheet_names):
        sheet = workbook.get_sheet_by_index(index)
        if sheet.start:
            rows = [[_shown(cell) for cell in row] for row in sheet.to_python()]
            yield name, Block(*sheet.start, rows)


def _add_sheet(outline: Outline, name: str, used: Block) -> None:
    found = blocks(used)
    if not found:
        return
    outline.heading(2, f"{name} ({used.reference})")
    several = sum(block.table is not None for block in found) > 1
    for block in found:
        captions, table = block.captions, block.table
        if several and table:
            name = captions.pop(0) if captions and len(captions[0]) <= _CAPTION else ""
            outline.heading(3, f"{name} ({table.reference})" if name else table.reference)
        outline.block("\n".join(captions))
        outline.block(markdown_table(table.rows) if table else "")


def _shown(cell: _Cell) -> str:
    if isinstance(cell, str):
        return clean(cell).strip()
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, (int, float)):
        return plain_number(cell)
    if isinstance(cell, datetime.timedelta):
        return _duration(cell)
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    if isinstance(cell, (datetime.datetime, datetime.time)):
        precision = "seconds" if cell.second else "minutes"
        time = cell.replace(microsecond=0)
        if isinstance(time, datetime.datetime):
            return time.isoformat(" ", precision)
        return time.isoformat(precision)
    return cell.isoformat()


def _duration(cell: datetime.timedelta) -> str:
    """Hours, minutes and seconds; days would hide that it is one duration."""
    seconds = round(abs(cell).total_seconds())
    sign = "-" if cell < datetime.timedelta() else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
