"""Seconds by stage, taken by wrapping the methods of running objects."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from time import perf_counter
from typing import Any

import numpy as np


class Clock:
    """Wall seconds of each stage, call by call. Stages may nest and may run in other threads;
    one stage runs in one thread at a time."""

    def __init__(self) -> None:
        self.calls: dict[str, list[float]] = defaultdict(list)

    def total(self, stage: str) -> float:
        return sum(self.calls[stage])

    def lap(self) -> dict[str, float]:
        """Seconds by stage since the last lap."""
        totals = {stage: sum(calls) for stage, calls in self.calls.items()}
        self.calls.clear()
        return totals

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        begin = perf_counter()
        try:
            yield
        finally:
            self.calls[name].append(perf_counter() - begin)

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed. What an iterator takes is booked too, item by item."""

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            with self.stage(name):
                result = function(*args, **kwargs)
            return self._items(name, result) if isinstance(result, Iterator) else result

        return run

    def _items(self, name: str, items: Iterator[Any]) -> Iterator[Any]:
        nothing = object()
        while True:
            with self.stage(name):
                item = next(items, nothing)
            if item is nothing:
                return
            yield item


class Stand:
    """Stands in for an object that takes no new attributes; named methods are timed."""

    def __init__(self, inner: Any, clock: Clock, stages: Mapping[str, str]) -> None:
        self._inner = inner
        self._timed = {
            method: clock.timed(stage, getattr(inner, method)) for method, stage in stages.items()
        }

    def __getattr__(self, name: str) -> Any:
        return self._timed.get(name) or getattr(self._inner, name)


@contextmanager
def watch(clock: Clock, *targets: tuple[Any, Mapping[str, str]]) -> Iterator[None]:
    """While it lasts, the named methods (method -> stage) of objects or modules are timed."""
    with ExitStack() as stack:
        for target, stages in targets:
            for method, stage in stages.items():
                timed = clock.timed(stage, getattr(target, method))
                stack.enter_context(replaced(target, method, timed))
        yield


@contextmanager
def replaced(target: Any, name: str, value: Any) -> Iterator[None]:
    """While it lasts, the attribute has another value."""
    own = name in vars(target)
    before = getattr(target, name)
    setattr(target, name, value)
    try:
        yield
    finally:
        if own:
            setattr(target, name, before)
        else:
            delattr(target, name)


def seconds(function: Callable[[], Any]) -> float:
    """The wall seconds of one call."""
    begin = perf_counter()
    function()
    return perf_counter() - begin


def percentiles(times: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99 in milliseconds."""
    points = np.percentile(np.asarray(times) * 1000, (50, 95, 99))
    return {name: float(value) for name, value in zip(("p50", "p95", "p99"), points, strict=True)}
