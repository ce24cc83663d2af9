"""Secrets and personal data go, come back, and nothing else does."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercet.errors import SettingsError
from tercet.generation.guardrails.detectors import make_detectors
from tercet.generation.guardrails.masking import Mask, Span
from tercet.generation.guardrails.personal import PersonalData, is_card, is_iban

pytest.importorskip("phonenumbers")
pytest.importorskip("detect_secrets")

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nq1w2e3r4\n-----END RSA PRIVATE KEY-----"
SECRETS = [
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_" + "a1B2c3D4e5" * 3 + "f6G7h8",
    KEY,
    "hunter2hunter2",
    "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
]
TEXT = (
    'Keys: AKIAIOSFODNN7EXAMPLE and {1}\npassword = "hunter2hunter2"\n{2}\nstripe {4}\njwt {5}\n'
).format(*SECRETS)
PERSONAL = [
    "anna.maier@example.org",
    "+49 30 901820",
    "DE89 3704 0044 0532 0130 00",
    "4111 1111 1111 1111",
]


def _masked(text: str, *kinds: str, region: str = "") -> tuple[str, Mask]:
    mask = Mask(make_detectors(kinds, region), [text])  # type: ignore[arg-type]
    return mask.mask(text), mask


@pytest.mark.parametrize("secret", SECRETS)
def test_secrets_are_masked(secret: str) -> None:
    shown, mask = _masked(TEXT, "secrets")
    assert secret in TEXT
    assert secret not in shown
    assert mask.unmask(shown) == TEXT


@pytest.mark.parametrize("value", PERSONAL)
def test_personal_data_is_masked(value: str) -> None:
    text = f"Please use {value} for this."
    shown, mask = _masked(text, "personal")
    assert value not in shown
    assert mask.unmask(shown) == text


def test_a_value_keeps_its_placeholder_across_texts() -> None:
    texts = ["Ask a@b.example or c@d.example.", "c@d.example is away."]
    mask = Mask([PersonalData()], texts)
    assert [mask.mask(text) for text in texts] == [
        "Ask [EMAIL_1] or [EMAIL_2].",
        "[EMAIL_2] is away.",
    ]
    assert mask.masked == {"EMAIL": 2}
    assert (
        mask.unmask("Write to [EMAIL_2], not [EMAIL_7].") == "Write to c@d.example, not [EMAIL_7]."
    )


def test_a_placeholder_of_the_text_is_not_used() -> None:
    text = "[EMAIL_1] stands for a@b.example"
    shown, mask = _masked(text, "personal")
    assert shown == "[EMAIL_1] stands for [EMAIL_2]"
    assert mask.unmask(shown) == text


def test_local_numbers_need_a_region() -> None:
    text = "Call 030 901820 today."
    assert _masked(text, "personal")[0] == text
    assert _masked(text, "personal", region="de")[0] == "Call [PHONE_1] today."


def test_numbers_that_are_no_data_stay() -> None:
    text = "In 2021 it sold 4,111,111 at 12.50; 4111 1111 1111 1112, DE00 1234 5678 9012 3456."
    assert _masked(text, "personal", "secrets")[0] == text


def test_check_digits() -> None:
    assert is_iban("GB82 WEST 1234 5698 7654 32")
    assert not is_iban("GB82 WEST 1234 5698 7654 33")
    assert is_card("5555555555554444")
    assert not is_card("5555555555554445")


def test_a_missing_extra_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    with pytest.raises(SettingsError, match=r"pip install 'tercet\[masking\]'"):
        make_detectors(["personal"])


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), max_size=8))
def test_masking_can_always_be_undone(text: str, places: list[tuple[int, int]]) -> None:
    """Whatever the detectors say, overlapping spans too."""
    spans = [Span(s, min(s + n, len(text)), "SECRET") for s, n in places if s < len(text)]
    mask = Mask([lambda _: spans], [text])
    shown = mask.mask(text)
    assert mask.unmask(shown) == text
    covered = {i for span in spans for i in range(span.start, span.end)}
    assert sum(len(v) for v in _values(shown, mask)) == len(covered)


def _values(shown: str, mask: Mask) -> list[str]:
    import re

    names = re.findall(r"\[SECRET_\d+\]", shown)
    return [mask.unmask(name) for name in names if mask.unmask(name) != name]
