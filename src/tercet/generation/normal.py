"""Text as it is compared with a quote: white space, hyphenation and quotation marks made one kind.

Digits, letters and signs stay as they are, but for letters and digits that are the same in another
form: ligatures, full width, composed accents. What raises a digit or makes it a fraction is kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import NamedTuple

# A class of characters each, without its brackets.
DASHES = "\\-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
HYPHENS = "\\-\u2010\u2011"  # those inside words
INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
# Scripts that put no spaces between words.
SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"

_LETTER = r"[^\W\d_]"
_BREAK = rf"[ \t]*\r?\n[\s{INVISIBLE}]*"
_SPECIAL = re.compile(
    rf"(?P<broken>(?<={_LETTER})[{HYPHENS}\u00ad]{_BREAK}(?={_LETTER}))"
    rf"|(?P<hyphen>(?<={_LETTER})[{DASHES}](?={_LETTER}))"
    rf"|(?P<dash>(?<=\w)[{DASHES}])(?:{_BREAK})(?=\w)"
    rf"|(?P<nothing>[\s{INVISIBLE}]+(?=[%‰°)\]}}])|(?<=[€$£¥(\[{{])[\s{INVISIBLE}]+"
    rf"|(?<=[{SPACELESS}])\s+(?=[{SPACELESS}]))"
    rf"|(?P<space>[{INVISIBLE}]*(?: [\s{INVISIBLE}]+|[^\S ][\s{INVISIBLE}]*))"
    rf"|(?P<invisible>[{INVISIBLE}]+)"
    r"|(?P<ellipsis>\.{3,}|…|\. \. \.)"
    r"|(?P<composed>.[\u0300-\u036f]+)"
    r"|(?P<other>[^\x00-\x21\x23-\x5f\x61-\u00a0])"
)
_SINGLE = "'`´\u2018\u2019\u201a\u201b\u2039\u203a\u2032\u02bc\u02b9\uff07"
_DOUBLE = '"\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02\u300c\u300d\u300e\u300f'
_SAME = {
    **dict.fromkeys(_SINGLE + _DOUBLE, "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
}
# Decompositions that change how a character looks, and nothing that it says.
_FORMS = ("<wide>", "<narrow>", "<isolated>", "<initial>", "<medial>", "<final>")


class Normal(NamedTuple):
    """A text to compare. Character i stands for [starts[i], ends[i]) of the text it was made of.

    Hyphens inside words are left out of `text`; `hyphens` has them by the index of the letter that
    follows, with whether a line ended there, so that the hyphen may not be part of the word.
    """

    text: str
    starts: list[int]
    ends: list[int]
    hyphens: Mapping[int, bool]


def normalise(text: str) -> Normal:
    """The text in the form in which quotes are compared, with the way back."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    hyphens: dict[int, bool] = {}
    for piece, start, end in _pieces(text):
        if piece is None or isinstance(piece, bool):
            if isinstance(piece, bool):
                hyphens[len(starts)] = piece
            continue
        parts.append(piece)
        if len(piece) == end - start and text.startswith(piece, start):
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        else:
            starts.extend([start] * len(piece))
            ends.extend([end] * len(piece))
    return Normal("".join(parts), starts, ends, hyphens)


def _pieces(text: str) -> Iterator[tuple[str | bool | None, int, int]]:
    """What stands for [start, end): text; a hyphen inside a word, whether broken; or nothing."""
    last = 0
    for match in _SPECIAL.finditer(text):
        start, end = match.span()
        if start > last:
            yield text[last:start], last, start
        yield _piece(match), start, end
        last = end
    if last < len(text):
        yield text[last:], last, len(text)


def _piece(match: re.Match[str]) -> str | bool | None:
    kind, found = match.lastgroup, match.group()
    if kind in ("broken", "hyphen"):
        return kind == "broken"
    if kind in ("nothing", "invisible"):
        return None
    if kind in ("space", "dash", "ellipsis"):
        return {"space": " ", "dash": "-", "ellipsis": "…"}[kind]
    if kind == "composed":
        return unicodedata.normalize("NFC", found)
    return _same(found, match.string[match.start() - 1 : match.start()])


def _same(found: str, before: str) -> str:
    """The character that stands for all of its kind; after a digit, a mark may be minutes or
    inches, so that one and two strokes stay two things."""
    if found in _DOUBLE and before.isdigit():
        return '"'
    if found in _SAME:
        return _SAME[found]
    form = unicodedata.decomposition(found)
    if form.startswith(_FORMS) or "\ufb00" <= found <= "\ufb06":
        return unicodedata.normalize("NFKC", found)
    return found
