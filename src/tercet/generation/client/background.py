"""One event loop in a thread of its own, on which all requests run.

Only there can a request be stopped at any moment: while a name is looked up, a header drips in
or a stream stands still. The timeouts of blocking sockets begin anew with every byte.
"""

from __future__ import annotations

import asyncio
import functools
import os
import queue
import threading
from collections.abc import AsyncIterator, Iterator
from typing import TypeVar

Item = TypeVar("Item")
_LOCK = threading.Lock()


def event_loop() -> asyncio.AbstractEventLoop:
    """The loop of this process; a forked child gets another, since threads do not follow."""
    with _LOCK:
        return _loop(os.getpid())


@functools.lru_cache(maxsize=1)
def _loop(process: int) -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="tercet-models", daemon=True).start()
    return loop


def iterate(source: AsyncIterator[Item], patience: float) -> Iterator[Item]:
    """The items of `source`, which runs on the loop, as they come; ends and raises as it does.

    An iteration that is given up cancels the source. Raises `queue.Empty` if nothing came for
    `patience` seconds, which only a loop that stands still can bring about.
    """
    items: queue.SimpleQueue[tuple[Item] | None] = queue.SimpleQueue()

    async def pump() -> None:
        try:
            async for item in source:
                items.put((item,))
        finally:
            items.put(None)

    future = asyncio.run_coroutine_threadsafe(pump(), event_loop())
    try:
        while (item := items.get(timeout=patience)) is not None:
            yield item[0]
        future.result()
    finally:
        future.cancel()
