"""The settings that are tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from tercet.evaluation.tuning.setting import DEFAULT, Setting
from tercet.types import RRF_K, FusionMethod, Mode

DEPTHS = (50, 20, 100, 200)  # the default first
RRF_KS = (RRF_K, 10)
_STEPS = (1.0, 0.5, 0.25, 0.0)


def grid(limit: int = 10, sizes: Sequence[int] = (0,), budget: int = 0) -> list[Setting]:
    """Every setting once, the default first, then the coarse ones: modes, depths, fusions, and
    last the weights, each with every chunk size. `budget` above 0 keeps the first so many.

    `limit` hits are asked for, and candidates are at least as many, so depths below it are one.
    """
    every = (
        Setting(own.mode, own.prefetch_limit, own.method, own.weights, own.k, size)
        for own in _by_importance(_different(limit))
        for size in sizes
    )
    unique = list(dict.fromkeys(every))
    return unique[:budget] if budget else unique


def _different(limit: int) -> list[int]:
    """The depths that differ when `limit` hits are asked for."""
    by_depth: dict[int, int] = {}
    for depth in DEPTHS:
        by_depth.setdefault(max(depth, limit), depth)
    return list(by_depth.values())


def _by_importance(depths: Sequence[int]) -> Iterator[Setting]:
    yield DEFAULT
    yield from (Setting(mode) for mode in ("hybrid", "rerank", "dense", "sparse"))
    for depth in depths:
        yield from (Setting(mode, depth) for mode in ("fused", "hybrid", "rerank"))
    for depth in depths:
        yield Setting("hybrid", depth, "dbsf")
        yield from (Setting("fused", depth, "rrf", k=k) for k in RRF_KS)
        yield from (Setting("hybrid", depth, "rrf", k=k) for k in RRF_KS if k != RRF_K)
    for depth, (mode, weights) in product(depths, _weighted()):
        yield from (Setting(mode, depth, method, weights, k) for method, k in _methods())


def _methods() -> Iterator[tuple[FusionMethod, int]]:
    yield "vote", RRF_K
    yield from (("rrf", k) for k in RRF_KS)


def _weighted() -> Iterator[tuple[Mode, tuple[float, ...]]]:
    """Unequal weights of the legs of a mode, the heaviest 1. What has one leg only is a mode of
    its own, and `fused` without its late leg is `hybrid`."""
    for mode, legs in (("hybrid", 2), ("fused", 3)):
        for weights in product(_STEPS, repeat=legs):
            several = sum(weight > 0 for weight in weights) > 1
            if max(weights) == 1 and min(weights) < 1 and several and weights[-1] > 0:
                yield ("hybrid" if mode == "hybrid" else "fused"), weights
