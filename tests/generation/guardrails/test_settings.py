"""The settings of the guardrails."""

from __future__ import annotations

import pytest

from tercet.config import read_settings
from tercet.errors import SettingsError


def test_defaults() -> None:
    settings = read_settings()
    assert (settings.injections, settings.masks, settings.scope) == ("flag", (), None)


def test_masks_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERCET_MASK", "personal, secrets")
    assert read_settings().masks == ("secrets", "personal")


def test_an_unknown_mask_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERCET_MASK", "names")
    with pytest.raises(SettingsError, match="'names'"):
        read_settings()
