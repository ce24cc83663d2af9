"""What a passage from the middle of a table needs to be understood: the table's header."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from tercet.chunking.boundaries import TABLE

_LONGEST = 400  # characters; a longer header would outweigh the rows it explains
_HEADER = re.compile(r"[^\n]*\n[^\S\n]*\|(?:[^\S\n]*:?-+:?[^\S\n]*\|)+[^\S\n]*(?:\n|\Z)")


class _Table(NamedTuple):
    rows: int  # where the rows below the header begin
    end: int
    header: str


class Leads:
    """The headers of the Markdown tables of a text, by the places below them."""

    def __init__(self, text: str) -> None:
        self._tables = [
            _Table(header.end(), table.end(), header.group().strip())
            for table in TABLE.finditer(text)
            if (header := _HEADER.match(text, table.start(), table.end()))
        ]

    def at(self, place: int) -> str:
        """The header row and the row of dashes of the table among whose rows `place` lies.

        "" outside of tables, in a header itself, and where the header has over 400 characters.
        """
        index = bisect_right(self._tables, place, key=lambda table: table.rows) - 1
        if index < 0 or place >= self._tables[index].end:
            return ""
        header = self._tables[index].header
        return header if len(header) <= _LONGEST else ""
