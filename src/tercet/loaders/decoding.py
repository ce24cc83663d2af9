"""Bytes to text: byte order marks, UTF-8, UTF-16 without a mark, then the older encodings."""

from __future__ import annotations

import codecs
import re

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes({*range(32), 127} - set(b"\t\n\r\f\b\x1b"))
_CONTROL_SHARE = 0.03  # plain text has none; random bytes have .10
_STRAY_CONTROLS = 2  # a short text may hold that many
_NUL_SHARE = 0.02  # of one byte of each pair: spaces and line ends are rarer in no script
_DAMAGE_SHARE = 0.05  # undecodable bytes per non-ASCII character that still count as UTF-8
_GUESS_BYTES = 65536
_GUESS_MINIMUM = 64  # non-ASCII bytes below which statistics only guess
_DENSE, _DENSE_MINIMUM = 0.3, 12  # of such a share, few are enough: it is no Western language
_NEWLINES = re.compile("\r\n?")


def decode(data: bytes) -> str:
    """The text in `data`, whatever its encoding; never raises.

    Order: byte order mark; UTF-16 by its zero bytes; UTF-8, a few broken bytes tolerated;
    `charset_normalizer`, where installed and where there is enough to judge; Windows-1252.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    return _utf16(data) or _utf8(data) or _guessed(data) or data.decode("cp1252", "replace")


def clean(text: str) -> str:
    """`text` with every line end as a newline, and without NULs and byte order marks."""
    return _NEWLINES.sub("\n", text.replace("\0", "")).removeprefix("\ufeff")


def writable(text: str) -> str:
    """`text` with lone surrogates spelled out (\\udce9), since UTF-8 cannot hold them.

    File names that are not UTF-8 have them, and YAML escapes can make them.
    """
    return text.encode("utf-8", errors="backslashreplace").decode("utf-8")


def looks_binary(head: bytes) -> bool:
    """Whether `head`, the first bytes of a file, cannot be text in any encoding."""
    if any(head.startswith(mark) for mark, _ in _MARKS) or _utf16(head[: len(head) & ~1]):
        return False
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls > max(_STRAY_CONTROLS, _CONTROL_SHARE * len(head))


def _utf16(data: bytes) -> str:
    """The text if zero bytes stand in one place of the pairs and hardly in the other."""
    half = len(data) // 2
    if half == 0 or b"\0" not in data[:_GUESS_BYTES]:
        return ""
    high, low = data[1::2].count(0), data[0::2].count(0)
    if max(high, low) <= _NUL_SHARE * half or min(high, low) > 0.1 * max(high, low):
        return ""
    if max(high, low) < half / 2 and _is_utf8(data.replace(b"\0", b"")[:_GUESS_BYTES]):
        return ""  # stray zero bytes in text that is sound without them
    try:
        text = data.decode("utf-16-le" if high > low else "utf-16-be")
    except UnicodeDecodeError:
        return ""
    return "" if _private(text) else text


def _is_utf8(data: bytes) -> bool:
    """Whether `data` is UTF-8 text without controls; its last character may be cut."""
    broken = data.decode("utf-8", errors="replace").count("\ufffd")
    return broken <= 1 and data.translate(None, _CONTROLS) == data


def _private(text: str) -> bool:
    """Whether `text` has characters that no writer of text uses: controls, private use."""
    sample = text[:_GUESS_BYTES]
    odd = sum((c < " " and c not in "\t\n\r\f") or "\ue000" <= c <= "\uf8ff" for c in sample)
    return odd > _CONTROL_SHARE * len(sample)


def _utf8(data: bytes) -> str:
    text = data.decode("utf-8", errors="replace")
    if data.isascii() or "\ufffd" not in text:
        return text
    letters = sum(not character.isascii() for character in text)
    damaged = text.count("\ufffd") - data.count("\ufffd".encode())
    return text if damaged <= _DAMAGE_SHARE * letters else ""


def _guessed(data: bytes) -> str:
    sample = data[:_GUESS_BYTES]
    high = sum(byte > 127 for byte in sample)
    dense = high >= _DENSE * len(b"".join(sample.split()))
    if high < (_DENSE_MINIMUM if dense else _GUESS_MINIMUM):
        return ""
    try:
        from charset_normalizer import from_bytes
    except ImportError:
        return ""
    best = from_bytes(sample).best()
    return data.decode(best.encoding, errors="replace") if best else ""
