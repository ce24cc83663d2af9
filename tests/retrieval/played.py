"""A chat endpoint on loopback that answers as a test says."""

from __future__ import annotations

import contextlib
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any


class Endpoint:
    """Its address, what it was sent, and what it answers: `reply` gets the user's message and
    gives the text, or the number of an HTTP error."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[dict[str, Any]] = []
        self.reply: Callable[[str], str | int] = lambda message: 500

    def _answer(self, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.requests.append(request)
        reply = self.reply(request["messages"][1]["content"])
        if isinstance(reply, int):
            return reply, {"error": {"message": "played"}}
        message = {"role": "assistant", "content": reply}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        about = {"id": "1", "object": "chat.completion", "created": 0, "model": "played"}
        return 200, {**about, "choices": [choice]}


@contextlib.contextmanager
def played_endpoint() -> Iterator[Endpoint]:
    """A real HTTP server in a thread."""
    played = Endpoint()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, reply = played._answer(json.loads(body))
            data = json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            # The client waits before it tries again; tests need not.
            self.send_header("x-should-retry", "false")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    played.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield played
    finally:
        server.shutdown()
        server.server_close()
