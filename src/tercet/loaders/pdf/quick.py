"""Calls of pdfium that are made for each character or object of a page."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any, cast


def quick(function: Any, result: type, *arguments: type) -> Callable[..., int]:
    """A function of pdfium that takes addresses as numbers, in half the time.

    The function itself makes an object of each pointer that it returns, and checks those that it
    is given. Whoever calls the quick one answers for the addresses.
    """
    return cast("Callable[..., int]", ctypes.PYFUNCTYPE(result, *arguments)(address_of(function)))


def address_of(pointer: Any) -> int:
    """Where the object is that a pointer or function of pdfium points to; 0 for none."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0
