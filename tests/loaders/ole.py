"""Writes OLE files, and Outlook mails in them, for the tests of what reads them."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple, TypeAlias

Tree: TypeAlias = "Mapping[str, bytes | Tree]"

SECTOR, MINI, CUTOFF = 512, 64, 4096
END, FREE, FAT, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
ROOT, STORAGE, STREAM = 5, 1, 2


class Entry(NamedTuple):
    name: str
    kind: int
    content: bytes = b""
    child: int = NONE
    right: int = NONE


def ole(tree: Tree) -> bytes:
    """An OLE file with these storages and streams."""
    entries = _entries(tree)
    small = [e.content if e.kind == STREAM and len(e.content) < CUTOFF else b"" for e in entries]
    mini, mini_starts, mini_fat = _chained(small, MINI)
    large = [e.content if e.kind == STREAM and len(e.content) >= CUTOFF else b"" for e in entries]
    mini_table = struct.pack(f"<{len(mini_fat)}I", *mini_fat)
    directory_size = b"\0" * 128 * len(entries)
    body, starts, fat = _chained([*large, mini, mini_table, directory_size], SECTOR)
    mini_at, table_at, directory_at = starts[-3:]
    records = b"".join(
        _record(entry, mini_starts[i] if small[i] else starts[i], len(entry.content))
        if i
        else _record(entry, mini_at, len(mini))
        for i, entry in enumerate(entries)
    )
    body = bytearray(body)
    body[directory_at * SECTOR : directory_at * SECTOR + len(records)] = records
    sectors = len(body) // SECTOR
    count = next(n for n in range(1, 110) if n * (SECTOR // 4) >= sectors + n)
    table = [*fat, *([FAT] * count)]
    table += [FREE] * (count * SECTOR // 4 - len(table))
    head = _header(count, directory_at, table_at if mini_fat else END, len(mini_fat), sectors)
    return head + bytes(body) + struct.pack(f"<{len(table)}I", *table)


def _entries(tree: Tree) -> list[Entry]:
    found = [Entry("Root Entry", ROOT)]

    def add(branch: Tree) -> int:
        """The index of the first child; siblings follow to the right."""
        previous, first = NONE, NONE
        for name, content in branch.items():
            index = len(found)
            is_stream = isinstance(content, bytes)
            found.append(
                Entry(name, STREAM if is_stream else STORAGE, content if is_stream else b"")
            )
            if not is_stream:
                found[index] = found[index]._replace(child=add(content))
            if previous == NONE:
                first = index
            else:
                found[previous] = found[previous]._replace(right=index)
            previous = index
        return first

    found[0] = found[0]._replace(child=add(tree))
    return found


def _chained(contents: list[bytes], size: int) -> tuple[bytes, list[int], list[int]]:
    """All contents in sectors, where each begins, and the table of which follows which."""
    body, starts, table = b"", [], []
    for content in contents:
        count = -(-len(content) // size)
        begin = len(table)
        starts.append(begin if count else END)
        table += [*range(begin + 1, begin + count), END] if count else []
        body += content.ljust(count * size, b"\0")
    return body, starts, table


def _record(entry: Entry, start: int, size: int) -> bytes:
    name = entry.name.encode("utf-16-le")
    return (
        name.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(name) + 2, entry.kind, 1, NONE, entry.right, entry.child)
        + bytes(36)
        + struct.pack("<IQ", start if size else END, size)
    )


def _header(fats: int, directory: int, mini_table: int, minis: int, fat_at: int) -> bytes:
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, fats, directory, 0, CUTOFF,
                        mini_table, -(-minis * 4 // SECTOR), END, 0)  # fmt: skip
    places = [*range(fat_at, fat_at + fats), *([FREE] * (109 - fats))]
    return head + struct.pack("<109I", *places)


def properties(head: int, numbers: Mapping[int, int | datetime]) -> bytes:
    """The stream of properties of fixed size after a head of so many bytes."""
    return bytes(head) + b"".join(_rows(numbers))


def _rows(numbers: Mapping[int, int | datetime]) -> Iterator[bytes]:
    for number, value in numbers.items():
        if isinstance(value, datetime):
            ticks = int((value - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
            yield struct.pack("<HHIQ", 0x0040, number, 6, ticks)
        else:
            yield struct.pack("<HHIQ", 0x0003, number, 6, value)


def texts(values: Mapping[int, str]) -> dict[str, bytes]:
    return {f"__substg1.0_{n:04X}001F": text.encode("utf-16-le") for n, text in values.items()}


def narrow(values: Mapping[int, bytes]) -> dict[str, bytes]:
    return {f"__substg1.0_{n:04X}001E": text for n, text in values.items()}


def binary(values: Mapping[int, bytes]) -> dict[str, bytes]:
    return {f"__substg1.0_{n:04X}0102": data for n, data in values.items()}
