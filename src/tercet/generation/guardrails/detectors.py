"""The detectors that the settings name."""

from __future__ import annotations

from collections.abc import Iterable

from tercet.config import MaskKind
from tercet.generation.guardrails.masking import Detector
from tercet.generation.guardrails.personal import PersonalData
from tercet.generation.guardrails.secret_data import SecretData


def make_detectors(kinds: Iterable[MaskKind], region: str = "") -> tuple[Detector, ...]:
    """What finds data of these kinds. Raises `SettingsError` where the extra is not installed."""
    made: dict[MaskKind, Detector] = {}
    for kind in kinds:
        made[kind] = SecretData() if kind == "secrets" else PersonalData(region)
    return tuple(made.values())
