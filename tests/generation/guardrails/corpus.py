"""The corpus: orders to a model in many languages and disguises, and harmless counterparts.

A third of each category is held out: it was written before the detector, which was tuned on the
rest alone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple


class Example(NamedTuple):
    """A text, what it is, and whether it was kept from the tuning."""

    id: str
    category: str
    language: str
    held_out: bool
    text: str


def read(name: str) -> list[Example]:
    """The examples of `injections` or `benign`."""
    lines = (Path(__file__).parent / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [Example(**json.loads(line)) for line in lines]
