"""An endpoint played over raw sockets, so that it can fail in every way that a real one can."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

USAGE = {
    "prompt_tokens": 1000,
    "completion_tokens": 100,
    "prompt_tokens_details": {"cached_tokens": 400},
}
STREAM = "Content-Type: text/event-stream\r\n"


class Line:
    """One side of a connection, in the hands of a step."""

    def __init__(self, connection: socket.socket, request: dict[str, Any], over: threading.Event):
        self.connection, self.request, self._over = connection, request, over

    def send(self, text: str | bytes) -> None:
        self.connection.sendall(text.encode() if isinstance(text, str) else text)

    def head(self, status: int = 200, headers: str = STREAM, *, chunked: bool = True) -> None:
        more = "Transfer-Encoding: chunked\r\n" if chunked else ""
        self.send(f"HTTP/1.1 {status} Played\r\n{headers}{more}\r\n")

    def chunk(self, text: str | bytes) -> None:
        data = text.encode() if isinstance(text, str) else text
        self.send(b"%x\r\n%s\r\n" % (len(data), data))

    def end(self) -> None:
        self.send("0\r\n\r\n")

    def wait(self, seconds: float) -> None:
        """Does nothing, until the server stops."""
        self._over.wait(seconds)

    @property
    def over(self) -> bool:
        return self._over.is_set()

    def reset(self) -> None:
        """Ends the connection with a TCP reset."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        os.close(self.connection.detach())  # `close` would wait for the reader


Step = Callable[[Line], None]


class Endpoint:
    """Plays the steps in turn, the last again and again; keeps the requests that it saw.

    `steps` may be a mapping from a model's name to its own steps.
    """

    def __init__(self, steps: Sequence[Step] | Mapping[str, Sequence[Step]]) -> None:
        self.requests: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.times: list[float] = []
        self.connections: list[socket.socket] = []
        self._steps = steps
        self._over = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        self._over.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for connection in self.connections:
            with contextlib.suppress(OSError):  # closed already
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        with contextlib.suppress(OSError), connection, connection.makefile("rb") as lines:
            while not self._over.is_set() and (path := self._read(lines)):
                self._step(path)(Line(connection, self.requests[-1], self._over))

    def _read(self, lines: Any) -> str:
        first = lines.readline().decode().split()
        if not first:
            return ""
        length = 0
        while (line := lines.readline().strip().lower()) != b"":
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        self.times.append(time.monotonic())
        self.paths.append(first[1])
        self.requests.append(json.loads(lines.read(length)))
        return str(first[1])

    def _step(self, path: str) -> Step:
        steps, model = self._steps, self.requests[-1]["model"]
        if isinstance(steps, Mapping):
            seen = sum(request["model"] == model for request in self.requests)
            steps = steps[model]
        else:
            seen = len(self.requests)
        return steps[min(seen, len(steps)) - 1]


@contextlib.contextmanager
def played(steps: Sequence[Step] | Mapping[str, Sequence[Step]]) -> Iterator[Endpoint]:
    endpoint = Endpoint(steps)
    try:
        yield endpoint
    finally:
        endpoint.close()


def event(data: Any) -> str:
    return f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n"


def delta(finish: str | None = None, **said: Any) -> str:
    """The event of a piece of an answer."""
    return event({"choices": [{"index": 0, "delta": said, "finish_reason": finish}]})


def told(usage: Mapping[str, Any]) -> str:
    """The event that tells the usage."""
    return event({"choices": [], "usage": usage})


def streams(*events: str, headers: str = "") -> Step:
    """A stream of these events, one chunk each, closed as it should be."""

    def step(line: Line) -> None:
        line.head(headers=STREAM + headers)
        for text in events:
            line.chunk(text)
        line.end()

    return step


def says(
    *words: str, finish: str = "stop", usage: Mapping[str, Any] | None = USAGE, **more: str
) -> Step:
    """A whole answer, as OpenAI streams it."""
    events = [delta(role="assistant", content=""), *(delta(content=word) for word in words)]
    events.append(delta(finish=finish))
    if usage is not None:
        events.append(told(usage))
    return streams(*events, "data: [DONE]\n\n", **more)


def breaks_off(*words: str, reset: bool = False) -> Step:
    """A stream that is cut after these words."""

    def step(line: Line) -> None:
        line.head()
        for word in words:
            line.chunk(delta(content=word))
        if reset:
            line.wait(0.05)  # a reset throws away what the other side has not read
            line.reset()
        else:
            line.connection.shutdown(socket.SHUT_RDWR)

    return step


def answers(
    status: int, body: Any = None, headers: str = "", kind: str = "application/json"
) -> Step:
    """A response in one piece."""
    text = body if isinstance(body, str) else json.dumps(body if body is not None else {})

    def step(line: Line) -> None:
        length = f"Content-Type: {kind}\r\nContent-Length: {len(text.encode())}\r\n"
        line.head(status, length + headers, chunked=False)
        line.send(text)

    return step


def fails(status: int, message: str = "no", headers: str = "", **more: str) -> Step:
    """An error as OpenAI words it."""
    return answers(status, {"error": {"message": message, **more}}, headers)


def hangs(after: str = "") -> Step:
    """A stream that stands still: before its headers, or after these events."""

    def step(line: Line) -> None:
        if after:
            line.head()
            line.chunk(after)
        line.wait(5)
        line.reset()

    return step


def drips(text: Callable[[int], str], every: float, *, raw: bool = False) -> Step:
    """A stream that never ends: `text(n)` each `every` seconds; `raw` without headers."""

    def step(line: Line) -> None:
        if not raw:
            line.head()
        number = 0
        while not line.over:
            line.send(text(number)) if raw else line.chunk(text(number))
            number += 1
            line.wait(every)

    return step


def closes(line: Line) -> None:
    """The connection ends without a word."""
    line.connection.shutdown(socket.SHUT_RDWR)
