"""Outlook's storage of mails: MAPI properties in an OLE file, known by their numbers."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from tercet.loaders.mail.headers import text_of

if TYPE_CHECKING:
    from olefile import OleFileIO

PROPERTIES = "__properties_version1.0"
EMBEDDED = "__substg1.0_3701000D"  # the storage of a mail inside an attachment
_ROW = struct.Struct("<HHI8s")  # type, number, flags, value
_LONG, _TIME = 0x0003, 0x0040
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_STREAM = 2  # the kind of an OLE entry that holds bytes

_CODE_PAGES: dict[int, str] = {
    10000: "mac-roman",
    20127: "ascii",
    20866: "koi8-r",
    21866: "koi8-u",
    50220: "iso-2022-jp",
    51932: "euc-jp",
    51949: "euc-kr",
    54936: "gb18030",
    65000: "utf-7",
    65001: "utf-8",
}
"""Windows code pages that Python knows under another name than cp<number>."""
_ISO_8859 = 28590  # 28591 is ISO 8859-1, 28592 is ISO 8859-2, ...
_ISO_8859_PARTS = 16


class Storage:
    """A mail, recipient or attachment at `path` in the OLE file of `size` bytes.

    A property that is missing is empty. `code_page` is that of 8-bit texts.
    """

    def __init__(
        self, ole: OleFileIO, size: int, path: tuple[str, ...] = (), code_page: int = 0
    ) -> None:
        self._ole = ole
        self._size = size
        self._path = path
        self._code_page = code_page

    def text(self, number: int) -> str:
        wide = self._stream(f"__substg1.0_{number:04X}001F")
        if wide:
            return text_of(wide, "utf-16-le")
        return text_of(self._stream(f"__substg1.0_{number:04X}001E"), codec(self._code_page))

    def data(self, number: int) -> bytes:
        return self._stream(f"__substg1.0_{number:04X}0102")

    def number(self, number: int) -> int:
        kind, value = self._fixed.get(number, (0, b""))
        return int.from_bytes(value[:4], "little") if kind == _LONG else 0

    def time(self, number: int) -> datetime | None:
        """In UTC."""
        kind, value = self._fixed.get(number, (0, b""))
        ticks = int.from_bytes(value, "little")  # of a tenth of a microsecond
        if kind != _TIME or not ticks:
            return None
        try:
            return (_EPOCH + timedelta(microseconds=ticks // 10)).replace(microsecond=0)
        except OverflowError:
            return None

    def child(self, name: str) -> Storage:
        """The storage `name` in this one; where there is none, all of its properties are empty."""
        return Storage(self._ole, self._size, (*self._path, name), self._code_page)

    def children(self, prefix: str) -> list[Storage]:
        """The storages in this one whose names begin so, by name."""
        depth = len(self._path)
        below = (path for path in self._ole.listdir() if tuple(path[:depth]) == self._path)
        names = {path[depth] for path in below if len(path) > depth + 1}
        return [self.child(name) for name in sorted(names) if name.startswith(prefix)]

    def with_code_page(self, number: int) -> Storage:
        """The same, with the code page in the property `number` if it is there."""
        page = self.number(number) or self._code_page
        return Storage(self._ole, self._size, self._path, page)

    def is_there(self) -> bool:
        return bool(self._stream(PROPERTIES))

    @cached_property
    def _fixed(self) -> dict[int, tuple[int, bytes]]:
        """Number -> type and value of the properties that fit into eight bytes."""
        rows = self._stream(PROPERTIES)[_head(self._path) :]
        whole = rows[: len(rows) // _ROW.size * _ROW.size]
        return {number: (kind, value) for kind, number, _, value in _ROW.iter_unpack(whole)}

    def _stream(self, name: str) -> bytes:
        path = [*self._path, name]
        if not self._ole.exists(path) or self._ole.get_type(path) != _STREAM:
            return b""
        if self._ole.get_size(path) > self._size:
            raise ValueError("a stream is larger than its file")
        return bytes(self._ole.openstream(path).read())


def codec(code_page: int) -> str:
    """The name of a Windows code page in Python; "" for 0, which stands for an unknown one."""
    part = code_page - _ISO_8859
    if 0 < part <= _ISO_8859_PARTS:
        return f"iso-8859-{part}"
    return _CODE_PAGES.get(code_page, f"cp{code_page}" if code_page else "")


def _head(path: tuple[str, ...]) -> int:
    """Bytes before the rows of properties: they differ for the mail, a mail inside, the rest."""
    if not path:
        return 32
    return 24 if path[-1] == EMBEDDED else 8
