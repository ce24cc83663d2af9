"""Points of the engine as hits, and as the vectors that were put in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tercet.store.late import from_stored, maxsim_of_bytes
from tercet.store.payload import from_payload
from tercet.types import Hit, Leg, Schema, Search, SparseVector, Vectors

_NO_TERMS = SparseVector(np.empty(0, np.uint32), np.empty(0, np.float32))


def to_hit(payload: Mapping[str, Any], score: float, search: Search, schema: Schema) -> Hit:
    """The hit of a search; a MaxSim over stored bytes is given as that of the vectors."""
    plan = search.plan
    late = isinstance(plan, Leg) and plan.using == "late_interaction"
    if late and schema.late_datatype == "uint8":
        rows = max(1, len(search.vectors.late))
        score = maxsim_of_bytes(score, rows, schema.late_dim)
    return Hit(from_payload(payload), score)


def whole_vectors(vector: Any, payload: Mapping[str, Any], schema: Schema) -> Vectors:
    """The vectors of a stored point; those that were not read come empty."""
    stored = stored_vectors(vector, payload, schema)
    terms = vector.get("sparse")
    if terms is None:
        return stored
    sparse = SparseVector(
        np.asarray(terms.indices, dtype=np.uint32), np.asarray(terms.values, dtype=np.float32)
    )
    return replace(stored, sparse=sparse)


def stored_vectors(vector: Any, payload: Mapping[str, Any], schema: Schema) -> Vectors:
    """The dense and late vectors of a stored point; the sparse one stays empty, because its
    weights belong to the mean length of their time."""
    rows = np.asarray(vector.get("late_interaction", ()), dtype=np.float32)
    late = from_stored(rows.reshape(-1, schema.late_dim), schema.late_datatype)
    dense = np.asarray(vector.get("dense", ()), dtype=np.float32)
    return Vectors(dense, _NO_TERMS, late, int(payload.get("terms", 0)))
