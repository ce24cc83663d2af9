"""Libraries of the extra `masking`."""

from __future__ import annotations

import importlib
from types import ModuleType

from tercet.errors import SettingsError


def require(name: str) -> ModuleType:
    """The module. Raises `SettingsError` that says how to install it where it is not."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"TERCET_MASK needs {error.name}, which is not installed.",
            "pip install 'tercet[masking]'",
        ) from None
