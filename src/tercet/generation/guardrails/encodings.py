"""Parts of a text that are written in code, and what they say."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import unquote_plus

MOST = 4096  # characters of one coded part that are decoded
_PRINTABLE = 0.9  # share of decoded characters below which it was no text


class Decoded(NamedTuple):
    """What [start, end) of a text says, and the code it is in."""

    start: int
    end: int
    text: str
    code: str


def _base64(part: str) -> bytes:
    body = "".join(part.split()).replace("-", "+").replace("_", "/").rstrip("=")
    return base64.b64decode(body + "=" * (-len(body) % 4))


def _hex(part: str) -> bytes:
    return bytes.fromhex(re.sub(r"\\x|0x|[\s:,]", "", part))


_WRAPPED = r"(?:[A-Za-z0-9+/]{60,76}\r?\n){1,60}[A-Za-z0-9+/]{1,76}={0,2}"
_BASE64 = rf"[A-Za-z0-9+/_-]{{16,{MOST}}}={{0,2}}"
_HEX = rf"(?<![^\W_])(?:(?:\\x|0x)?[0-9A-Fa-f]{{2}}[ :,]?){{8,{MOST // 2}}}"
_PERCENT = rf"(?=[\w.+-]{{0,99}}%)[\w.+%-]{{8,{MOST}}}"
_REFERENCES = rf"(?=[^&\n]{{0,99}}&#)[^\n]{{8,{MOST}}}"

# The code, what a text in it holds (to pass over all others quickly), its form, and the way back.
_CODES: tuple[tuple[str, str, str, Callable[[str], bytes | str]], ...] = (
    ("base64", "\n", _WRAPPED, _base64),
    ("base64", "", _BASE64, _base64),
    ("hex", "", _HEX, _hex),
    ("percent encoding", "%", _PERCENT, unquote_plus),
    ("character references", "&#", _REFERENCES, html.unescape),
)


def decoded_parts(text: str) -> Iterator[Decoded]:
    """The parts that decode to text. Linear."""
    for code, sign, pattern, decode in _CODES:
        for part in re.finditer(pattern, text) if sign in text else ():
            said = _decode(part[0], decode)
            if said and said != part[0]:
                yield Decoded(part.start(), part.end(), said, code)


def _decode(part: str, decode: Callable[[str], bytes | str]) -> str:
    try:
        said = decode(part)
        said = said.decode("utf-8") if isinstance(said, bytes) else said
    except (binascii.Error, ValueError):
        return ""
    seen = sum(character.isprintable() or character.isspace() for character in said)
    return said if seen >= _PRINTABLE * len(said) else ""
