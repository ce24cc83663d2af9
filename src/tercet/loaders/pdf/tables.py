"""The tables of a PDF page, found by where its numbers stand, as Markdown tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from tercet.loaders.pdf.cells import Cell, cells, markdown_row
from tercet.loaders.pdf.heads import INDENT, Head, head_above
from tercet.loaders.pdf.lines import Line, Row

_FIGURE = re.compile(r"[$€£(+\-−–—]*(?:\d[\d,./]*[)%]*|[—–-]+)")
_LEADER = re.compile(r"\.{4,}|(?:\s\.){3,}|…{2,}")  # to a page number: a table of contents
_FEWEST = 3  # rows with numbers; fewer are a table only with a head and two columns of numbers
_TAIL = 3  # words at the end of a row; one is a number, where only units stand behind it
_LABELS = 5  # rows without numbers, one after the other, that a table goes on after
_MOST_CELLS = 40  # of a row; real tables have 15
_WIDEST = 45  # characters of a cell; longer ones are prose
_PROSE = 90  # characters; in longer lines, words that stand close are prose
_DENSE = 0.45  # of the height, the mean room of a character of prose
_APART = 4.5  # of the height: the widest gap between the rows of one table
_WRAPPED = 1.6  # of the height: lines nearer than that may be one label
_TIGHT = 0.87  # of the usual distance of the rows; lines of one label stand nearer
_LONG = 0.6  # of the room for labels; shorter ones are not continued for want of room


@dataclass(slots=True)
class _Table:
    """Rows whose numbers stand below each other; `columns` are without that of the labels."""

    rows: list[int]
    cells: list[list[Cell]]
    columns: list[Cell] = field(default_factory=list)
    drops: list[float] = field(default_factory=list)  # from row to row

    @property
    def left(self) -> float:
        return min(row[0].left for row in self.cells)

    @property
    def pitch(self) -> float:
        """The usual distance of two rows with numbers."""
        return median(self.drops) if self.drops else 0.0

    def has_no_label(self, first: Cell) -> bool:
        """Whether a row begins with this cell in one of the other columns."""
        inside = any(first.overlaps(c.left, c.right) for c in self.columns)
        return inside and first.left >= self.columns[0].left

    def fit(self, found: list[Cell]) -> list[Cell] | None:
        """The columns with those of a row; None when two of its cells fall into one column."""
        columns, taken = list(self.columns), set[int]()
        for cell in found:
            over = [k for k, c in enumerate(columns) if cell.overlaps(c.left, c.right)]
            if len(over) > 1 or taken.intersection(over):
                return None
            if not over:
                over = [len(columns)]
                columns.append(cell)
            taken.add(over[0])
            columns[over[0]] = _spanned([columns[over[0]], cell])
        return sorted(columns, key=lambda column: column.left)


def _spanned(found: Sequence[Cell]) -> Cell:
    return Cell("", min(cell.left for cell in found), max(cell.right for cell in found))


def tabulated(rows: Sequence[Row]) -> list[Line]:
    """The lines of a page, those of tables as Markdown; all others as they are."""
    if sum(_ends_in_figure(row.line.text) for row in rows) < 2:
        return [row.line for row in rows]
    lines: list[Line] = []
    done = 0
    for table in _tables(rows):
        if len(table.rows) < 2:
            continue
        head = head_above(rows, table.rows[0], done, table.columns, table.left)
        if not _is_table(table, head):
            continue
        lines += [row.line for row in rows[done : head.start]]
        rendered, done = _rendered(rows, table, head)
        blank = Line("", rendered[0].size, False, rendered[0].left)
        lines += [*([blank] if lines and lines[-1].text else []), *rendered]
        if done < len(rows):
            lines.append(blank)
    return [*lines, *(row.line for row in rows[done:])]


def _tables(rows: Sequence[Row]) -> Iterator[_Table]:
    table: _Table | None = None
    for index, row in enumerate(rows):
        found = _body_cells(row, 0.25 if table else 0.5)
        if table and found and _goes_on(rows, table, index) and _added(rows, table, index, found):
            continue
        if table and not found and _is_label(rows, table, index):
            continue
        if table:
            yield table
        table = _Table([index], [found], found[1:]) if len(found) > 1 else None
    if table:
        yield table


def _ends_in_figure(text: str) -> bool:
    return any(len(t) < _WIDEST and _FIGURE.fullmatch(t) for t in text.split()[-_TAIL:])


def _body_cells(row: Row, share: float) -> list[Cell]:
    """The cells of a row of which so many hold numbers; nothing for other rows."""
    text = row.line.text
    if not _ends_in_figure(text) or _LEADER.search(text):
        return []
    if len(text) > _PROSE and row.right - row.left < _DENSE * row.height * len(text):
        return []
    found = cells(row)
    others = found[1:]
    figures = [cell for cell in others if cell.is_figure]
    if (
        len(found) > _MOST_CELLS
        or all(cell.is_year for cell in figures)
        or any(len(c.text) > _WIDEST for c in others)
    ):
        return []  # years are a head
    many = len(others) > _TAIL and found[-1].is_rich
    return found if many or len(figures) >= share * len(others) else []


def _goes_on(rows: Sequence[Row], table: _Table, index: int) -> bool:
    """Whether the row stands right below the last one, not beside it or further down."""
    last, row = rows[table.rows[-1]], rows[index]
    drop = last.bottom - row.bottom
    steps = index - table.rows[-1]
    return 0.5 * row.height < drop < (_APART + 1.5 * (steps - 1)) * row.height


def _added(rows: Sequence[Row], table: _Table, index: int, found: list[Cell]) -> bool:
    """Adds the row to the table, if it fits its columns."""
    columns = table.fit(found if table.has_no_label(found[0]) else found[1:])
    if columns is None or columns[0].left < table.left:
        return False
    table.columns = columns
    if index == table.rows[-1] + 1:
        table.drops.append(rows[index - 1].bottom - rows[index].bottom)
    table.rows.append(index)
    table.cells.append(found)
    return True


def _is_label(rows: Sequence[Row], table: _Table, index: int) -> bool:
    """Whether a row without numbers stands in the column of the labels, not too far down."""
    row, last = rows[index], rows[index - 1]
    if index - table.rows[-1] > _LABELS:
        return False
    below = 0 < last.bottom - row.bottom < _APART * row.height
    inside = table.left - INDENT * row.height < row.left and row.right < table.columns[0].left
    return below and inside and not any(cell.is_figure for cell in cells(row)[1:])


def _is_table(table: _Table, head: Head) -> bool:
    found = [row[1:] for row in table.cells]
    several = sum(sum(cell.is_figure for cell in row) > 1 for row in found)
    rich = sum(any(cell.is_rich for cell in row) for row in found)
    if not head.texts and all(row[0].is_figure for row in table.cells):
        return False  # the ticks of a chart
    if len(table.rows) >= _FEWEST:
        return several * 2 >= len(found) or rich > 0
    return len(table.rows) > 1 and several > 1 and bool(head.texts)


def _rendered(rows: Sequence[Row], table: _Table, head: Head) -> tuple[list[Line], int]:
    """The lines of the table, and the index of the row after it."""
    texts = head.texts or [""] * (len(table.columns) + 1)
    first = rows[table.rows[0]].line
    lines = [markdown_row(texts), markdown_row(["---"] * len(texts))]
    found = dict(zip(table.rows, table.cells, strict=True))
    label = ""  # what of the label stands in the rows above
    start = head.end if head.texts else head.start
    for index in range(start, table.rows[-1] + 1):
        if index in found:
            body = _placed(found[index], table)
            body[0] = f"{label} {body[0]}".strip()
            label = ""
            lines.append(markdown_row(body))
        elif _is_wrapped(rows, table, index):
            label = f"{label} {rows[index].line.text}".strip()
        else:
            text = f"{label} {rows[index].line.text}".strip()
            label = ""
            lines.append(markdown_row([text, *[""] * len(table.columns)]))
    return [Line(text, first.size, False, first.left) for text in lines], table.rows[-1] + 1


def _placed(found: list[Cell], table: _Table) -> list[str]:
    """The text of each column; what stands before all of them is the label."""
    texts = [""] * (len(table.columns) + 1)
    for number, cell in enumerate(found):
        over = [k for k, c in enumerate(table.columns, 1) if cell.overlaps(c.left, c.right)]
        place = over[0] if over and (number or table.has_no_label(cell)) else 0
        texts[place] = f"{texts[place]} {cell.text}".strip()
    return texts


def _is_wrapped(rows: Sequence[Row], table: _Table, index: int) -> bool:
    """Whether the label goes on in the next row, for want of room."""
    row, below = rows[index], rows[index + 1]
    drop = row.bottom - below.bottom
    if row.line.text.endswith(":") or not drop > 0 or not below.words:
        return False
    word, left = below.words[0], table.left
    room = table.columns[0].left
    if word.text[0].islower() and drop < _WRAPPED * row.height:
        return True
    if drop < _TIGHT * table.pitch and row.right - left > _LONG * (room - left):
        return True
    return drop < _WRAPPED * row.height and row.right + word.right - word.left > room
