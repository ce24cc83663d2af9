"""Personal data in a text: addresses, telephone numbers, accounts and cards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tercet.generation.guardrails.extra import require
from tercet.generation.guardrails.masking import Span

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9](?:[\w-]{0,62}\.){1,8}[A-Za-z]{2,24}\b")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_CARD = re.compile(r"(?<![\w.,-])(?:\d[ -]?){12,18}\d(?![\w-])")


class PersonalData:
    """A `Detector`. `region` is the country (ISO 3166: `DE`) of telephone numbers that begin
    without `+`; without it only international ones are found.

    Raises `SettingsError` where the extra is not installed.
    """

    def __init__(self, region: str = "") -> None:
        self._region = region.upper() or None
        self._phonenumbers = require("phonenumbers")

    def __call__(self, text: str) -> Iterator[Span]:
        yield from (Span(*found.span(), "EMAIL") for found in _EMAIL.finditer(text))
        for found in _IBAN.finditer(text):
            if is_iban(found[0]):
                yield Span(*found.span(), "IBAN")
        for found in _CARD.finditer(text):
            if is_card(found[0]):
                yield Span(*found.span(), "CARD")
        for match in self._phonenumbers.PhoneNumberMatcher(text, self._region):
            yield Span(match.start, match.end, "PHONE")


def is_iban(text: str) -> bool:
    """Whether the check digits are right: ISO 13616, modulo 97 of ISO/IEC 7064."""
    letters = text.replace(" ", "")
    if not 15 <= len(letters) <= 34:
        return False
    return int("".join(str(int(c, 36)) for c in letters[4:] + letters[:4])) % 97 == 1


def is_card(text: str) -> bool:
    """Whether the check digit is right: the Luhn formula of ISO/IEC 7812-1."""
    digits = [int(character) for character in text if character.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 and len(set(digits)) > 1
