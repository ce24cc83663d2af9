"""A generator run ahead of its consumer, in a thread of its own, as far as a queue is long."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, Full, Queue
from typing import TypeVar

T = TypeVar("T")

_POLL = 0.1  # seconds between looks at whether the consumer is still there


class _End:
    """The last thing in the queue."""


def ahead(items: Iterable[T], size: int) -> Generator[T, None, None]:
    """The items, of which up to `size` are made before they are asked for.

    Errors of the items come out here, in their place. When this generator is closed, the thread
    ends with the item at hand.
    """
    queue: Queue[T | _End] = Queue(size)
    stop = threading.Event()
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tercet-ahead")
    filling = thread.submit(_fill, items, queue, stop)
    thread.shutdown(wait=False)
    try:
        while not isinstance(item := queue.get(), _End):
            yield item
        filling.result()
    finally:
        stop.set()
        _drain(queue)


def _fill(items: Iterable[T], queue: Queue[T | _End], stop: threading.Event) -> None:
    try:
        for item in items:
            if not _put(item, queue, stop):
                return
    finally:
        _put(_End(), queue, stop)


def _put(item: T | _End, queue: Queue[T | _End], stop: threading.Event) -> bool:
    """Whether the item was put before the consumer went away."""
    while not stop.is_set():
        try:
            queue.put(item, timeout=_POLL)
        except Full:
            continue
        return True
    return False


def _drain(queue: Queue[T | _End]) -> None:
    try:
        while True:
            queue.get_nowait()
    except Empty:
        return
