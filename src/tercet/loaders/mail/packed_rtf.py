"""Rich Text as Outlook packs it (MS-OXRTFCP): a simple dictionary coder."""

from __future__ import annotations

import struct

_HEAD = struct.Struct("<II4sI")  # packed size, size, kind, checksum
_PACKED, _STORED = b"LZFu", b"MELA"
_WINDOW = 4096
_LEAST = 2  # the shortest copy; lengths are counted from it
_START = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
"""What the window holds before the first byte."""


def unpacked(data: bytes) -> bytes:
    """The RTF in `data`, up to where it breaks off; b"" if it is none."""
    if len(data) < _HEAD.size:
        return b""
    _, size, kind, _ = _HEAD.unpack_from(data)
    body = data[_HEAD.size :]
    if kind == _STORED:
        return body[:size]
    return _decoded(body)[:size] if kind == _PACKED else b""


def _decoded(body: bytes) -> bytes:
    """A byte tells of each of the eight items after it whether it is a byte or a copy."""
    out, at = bytearray(_START), 0
    while at < len(body):
        flags, at = body[at], at + 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += body[at : at + 1]
                at += 1
            elif not _copy(out, body[at : at + 2]):
                return bytes(out[len(_START) :])
            else:
                at += 2
    return bytes(out[len(_START) :])


def _copy(out: bytearray, code: bytes) -> bool:
    """Append what the code stands for; False when it is the mark of the end, or cut off."""
    value = int.from_bytes(code, "big")
    start, length = value >> 4, (value & 15) + _LEAST
    back = (len(out) - start) % _WINDOW
    if len(code) < 2 or not back:  # where the next byte will go there is nothing to copy
        return False
    begin = len(out) - back
    if begin < 0:
        return False
    for index in range(begin, begin + length):  # it may reach into what it appends
        out.append(out[index])
    return True
