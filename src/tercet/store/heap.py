"""Memory that the C library keeps after it was freed, given back to the system."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable


def give_back() -> None:
    """Return freed memory to the system, where the C library has a call for it (glibc).

    When the engine seals a segment it frees tens of megabytes of small pieces at once; glibc
    keeps them for later, and a long ingest would hold the sum of its peaks.
    """
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


@functools.cache
def _malloc_trim() -> Callable[[int], int] | None:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # musl, macOS; Windows has no library None
        return None
