"""What several calls of a model took together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tercet.types import Usage


def total(usages: Iterable[Usage]) -> Usage:
    """The sum of those that took tokens or time. The cost is None where one of them is unknown;
    `model` and `finish` are those of the last."""
    called = [usage for usage in usages if usage != Usage() or usage.model]
    if not called:
        return Usage()
    costs = [usage.cost for usage in called if usage.cost is not None]
    return replace(
        called[-1],
        input_tokens=sum(usage.input_tokens for usage in called),
        output_tokens=sum(usage.output_tokens for usage in called),
        cached_tokens=sum(usage.cached_tokens for usage in called),
        cost=sum(costs) if len(costs) == len(called) else None,
        retries=sum(usage.retries for usage in called),
        seconds=sum(usage.seconds for usage in called),
    )
