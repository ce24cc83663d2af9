"""Questions that are refused by rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from tercet.errors import SettingsError
from tercet.generation.guardrails.scope import Scope, read_scope

RULES = """
outside = "Only questions about pumps are answered."

[[deny]]
words = ["salary", "Löhne"]
reason = "Pay is not discussed here."

[[deny]]
pattern = 'medical\\s+advice'

[[allow]]
words = ["pump", "pumps"]
"""


@pytest.fixture
def scope(tmp_path: Path) -> Scope:
    path = tmp_path / "scope.toml"
    path.write_text(RULES, "utf-8")
    return read_scope(path)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How large is the pump?", None),
        ("What salary has the pump maker?", "Pay is not discussed here."),
        ("Wie hoch sind die Löhne bei pump?", "Pay is not discussed here."),
        ("Wie hoch sind die LOHNE bei pump?", "Pay is not discussed here."),
        ("What sa\u200blary has the pump maker?", "Pay is not discussed here."),
        ("What s\u0430lary has the pump maker?", "Pay is not discussed here."),
        ("Has the pump a salaryman?", None),
        ("Medical  advice on a pump?", "This question is outside of what is answered here."),
        ("How high is the tower?", "Only questions about pumps are answered."),
    ],
)
def test_refusals(scope: Scope, question: str, answer: str | None) -> None:
    assert scope.refusal(question) == answer


def test_without_rules_all_is_answered() -> None:
    assert Scope().refusal("Anything?") is None


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("[[deny]]\npattern = '('", "pattern of Rule 1 of `deny`"),
        ("[[deny]]\nreason = 'x'", "not one of `words` and `pattern`"),
        ("[[allow]]\nwords = 'pump'", "words of Rule 1 of `allow`"),
        ("[[allow]]\nwords = ['a']\ncolour = 1", "'colour', which is unknown"),
        ("permit = 1", "'permit', which is no rule"),
        ("deny = 3", "not a list of rules"),
        ("outside = 3", "not a text"),
        ("[[deny", "cannot be read"),
    ],
)
def test_wrong_rules_are_named(tmp_path: Path, rules: str, message: str) -> None:
    path = tmp_path / "scope.toml"
    path.write_text(rules, "utf-8")
    with pytest.raises(SettingsError, match=message):
        read_scope(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml cannot be read"):
        read_scope(tmp_path / "nowhere.toml")
