"""A circuit breaker (M. Nygard, Release It!, 2007): what keeps failing is left alone a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Breaker:
    """Opens after `failures` in a row, for `seconds`; then one call is let through to see.

    Every call that was admitted ends in `succeeded`, `failed` or, where it shows neither,
    `released`. Safe in threads.
    """

    failures: int = 5
    seconds: float = 30.0
    clock: Callable[[], float] = time.monotonic
    _row: int = field(default=0, init=False)
    _opened: float | None = field(default=None, init=False)
    _probing: bool = field(default=False, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def admit(self) -> float:
        """0 lets a call through; otherwise the seconds until the next may see."""
        with self._lock:
            if self._opened is None:
                return 0.0
            left = self._opened + self.seconds - self.clock()
            if left > 0 or self._probing:
                return max(left, 0.1)
            self._probing = True
            return 0.0

    @property
    def is_open(self) -> bool:
        with self._lock:
            return self._opened is not None

    def succeeded(self) -> None:
        with self._lock:
            self._row, self._opened, self._probing = 0, None, False

    def failed(self) -> None:
        with self._lock:
            self._row += 1
            if self._probing or (self._opened is None and self._row >= self.failures):
                self._opened, self._probing = self.clock(), False

    def released(self) -> None:
        with self._lock:
            self._probing = False
