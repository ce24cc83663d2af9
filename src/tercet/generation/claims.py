"""What a model wrote, as claims with quotes.

The format it is asked for (`tercet.generation.prompts`) is a line `CLAIM: ...` and below it lines
`QUOTE [n]: ...`. JSON with the same fields is read too, whole or by lines; code fences, emphasis,
bullets and commas too many do no harm. What has none of this is prose, and no claims.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

MARKER = re.compile(r"\[(\d+(?:\s*,\s*\d+)*)\]")

_MARKS = r"[\s>*_#`•\-]*(?:\d+[.)]\s+)?[*_`]*"
_CLAIM = re.compile(rf"{_MARKS}CLAIM\b[*_`]*(?:\s*\[?\d+\]?)?\s*[*_`]*[:：][*_`]*\s*(.*)", re.I)
_QUOTE = re.compile(
    rf"{_MARKS}(?:QUOTE|SOURCE)\b[*_`]*\s*(?:[\[(#]?\s*(?:passage\s*)?(\d+)\s*[\])]?)?"
    r"\s*[*_`]*[:：][*_`]*\s*(.*)",
    re.I,
)
_PASSAGE_FIRST = re.compile(r"\s*[\[(]\s*(?:passage\s*)?(\d+)\s*[\])][:：]?\s*", re.I)
_PASSAGE_LAST = re.compile(r"(?<=\S)\s*[\[(](?:passage\s*)?(\d+)[\])][.\s]*\Z", re.I)
_FENCE = re.compile(r"^[ \t]*```[\w-]*[ \t]*$", re.MULTILINE)
_SPARE_COMMA = re.compile(r",(?=\s*[\]}])")
_MOST_FAILURES = 50  # brackets that begin no JSON; each may cost as much time as the text is long
_OPENING = re.compile(r"[\[{]")
_NUMBER = re.compile(r"\d+")


class Quoted(NamedTuple):
    """A quote, and the passage that the model took it from if it said so."""

    text: str
    marker: int | None = None


class Claim(NamedTuple):
    """A claim, its quotes, and the markers that stand in its text, which are taken out of it."""

    text: str
    quotes: tuple[Quoted, ...] = ()
    markers: tuple[int, ...] = ()


def parse_claims(written: str) -> list[Claim]:
    """The claims in their order; empty if the model wrote prose. Nothing is raised."""
    text = _FENCE.sub("", written).strip()
    return list(_from_json(text)) or list(_from_lines(text))


def markers_of(text: str) -> list[int]:
    """The numbers in the markers of a text: [1], [2, 3]."""
    return [int(number) for group in MARKER.findall(text) for number in group.split(",")]


def without_markers(text: str) -> str:
    """The text without its markers and the spaces before them."""
    return re.sub(rf"[ \t]*{MARKER.pattern}", "", text).strip()


def _from_lines(text: str) -> Iterator[Claim]:
    claim: str | None = None
    quotes: list[list[Any]] = []
    for line in text.splitlines():
        if found := _CLAIM.match(line):
            if claim is not None:
                yield _claim(claim, quotes)
            claim, quotes = found[1], []
        elif claim is None:
            continue  # what a model says before it begins
        elif found := _QUOTE.match(line):
            quotes.append([found[2], found[1]])
        elif line.strip():  # a claim or quote goes on
            if quotes:
                quotes[-1][0] += f"\n{line}"
            else:
                claim += f" {line.strip()}"
    if claim is not None:
        yield _claim(claim, quotes)


def _claim(text: str, quotes: list[list[Any]]) -> Claim:
    read = (_quoted(words, number and int(number)) for words, number in quotes)
    bare = text.strip().strip("*_` ")
    return Claim(
        without_markers(bare),
        tuple(quote for quote in read if quote.text),
        tuple(dict.fromkeys(markers_of(bare))),
    )


def _quoted(text: str, marker: int | None) -> Quoted:
    """The quote with its passage, which may stand at either end of it too."""
    if marker is None and (found := _PASSAGE_FIRST.match(text) or _PASSAGE_LAST.search(text)):
        marker = int(found[1])
        text = text[: found.start()] + text[found.end() :]
    return Quoted(text.strip(), marker)


def _from_json(text: str) -> Iterator[Claim]:
    if "{" not in text or '"claim' not in text.lower():
        return
    for value in _values(_SPARE_COMMA.sub("", text)):
        for item in _items(value):
            if claim := _claim_of(item):
                yield claim


def _values(text: str) -> Iterator[Any]:
    """The JSON values in a text, whatever stands between them."""
    decoder = json.JSONDecoder(strict=False)
    at, failures = 0, 0
    while failures < _MOST_FAILURES and (opening := _OPENING.search(text, at)):
        try:
            value, at = decoder.raw_decode(text, opening.start())
        except (json.JSONDecodeError, RecursionError):
            at, failures = opening.end(), failures + 1
            continue
        yield value


def _items(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _items(item)
    elif isinstance(value, dict):
        fields = {str(name).lower(): item for name, item in value.items()}
        if isinstance(fields.get("claims"), list):
            yield from _items(fields["claims"])
        else:
            yield fields


def _claim_of(fields: dict[str, Any]) -> Claim | None:
    text = fields.get("claim")
    if not isinstance(text, str) or not text.strip():
        return None
    given = fields.get("quotes", fields.get("quote", []))
    own = _marker(fields)
    quotes: list[Quoted] = []
    for quote in given if isinstance(given, list) else [given]:
        if isinstance(quote, dict):
            inner = {str(name).lower(): item for name, item in quote.items()}
            words = inner.get("quote", inner.get("text", ""))
            quotes.append(_quoted(str(words), _marker(inner) or own))
        elif isinstance(quote, str):
            quotes.append(_quoted(quote, own))
    kept = tuple(quote for quote in quotes if quote.text)
    return Claim(without_markers(text), kept, tuple(dict.fromkeys(markers_of(text))))


def _marker(fields: dict[str, Any]) -> int | None:
    for name in ("passage", "marker", "number", "source"):
        found = _NUMBER.search(str(fields.get(name, "")))
        if found:
            return int(found[0])
    return None
