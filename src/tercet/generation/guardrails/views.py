"""A text as it would read without its disguise: one view for each that it may have."""

from __future__ import annotations

import codecs
import functools
import re
from array import array
from collections.abc import Iterator

from tercet.generation.guardrails.folding import View, fold, with_latin_letters, without_digits
from tercet.generation.guardrails.lexicon import lexicon

_LEET = re.compile(r"[a-z][0134578@$!|]+[a-z]|\b[134578@$|][a-z]")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u058f\u0251-\u028b\ua7b5]")
_SPLIT = re.compile(r"-[ \t]*\n[ \t]*(?=[^\W\d_])|(?<=[^\W\d_])[/*·|_.\-](?=[^\W\d_])")
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_] ){3,}[^\W\d_](?![^\W_])")
# Tag characters (Unicode block E0000) are invisible ASCII; flags use at most seven of them.
TAGS = re.compile(r"[\U000e0020-\U000e007e]{8,}")
_TO_ROT13 = str.maketrans({chr(97 + i): codecs.encode(chr(97 + i), "rot13") for i in range(26)})


def views(text: str) -> Iterator[View]:
    """The folded text, and how it reads with each disguise undone that it seems to have."""
    plain = fold(text)
    yield plain
    for view in _respelled(plain):
        if any(word in view.text for word in _orders("")):
            yield view
    if any(word in plain.text for word in _orders("rot13")):
        yield plain.derived(plain.text.translate(_TO_ROT13), "rot13")
    if any(word in plain.text for word in _orders("reversed")):
        yield View(plain.text[::-1], plain.origin[::-1], "reversed")
    if tagged := [i for i, c in enumerate(text) if "\U000e0020" <= c <= "\U000e007e"]:
        said = "".join(chr(ord(text[i]) - 0xE0000) for i in tagged)
        yield View(said.lower(), tagged, "tag characters")


def _respelled(plain: View) -> Iterator[View]:
    """The views in which words are spelled out."""
    if _OTHER_SCRIPT.search(plain.text):
        yield with_latin_letters(plain)
    if _LEET.search(plain.text):
        yield without_digits(plain)
        if "1" in plain.text:
            yield without_digits(plain.derived(plain.text.replace("1", "l"), ""))
    if _SPACED.search(plain.text):
        yield _without(plain, _spaces(plain.text), "spaced letters")
    if _SPLIT.search(plain.text):
        yield _without(plain, (m.span() for m in _SPLIT.finditer(plain.text)), "split words")


@functools.cache
def _orders(disguise: str) -> tuple[str, ...]:
    """The words for what a model was told, in a disguise: one of them stands in nearly every
    order, so that a text without any need not be read once more."""
    known = lexicon()
    entries = sorted(
        entry
        for entry, meanings in (known.words | known.stems).items()
        if any(kind == "orders" for _, kind in meanings)
    )
    if disguise == "rot13":
        return tuple(e.translate(_TO_ROT13) for e in entries if e.isascii() and len(e) > 3)
    if disguise == "reversed":
        return tuple(e[::-1] for e in entries if len(e) > 3)
    return tuple(entries)


def _spaces(text: str) -> Iterator[tuple[int, int]]:
    for run in _SPACED.finditer(text):
        yield from ((at, at + 1) for at in range(run.start() + 1, run.end(), 2))


def _without(view: View, spans: Iterator[tuple[int, int]], disguise: str) -> View:
    """The view without the characters of `spans`."""
    pieces: list[str] = []
    origin = array("q")
    begin = 0
    for start, end in [*spans, (len(view.text), len(view.text))]:
        pieces.append(view.text[begin:start])
        origin.extend(view.origin[begin:start])
        begin = end
    return View("".join(pieces), origin, disguise)
