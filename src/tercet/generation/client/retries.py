"""When a request that failed is made again (docs/decisions/retries.md)."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class RetryBudget:
    """A token bucket over all calls: a retry takes one, a success brings back a tenth.

    While an endpoint is down, calls are not multiplied by their retries; while it works, one
    request in ten may be a retry (M. Brooker, "Fixing retries with token buckets and circuit
    breakers", 2022). Safe in threads.
    """

    most: float = 20.0
    share: float = 0.1
    _left: float = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        self._left = self.most

    def take(self) -> bool:
        """Whether a retry may be made, which is then counted."""
        with self._lock:
            allowed = self._left >= 1
            self._left -= allowed
            return allowed

    def succeeded(self) -> None:
        with self._lock:
            self._left = min(self.most, self._left + self.share)


@dataclass(frozen=True)
class Retries:
    """`most` retries of a call to a model, each after a random part of a time that doubles.

    Full jitter: uniform in [0, min(`longest`, `first` x 2^n)] seconds before retry n from 0
    (M. Brooker, "Exponential backoff and jitter", AWS Architecture Blog, 2015).
    """

    most: int = 2
    first: float = 0.5
    longest: float = 20.0
    sleep: Callable[[float], None] = time.sleep
    uniform: Callable[[float, float], float] = random.uniform

    def wait(self, retry: int, asked: float | None) -> float:
        """Seconds before retry `retry` from 0. Where the endpoint asked for a time, that and
        some jitter, so that not all who were told the same come back at once."""
        if asked is not None:
            return asked + self.uniform(0, min(self.first, asked / 10))
        return self.uniform(0, min(self.longest, self.first * 2.0**retry))
