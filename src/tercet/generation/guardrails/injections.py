"""Orders to a model inside a text: where they are, what they want, how they hide."""

from __future__ import annotations

from collections.abc import Iterator

from tercet.generation.guardrails.encodings import decoded_parts
from tercet.generation.guardrails.families import find_orders
from tercet.generation.guardrails.finding import Finding, merged
from tercet.generation.guardrails.folding import View
from tercet.generation.guardrails.signs import find_forms
from tercet.generation.guardrails.views import TAGS, views

_DEPTH = 2  # codes within codes
_COMPACT = ("spaced letters", "split words")


def find_injections(text: str) -> list[Finding]:
    """The orders to a model in a text, by place, with offsets into `text`.

    An order is found by its words (sixteen languages: phrases.toml), by its form (signs.py), and
    in disguise: look-alike letters, leetspeak, spaces or signs between letters, rot13, reversed,
    invisible characters, base64, hex, percent encoding, character references, two deep. Time is
    linear in the text. It finds what is known; it is no proof that nothing else is there.
    """
    return merged([*_unseen(text), *_findings(text, _DEPTH)])


def _findings(text: str, depth: int) -> Iterator[Finding]:
    for view in views(text):
        yield from _in_view(view)
    if depth:
        for part in decoded_parts(text):
            for found in _findings(part.text, depth - 1):
                yield Finding(part.start, part.end, found.rule, part.code)


def _in_view(view: View) -> Iterator[Finding]:
    for match in find_orders(view.text, compact=view.disguise in _COMPACT):
        yield Finding(*view.span(match.start, match.end), match.rule, view.disguise)
    # What is told by signs and spaces does not survive the loss of them.
    if view.disguise not in ("leetspeak", *_COMPACT):
        for match in find_forms(view.text):
            yield Finding(*view.span(match.start, match.end), match.rule, view.disguise)


def _unseen(text: str) -> Iterator[Finding]:
    for run in TAGS.finditer(text):
        yield Finding(run.start(), run.end(), "hidden", "tag characters")
