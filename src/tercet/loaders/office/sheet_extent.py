"""How large the sheets of a workbook are, told before it is opened.

calamine keeps a sheet as a full rectangle: two cells far apart would take all memory, and that
ends the process. So their places are looked up first, without keeping anything.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple
from zipfile import ZipFile

from tercet.errors import LoadError
from tercet.loaders.office.packages import encrypted, local, named

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_CELLS = 1 << 24  # a full sheet of Excel 97; a million rows of 16 columns; 0.5 GB in calamine
_MOST_ROWS = 1 << 20  # of Excel and LibreOffice
_MOST_COLUMNS = 1 << 14
_PIECE = 1 << 20  # bytes

_CELL = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'][^<>]*(?<!/)>(?!</)""")
_UNPLACED = re.compile(rb"<(?:\w+:)?c(?=[\s>])(?:(?!\sr=)[^<>])*(?<!/)>")
_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)\b")
_TEXTS = ("xl/sharedStrings.xml", "xl/styles.xml")  # large, and without cells

_BIFF_CELLS = frozenset({0x06, 0xBD, 0xD6, 0xFD, 0x203, 0x204, 0x205, 0x27E, 0x206, 0x406})
_BIFF_MULRK, _BIFF_DIMENSIONS, _BIFF_BOF, _BIFF_PASSWORD = 0xBD, 0x200, 0x809, 0x2F
_XLSB_ROW, _XLSB_CELLS = 0, range(2, 12)


class _Extent(NamedTuple):
    """The smallest rectangle around the cells seen so far."""

    top: int = 1 << 32
    left: int = 1 << 32
    bottom: int = -1
    right: int = -1

    def with_cell(self, row: int, column: int) -> _Extent:
        return _Extent(
            min(self.top, row),
            min(self.left, column),
            max(self.bottom, row),
            max(self.right, column),
        )

    @property
    def cells(self) -> int:
        return max(0, self.bottom - self.top + 1) * max(0, self.right - self.left + 1)


def check_extents(path: Path, source: str) -> None:
    """Raises `LoadError` when a sheet spans more cells than can be held, and `EncryptedFile`
    when an .xls needs a password, which calamine reports as an unknown format.

    Malformed files may pass, or raise what zipfile, olefile and lxml raise.
    """
    for name, cells in _extents(path, source):
        if cells > MOST_CELLS:
            raise LoadError(
                f"{source} has a sheet ({name}) that spans {cells:,} cells, more than can be read.",
                "Delete stray cells far from the others (Ctrl+End goes there), or split it.",
            )


def _extents(path: Path, source: str) -> Iterator[tuple[str, int]]:
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(b"PK"):
        with ZipFile(path) as archive:
            yield from _zipped(archive)
    else:
        yield from _biff(path, source)


def _zipped(archive: ZipFile) -> Iterator[tuple[str, int]]:
    for name in archive.namelist():
        if name == "content.xml":
            with archive.open(name) as part:
                yield from _open_tables(part)
        elif name.startswith("xl/") and name.endswith(".bin"):
            yield name, _binary(archive.read(name)).cells
        elif name.startswith("xl/") and name.endswith(".xml") and name not in _TEXTS:
            yield name, _sheet(archive, name)


