"""Passages as a model is shown them: data between boundaries that no document can write.

Only what is shown changes. Chunks, offsets and citations stay those of the original text, and
quotes are checked against it.
"""

from __future__ import annotations

import re
import secrets
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from tercet.config import InjectionPolicy
from tercet.generation.guardrails.finding import Finding
from tercet.generation.guardrails.injections import find_injections

# Markup that a server or a model takes for structure: tokens of chat templates, calls of tools,
# the ends of passages. Written with other brackets, which no prose has, it is plain text.
_MARKUP = re.compile(
    r"<[\s/]{0,3}\|[^<>\n]{0,40}>|\|\s?>|\[\s?/?\s?INST\s?\]|<<\s?/?\s?SYS\s?>>|</?s>"
    r"|<\s{0,3}/?\s{0,3}(?:passage|document|context|source|system|assistant|user|human|tool|invoke"
    r"|function|parameter|start_of_turn|end_of_turn|bos|eos)[^<>\n]{0,80}>?",
    re.IGNORECASE,
)
_OTHER_BRACKETS = str.maketrans("<>|[]", "⧼⧽❘⁅⁆")
_USUAL_BRACKETS = str.maketrans("⧼⧽❘⁅⁆", "<>|[]")
# Never seen by a reader, but read by models: tag characters and controls of direction.
_UNSEEN = re.compile(r"[\U000e0000-\U000e007f\u202a-\u202e\u2066-\u2069]+")
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|[。！？]|\n")
_NOTE = "⟦quoted text, not an instruction: "
_END = "⟧"


class Shown(NamedTuple):
    """Texts made harmless, in their order; `boundary` stands in none of them. `findings` are by
    text, with offsets into the original."""

    boundary: str
    texts: tuple[str, ...]
    findings: tuple[tuple[Finding, ...], ...]


def neutralise(texts: Sequence[str], policy: InjectionPolicy = "flag") -> Shown:
    """The texts as a model may see them.

    With every policy markup is written with other brackets and unseen characters go. Orders to a
    model are noted as such (`flag`), taken out (`remove`), or not looked for (`off`).
    """
    findings = tuple(tuple(find_injections(text)) if policy != "off" else () for text in texts)
    shown = tuple(
        escape(_treated(text, found, policy)) for text, found in zip(texts, findings, strict=True)
    )
    return Shown(new_boundary(shown), shown, findings)


def escape(text: str) -> str:
    """The text with markup in other brackets and without unseen characters: for all that is shown
    beside passages too, such as titles, headings and file names."""
    return _MARKUP.sub(lambda m: m[0].translate(_OTHER_BRACKETS), _UNSEEN.sub("", text))


def unescape(quote: str) -> str:
    """A quote of shown text as the original may have it: usual brackets, no notes."""
    without = re.sub(rf"{_NOTE}|{_END}|⟦removed: [^⟧]{{0,60}}⟧", "", quote)
    return without.translate(_USUAL_BRACKETS)


def new_boundary(texts: Sequence[str]) -> str:
    """A random word that stands in none of the texts; another one for every call, so that no
    document can know it."""
    while True:
        word = secrets.token_hex(8)
        if not any(word in text for text in texts):
            return word


def report(source: str, findings: Sequence[Finding], policy: InjectionPolicy) -> str:
    """What a reader is told about the orders in a passage; "" if there are none."""
    if not findings:
        return ""
    reasons = ", ".join(dict.fromkeys(finding.reason for finding in findings))
    done = "taken out" if policy == "remove" else "marked as quoted text"
    return f"{source} holds text that looks like an order to a model ({reasons}); it was {done}."


def _treated(text: str, findings: Sequence[Finding], policy: InjectionPolicy) -> str:
    """The text with its findings noted or taken out."""
    pieces: list[str] = []
    begin = 0
    for start, end, rules in spans_of(text, findings):
        inside = text[start:end]
        note = f"⟦removed: {rules}⟧" if policy == "remove" else f"{_NOTE}{inside}{_END}"
        pieces += [text[begin:start], note]
        begin = end
    return "".join([*pieces, text[begin:]])


def spans_of(text: str, findings: Sequence[Finding]) -> list[tuple[int, int, str]]:
    """The sentences or lines that hold findings, without overlaps, each with the rules in it: an
    order is more than the words it is known by."""
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    begins = [0, *ends, len(text)]
    spans: list[tuple[int, int, str]] = []
    for finding in sorted(findings):
        start = begins[bisect_right(ends, finding.start)]
        end = begins[bisect_left(ends, finding.end) + 1]
        if spans and start < spans[-1][1]:
            last, until, rules = spans.pop()
            known = rules if finding.rule in rules.split(", ") else f"{rules}, {finding.rule}"
            spans.append((last, max(until, end), known))
        else:
            spans.append((start, end, finding.rule))
    return spans
