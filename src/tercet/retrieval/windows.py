"""How much text a hit brings: its chunk, its neighbours too, or its section."""

from __future__ import annotations

from collections.abc import Sequence

from tercet.ports import Store
from tercet.types import Hit, Window


def widened(hits: Sequence[Hit], window: Window, store: Store) -> list[Hit]:
    """The hits with the text of their window."""
    return list(hits)