def _sheet(archive: ZipFile, name: str) -> int:
    extent, unplaced = _Extent(), False
    with archive.open(name) as part:
        for piece in _pieces(part):
            unplaced = unplaced or bool(_UNPLACED.search(piece))
            found = _CELL.findall(piece)
            if found:
                columns = [_column(letters) for letters in {letters for letters, _ in found}]
                rows = [int(row) - 1 for row in {row for _, row in found}]
                extent = extent.with_cell(min(rows), min(columns))
                extent = extent.with_cell(max(rows), max(columns))
    if unplaced:
        with archive.open(name) as part:
            most, longest = _runs_of_cells(part)
        extent = _Extent(0, 0, max(extent.bottom, 0) + most, max(extent.right, 0) + longest)
    return extent.cells


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    """The content in pieces that begin with a cell, so that none is cut in two."""
    rest = b""
    while piece := part.read(_PIECE):
        piece = rest + piece
        cut = max(piece.rfind(b"<c"), piece.rfind(b":c"), len(piece) - _PIECE // 2)
        cut = piece.rfind(b"<", 0, cut + 1)
        cut = cut if cut >= 0 else len(piece)
        yield piece[:cut]
        rest = piece[cut:]
    yield rest


def _runs_of_cells(part: IO[bytes]) -> tuple[int, int]:
    """Rows, and cells in the longest row: where cells do not say their place, they are counted."""
    rows = cells = longest = 0
    for piece in _pieces(part):
        for tag in _ROW_OR_CELL.finditer(piece):
            is_row = tag.group(1) == b"row"
            rows, cells = (rows + 1, 0) if is_row else (rows, cells + 1)
            longest = max(longest, cells)
    return rows, longest


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _binary(data: bytes) -> _Extent:
    """Of a sheet in .xlsb: records of a number, a length and content."""
    extent, row, at = _Extent(), 0, 0
    while at < len(data):
        kind, at = _varint(data, at, 2)
        size, at = _varint(data, at, 4)
        if size >= 4 and (kind == _XLSB_ROW or kind in _XLSB_CELLS):
            number = int.from_bytes(data[at : at + 4], "little")
            if kind == _XLSB_ROW:
                row = number
            else:
                extent = extent.with_cell(row, number)
        at += size
    return extent


def _varint(data: bytes, at: int, longest: int) -> tuple[int, int]:
    value = 0
    for shift in range(longest):
        byte = data[at] if at < len(data) else 0
        at += 1
        value |= (byte & 0x7F) << 7 * shift
        if byte < 0x80:
            break
    return value, at


def _biff(path: Path, source: str) -> Iterator[tuple[str, int]]:
    """Of the sheets of .xls, and of the size that each states."""
    from olefile import OleFileIO

    with OleFileIO(path) as ole:
        name = next((n for n in ("Workbook", "Book") if ole.exists(n)), "")
        data = ole.openstream(name).read() if name else b""
        ole.loadminifat()
        if _has_loop(ole.fat) or _has_loop(ole.minifat):
            raise ValueError("a stream never ends")  # calamine would follow it
    extent = _Extent()
    for kind, content in _records(data):
        if kind == _BIFF_PASSWORD:
            raise encrypted(source)
        if kind == _BIFF_BOF:
            yield name, extent.cells
            extent = _Extent()
        elif kind == _BIFF_DIMENSIONS and len(content) >= 12:
            top, bottom, left, right = struct.unpack_from("<IIHH", content)
            yield name, max(0, bottom - top) * max(0, right - left)
        elif kind in _BIFF_CELLS and len(content) >= 6:
            row, column = struct.unpack_from("<HH", content)
            last = struct.unpack_from("<H", content, len(content) - 2)[0]
            extent = extent.with_cell(row, column)
            extent = extent.with_cell(row, last if kind == _BIFF_MULRK else column)
    yield name, extent.cells


def _has_loop(following: Sequence[int]) -> bool:
    """Whether a chain of sectors, each naming the next, comes back to itself."""
    seen = bytearray(len(following))  # 1: on the present chain, 2: on an earlier one
    for start in range(len(following)):
        chain = []
        at = start
        while at < len(seen) and not seen[at]:
            seen[at] = 1
            chain.append(at)
            at = following[at]
        if at < len(seen) and seen[at] == 1:
            return True
        for sector in chain:
            seen[sector] = 2
    return False


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        yield kind, data[at + 4 : at + 4 + size]
        at += 4 + size


def _open_tables(part: IO[bytes]) -> Iterator[tuple[str, int]]:
    """Of the tables of OpenDocument, where a cell or row may stand for many."""
    from lxml import etree

    events = etree.iterparse(
        part, events=("end",), tag=("{*}table", "{*}table-row"), resolve_entities=False
    )
    rows, extent = 0, _Extent()
    for _, element in events:
        if local(element) == "table":
            yield f"sheet {named(element, 'name')}", extent.cells
            rows, extent = 0, _Extent()
            continue
        repeated = _repeated(element, "number-rows-repeated", _MOST_ROWS)
        columns = _last_column(element)
        if columns:
            extent = extent.with_cell(0, 0).with_cell(rows + repeated - 1, columns - 1)
        rows += repeated
        element.clear()


def _last_column(row: Iterable[_Element]) -> int:
    """How many columns there are up to the last cell that holds something."""
    column = last = 0
    for cell in row:
        column += _repeated(cell, "number-columns-repeated", _MOST_COLUMNS)
        if len(cell) or named(cell, "value-type") or column > _MOST_COLUMNS:
            last = column
    return last


def _repeated(element: _Element, name: str, most: int) -> int:
    """How often. More than any program allows is nothing that it wrote: then far too many."""
    value = named(element, name, "1")
    count = int(value) if value.isdecimal() and len(value) < 12 else 1
    return count if count <= most else MOST_CELLS + 1
