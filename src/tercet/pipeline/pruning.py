"""Which sources are gone from the places that were looked into."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from tercet.ports import Ledger
from tercet.types import is_url


def key_of(path: str | Path) -> str:
    """The key under which sources at a path are known: absolute, or the URL itself."""
    return str(path) if is_url(path) else Path(path).resolve().as_posix()


def is_gone(key: str, roots: Sequence[str]) -> bool:
    """Whether a file lay below one of the roots and does not any more."""
    file = key.partition("!/")[0]
    return any(_is_below(key, root) for root in roots) and not (is_url(file) or Path(file).exists())


def gone_below(
    ledger: Ledger, roots: Sequence[str], seen: Collection[str], unread: Sequence[str]
) -> list[str]:
    """The keys below the roots that were not seen. What lies in a place that could not be looked
    into (`unread`) may still be there, and members go with their container."""
    return [
        info.key
        for root in roots
        for info in ledger.below(root)
        if info.key not in seen
        and not info.container
        and not any(_is_below(info.key, place) for place in unread)
    ]


def _is_below(key: str, root: str) -> bool:
    return key == root or key.startswith((f"{root.rstrip('/')}/", f"{root}!/"))
