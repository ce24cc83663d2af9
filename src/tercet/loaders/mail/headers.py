"""The headers of internet mail: raw lines in, text, persons and dates out; nothing is raised.

The header classes of the standard library stumble over what real mails hold (unknown charsets,
raw bytes, broken encoded words), so they are not used.
"""

from __future__ import annotations

import binascii
import codecs
import re
from datetime import UTC, datetime

from tercet.loaders.decoding import clean, decode, writable
from tercet.loaders.mail.shape import Person, one_line

_WORD = re.compile(r"=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_WIDER: dict[str, str] = {
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "shift_jis": "cp932",
}
"""Charset -> the larger one that mailers use under its name."""

# Codecs that are no charsets of mails, or slow; ASCII with higher bytes is anything.
_GUESSED = frozenset({"ascii", "idna", "punycode", "raw-unicode-escape", "unicode-escape"})


def text_of(data: bytes, charset: str) -> str:
    """The text in `data`: by `charset` if that can be, else by what it looks like."""
    try:
        name = codecs.lookup(charset.strip()).name
        if name not in _GUESSED:
            return writable(clean(data.decode(_WIDER.get(name, name))))
    except (LookupError, ValueError):
        pass  # no charset, an unknown or a wrong one
    return writable(clean(decode(data)))


def decoded(raw: str) -> str:
    """A header's value on one line; encoded words and raw bytes become what they stand for."""
    text, end = _without_bytes(raw), 0
    runs: list[tuple[str, bytes]] = []
    for word in _WORD.finditer(text):
        between, charset = text[end : word.start()], word[1].lower()
        if between.strip() or not end:  # white space between two encoded words means nothing
            runs.append(("utf-8", between.encode()))
        data = _bytes_of(word)
        if end and runs[-1][0] == charset:  # a character may begin in one word, end in the next
            data = runs.pop()[1] + data
        runs.append((charset, data))
        end = word.end()
    runs.append(("utf-8", text[end:].encode()))
    return one_line("".join(text_of(data, charset) for charset, data in runs))


def persons(raw: str) -> list[Person]:
    """The people in the value of a From, To or Cc header."""
    from email.utils import getaddresses

    try:
        pairs = getaddresses([_without_bytes(raw)])
    except RecursionError:  # hundreds of nested comments
        pairs = []
    found = [Person(decoded(name), decoded(address)) for name, address in pairs if name or address]
    whole = decoded(raw)
    return found or ([Person(whole, "")] if whole else [])


def moment(raw: str) -> datetime | None:
    """The value of a Date header; without an offset it is taken as UTC."""
    from email.utils import parsedate_to_datetime

    try:
        date = parsedate_to_datetime(decoded(raw))
    except (TypeError, ValueError, LookupError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _without_bytes(raw: str) -> str:
    """Header text in which the parser has left raw bytes as surrogates, as text."""
    return raw if raw.isascii() else decode(raw.encode("utf-8", "surrogateescape"))


def _bytes_of(word: re.Match[str]) -> bytes:
    """The bytes in an encoded word; the word itself if it is broken."""
    content = word[3].encode()
    try:
        if word[2] in "bB":
            return binascii.a2b_base64(content + b"==")
        return binascii.a2b_qp(content, header=True)
    except ValueError:
        return word[0].encode()
