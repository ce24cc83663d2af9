"""How token vectors are stored: as bytes, where the head's outputs sum to zero, or as the engine
stores any vector (float16, turbo8, turbo4).

As bytes, a unit vector x is stored as round(127 x) + 128. If q and d both sum to zero, the dot
product of the stored bytes is 127^2 q.d + 128^2 n for n dimensions: the order of MaxSim scores
is kept, and the score itself can be recovered exactly but for rounding.
"""

from __future__ import annotations

import numpy as np

from tercet.types import FloatArray

SCALE = 127.0
ZERO = 128.0


def to_bytes(late: FloatArray) -> FloatArray:
    """Zero-sum unit rows [tokens, n] as whole numbers 0 to 255 whose rows sum to 128 n.

    Rounding leaves a small rest in each row's sum. It would be multiplied by 128 in every
    dot product, so it is taken off again, one unit each from the first components.
    """
    rounded = np.rint(late * SCALE)
    rest = rounded.sum(axis=1)
    columns = np.arange(late.shape[1], dtype=np.float32)
    rounded -= np.sign(rest)[:, None] * (columns[None, :] < np.abs(rest)[:, None])
    stored: FloatArray = (rounded + ZERO).astype(np.float32)
    return stored


def maxsim_of_bytes(score: float, query_tokens: int, dim: int) -> float:
    """The MaxSim of unit vectors behind a MaxSim `score` of stored bytes."""
    return (score - query_tokens * dim * ZERO * ZERO) / (SCALE * SCALE)


def stored_rows(late: FloatArray, datatype: str) -> FloatArray:
    """Token vectors as the engine stores them; a text without tokens gets one zero row,
    because the engine takes no empty multivector."""
    rows = late if len(late) else np.zeros((1, late.shape[1]), dtype=np.float32)
    return to_bytes(rows) if datatype == "uint8" else rows


def from_stored(rows: FloatArray, datatype: str) -> FloatArray:
    """The token vectors behind stored rows: storing them again gives the same rows."""
    units: FloatArray = ((rows - ZERO) / SCALE).astype(np.float32) if datatype == "uint8" else rows
    lengths = np.linalg.norm(units, axis=1, keepdims=True)
    # What was no token comes back as zeros, from TurboQuant as nearly so; any other row is a unit.
    if lengths.max(initial=0.0) < 0.5:
        return units[:0]
    return units / lengths if datatype.startswith("turbo") else units
