"""A found point as a hit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tercet.store.late import maxsim_of_bytes
from tercet.store.payload import from_payload
from tercet.types import Hit, Leg, Schema, Search


def to_hit(payload: Mapping[str, Any], score: float, search: Search, schema: Schema) -> Hit:
    """The hit of a search; a MaxSim over stored bytes is given as that of the vectors."""
    plan = search.plan
    late = isinstance(plan, Leg) and plan.using == "late_interaction"
    if late and schema.late_datatype == "uint8":
        rows = max(1, len(search.vectors.late))
        score = maxsim_of_bytes(score, rows, schema.late_dim)
    return Hit(from_payload(payload), score)
