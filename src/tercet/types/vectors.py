"""The three vectors of a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float32]
LegName: TypeAlias = Literal["dense", "sparse", "late_interaction"]

LEGS: tuple[LegName, ...] = ("dense", "sparse", "late_interaction")


@dataclass(frozen=True, slots=True)
class SparseVector:
    """Term ids and weights, of equal length; ids are unique."""

    indices: NDArray[np.uint32]
    values: FloatArray


@dataclass(frozen=True, slots=True)
class Vectors:
    """The three vectors of a text: dense [d], sparse, and one late-interaction row a token
    [tokens, d'], of unit length in a passage, as long as it counts in a query. `terms` is the
    number of BM25 terms (0 if not counted).
    """

    dense: FloatArray
    sparse: SparseVector
    late: FloatArray
    terms: int = 0
