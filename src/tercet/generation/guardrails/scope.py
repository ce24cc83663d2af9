"""Questions that are not answered, by rule."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from tercet.errors import SettingsError
from tercet.generation.guardrails.folding import fold, with_latin_letters

_HELP = "docs/guardrails.md shows how rules are written."
_OUTSIDE = "This question is outside of what is answered here."


class Rule(NamedTuple):
    """Questions in which the pattern is found, and what is said to them."""

    pattern: re.Pattern[str]
    reason: str


class Scope(NamedTuple):
    """What is answered: nothing that a `deny` rule matches, and if there are `allow` rules only
    what one of them matches. `outside` is said to all other questions."""

    allow: tuple[Rule, ...] = ()
    deny: tuple[Rule, ...] = ()
    outside: str = _OUTSIDE

    def refusal(self, question: str) -> str | None:
        """Why the question is not answered, or None if it is.

        Rules see the question as it is written, and folded: neither accents nor invisible or
        look-alike characters get a question past them.
        """
        folded = fold(question)
        readings = (question, folded.text, with_latin_letters(folded).text)
        for rule in self.deny:
            if any(map(rule.pattern.search, readings)):
                return rule.reason
        if self.allow and not any(
            rule.pattern.search(text) for rule in self.allow for text in readings
        ):
            return self.outside
        return None


def read_scope(path: Path) -> Scope:
    """The rules of a TOML file. Raises `SettingsError` for one that cannot be read or is wrong."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"The scope file {path} cannot be read: {error}.", _HELP) from None
    if unknown := sorted(table.keys() - {"allow", "deny", "outside"}):
        raise SettingsError(f"{path} holds {unknown[0]!r}, which is no rule.", _HELP)
    outside = table.get("outside", _OUTSIDE)
    if not isinstance(outside, str):
        raise SettingsError(f"`outside` in {path} is not a text.", _HELP)
    return Scope(
        tuple(_rules(path, "allow", table.get("allow", ()))),
        tuple(_rules(path, "deny", table.get("deny", ()))),
        outside,
    )


def _rules(path: Path, name: str, entries: Any) -> Iterable[Rule]:
    if not isinstance(entries, list | tuple):
        raise SettingsError(f"`{name}` in {path} is not a list of rules: [[{name}]].", _HELP)
    for number, entry in enumerate(entries, start=1):
        place = f"Rule {number} of `{name}` in {path}"
        if not isinstance(entry, dict) or len(entry.keys() & {"words", "pattern"}) != 1:
            raise SettingsError(f"{place} has not one of `words` and `pattern`.", _HELP)
        if unknown := sorted(entry.keys() - {"words", "pattern", "reason"}):
            raise SettingsError(f"{place} has {unknown[0]!r}, which is unknown.", _HELP)
        yield Rule(_pattern(place, entry), str(entry.get("reason", _OUTSIDE)))


def _pattern(place: str, entry: dict[str, Any]) -> re.Pattern[str]:
    """The rule as one expression: any of its words whole, or its own."""
    pattern = entry.get("pattern")
    if (words := entry.get("words")) is not None:
        if not isinstance(words, list) or not words or not all(isinstance(w, str) for w in words):
            raise SettingsError(f"The words of {place} are not a list of texts.", _HELP)
        forms = sorted({form for word in words for form in (word, fold(word).text)})
        pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, forms))})(?!\w)"
    try:
        return re.compile(str(pattern), re.IGNORECASE)
    except re.error as error:
        raise SettingsError(f"The pattern of {place} is wrong: {error}.", _HELP) from None
