"""Settings: what can be set, read from the environment and `.env`, validated, building nothing."""

from tercet.config.parsing import MaskKind
from tercet.config.settings import (
    BUILTIN_MODEL,
    BUILTIN_SPARSE,
    GUIDE_MODELS,
    InjectionPolicy,
    Settings,
    read_settings,
)

__all__ = [
    "BUILTIN_MODEL",
    "BUILTIN_SPARSE",
    "GUIDE_MODELS",
    "InjectionPolicy",
    "MaskKind",
    "Settings",
    "read_settings",
]
