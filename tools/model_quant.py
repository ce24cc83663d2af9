"""Eight-bit weights that no x86 kernel can saturate, and the outliers of the activations.

Without VNNI, x86 multiplies u8 activations by s8 weights with VPMADDUBSW, which adds the
products of two neighbouring inputs, 2j and 2j + 1, in a saturating int16. The usual cure
(7-bit weights) gives away a bit of every weight. It is enough that the two weights of a pair
never add up to more than 128 on either side of zero: 255 * 128 = 32640 < 32767.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from model_source import Float32
from numpy.typing import NDArray

PAIR_LIMIT = 128
OUTLIERS = Path(__file__).resolve().parent / "outliers.json"


def quantise_rows(table: Float32) -> tuple[NDArray[np.int8], Float32]:
    """Symmetric int8 per row: table [n, d] ~ values [n, d] * scale [n, 1]. Never multiplied."""
    scale = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-12) / 127
    return np.rint(table / scale).astype(np.int8), scale.astype(np.float32)


def quantise_columns(weight: Float32) -> tuple[NDArray[np.int8], Float32]:
    """Symmetric int8 per output: weight [k, n] ~ values [k, n] * scale [n], pairs within limit.

    k is even. Scales start at the smallest that real numbers would allow and grow by 0.1 %
    where rounding pushes a pair over.
    """
    wide = weight.astype(np.float64)
    scale = np.maximum(np.abs(wide).max(axis=0) / 127, pair_sums(wide) / PAIR_LIMIT)
    values = np.rint(wide / scale)
    while (over := (pair_sums(values) > PAIR_LIMIT) | (np.abs(values).max(axis=0) > 127)).any():
        scale = np.where(over, scale * 1.001, scale)
        values = np.rint(wide / scale)
    return values.astype(np.int8), scale.astype(np.float32)


def pair_sums(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Per column, the largest one-sided sum of neighbours 2j and 2j + 1: [k, n] -> [n]."""
    above, below = np.maximum(values, 0), np.maximum(-values, 0)
    return np.maximum(
        (above[0::2] + above[1::2]).max(axis=0), (below[0::2] + below[1::2]).max(axis=0)
    )


def divisors(layer: int, part: str, width: int) -> Float32 | None:
    """What a linear layer's inputs are divided by before quantisation, [width]; None: nothing.

    A few channels reach thirty times the others, and one scale serves a whole tensor, so the
    rest would lose its bits. Read from `outliers.json` (found by `find_outliers.py`).
    """
    table = json.loads(OUTLIERS.read_text(encoding="utf-8")).get(f"{layer}.{part}")
    if not table:
        return None
    result = np.ones(width, np.float32)
    result[[int(channel) for channel in table]] = list(table.values())
    return result
