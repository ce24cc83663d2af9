"""What a site lets programs read: its robots.txt, as RFC 9309 has it.

Not by `urllib.robotparser`, which knows no `*` and no `$` in a path, takes the first rule that
fits instead of the longest, and fails on some files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from tercet.errors import LoadError
from tercet.loaders.decoding import clean, decode

MOST_BYTES = 512 << 10  # read of a robots.txt; the RFC asks for 500 KiB at least
_MOST_DELAY = 10.0  # seconds; some sites ask for minutes
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_NAME = re.compile(r"[a-z_-]+|\*")
_ANYBODY = "*"


class Rule(NamedTuple):
    """Whether paths that fit the pattern may be read. `*` stands for anything, `$` for the end."""

    pattern: str
    allowed: bool

    def fits(self, path: str) -> bool:
        """Whether the pattern fits `path`, which is not percent-encoded."""
        first, *others = (unquote(part) for part in self.pattern.removesuffix("$").split("*"))
        if not path.startswith(first):
            return False
        if not self.pattern.endswith("$"):
            return _follow(others, path, len(first)) >= 0
        if not others:
            return path == first
        *others, last = others
        at = _follow(others, path, len(first))
        return 0 <= at <= len(path) - len(last) and path.endswith(last)


class Rules(NamedTuple):
    """The rules of one site for us. A `refusal` says why nothing may be read. `delay` is what
    it asks for between two pages, in seconds, 10 at most."""

    rules: tuple[Rule, ...] = ()
    delay: float = 0.0
    refusal: str = ""

    def check(self, path: str, source: str) -> None:
        """Raises `LoadError` if the path (with its query) may not be read."""
        if self.refusal:
            raise LoadError(
                f"{source} is not read: {self.refusal}.", "Try again later, or save it as a file."
            )
        if not self._allow(unquote(path)):
            raise LoadError(
                f"{source} is not read: the robots.txt of the site does not allow it.",
                "Ask its owner, or save the page as a file.",
            )

    def _allow(self, path: str) -> bool:
        """The longest pattern that fits decides; of two, the one that allows."""
        fitting = [(len(rule.pattern), rule.allowed) for rule in self.rules if rule.fits(path)]
        return max(fitting, default=(0, True))[1]


def rules_of(status: int, content: bytes, name: str) -> Rules:
    """The rules for the program `name` in the answer to a request for robots.txt.

    A site that has none (4xx) allows everything; one that cannot say (5xx) allows nothing.
    """
    if status >= 500:
        return Rules(refusal=f"the site answers its robots.txt with {status}")
    if status >= 300:
        return Rules()
    groups = _groups(clean(decode(content[:MOST_BYTES])))
    lines = groups.get(name, groups.get(_ANYBODY, []))
    rules = tuple(
        Rule(value, key == "allow") for key, value in lines if key != "crawl-delay" and value
    )
    delays = [value for key, value in lines if key == "crawl-delay" and _NUMBER.fullmatch(value)]
    return Rules(rules, min(max(map(float, delays), default=0.0), _MOST_DELAY))


def _follow(parts: list[str], path: str, at: int) -> int:
    """Where the last of the parts ends if they come in this order from `at` on, else -1."""
    for part in parts:
        found = path.find(part, at)
        if found < 0:
            return -1
        at = found + len(part)
    return at


def _groups(text: str) -> dict[str, list[tuple[str, str]]]:
    """The lines of rules by the program they are for; groups for the same one are put together."""
    groups: dict[str, list[tuple[str, str]]] = {}
    names: list[str] = []
    in_rules = False
    for key, value in _fields(text):
        if key == "user-agent":
            names = [] if in_rules else names
            names += _NAME.findall(value.lower())[:1]
            in_rules = False
        elif key in ("allow", "disallow", "crawl-delay"):
            in_rules = True
            for name in dict.fromkeys(names):
                groups.setdefault(name, []).append((key, value))
    return groups


def _fields(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\n"):
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield key.strip().lower(), value.strip()
