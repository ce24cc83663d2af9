"""`tercet ask` with a model behind HTTP: what the guard marks, takes out and reports."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import Result, tercet

WRITTEN = (
    "CLAIM: The X200 is covered for two years.\nQUOTE [1]: covered for two (2) years\n"
    "CLAIM: The X200 is covered for nine years.\nQUOTE [1]: covered for nine (9) years"
)


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers every question alike, as a stream where one is asked for."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body, kind = (streamed() if asked.get("stream") else whole()), "application/json"
        if asked.get("stream"):
            kind = "text/event-stream"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None: ...


def reply(name: str, part: str, content: str) -> dict[str, Any]:
    choice = {"index": 0, part: {"role": "assistant", "content": content}, "finish_reason": "stop"}
    return {"id": "1", "object": name, "created": 0, "model": "played", "choices": [choice]}


def whole() -> bytes:
    return json.dumps(reply("chat.completion", "message", WRITTEN)).encode()


def streamed() -> bytes:
    event = json.dumps(reply("chat.completion.chunk", "delta", WRITTEN))
    return f"data: {event}\n\ndata: [DONE]\n\n".encode()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


@pytest.fixture
def ask(url: str, tmp_path: Path) -> Any:
    (tmp_path / "docs").mkdir()
    text = "The X200 is covered for two (2) years from delivery.\n"
    (tmp_path / "docs" / "x200.md").write_text(text, encoding="utf-8")

    def ask(*options: str, **env: str) -> Result:
        question = ("ask", "How long is the X200 covered?", "--docs", "docs")
        return tercet(*question, *options, env={"OPENAI_BASE_URL": url, **env})

    return ask


def test_unsupported_claims_are_marked_and_the_lost_quote_is_told(ask: Any) -> None:
    result = ask()
    assert result.code == 0, result.stderr
    assert "two years. [1] The X200 is covered for nine years. [unsupported]" in result.stdout
    assert "verified" in result.stdout
    assert "not in the documents" in result.stderr
    assert "nine (9) years" in result.stderr


def test_json_has_statements_and_warnings(ask: Any) -> None:
    found = json.loads(ask("--json").stdout)
    assert [(one["supported"], one["markers"]) for one in found["statements"]] == [
        (True, [1]),
        (False, []),
    ]
    assert len(found["warnings"]) == 1
    assert [one["quote"] for one in found["citations"]] == ["covered for two (2) years"]


def test_block_takes_out_and_off_leaves(ask: Any) -> None:
    blocked = ask("--guard", "block")
    assert "nine years" not in blocked.stdout
    assert "Taken out" in blocked.stderr
    off = ask(TERCET_GUARD="off")
    assert "nine years." in off.stdout
    assert "[unsupported]" not in off.stdout


def test_what_did_not_fit_is_told(ask: Any, tmp_path: Path) -> None:
    for number in range(4):
        text = f"# Note {number}\n\n" + f"The X200 is covered, says note {number}. " * 20
        (tmp_path / "docs" / f"note{number}.md").write_text(text, encoding="utf-8")
    result = ask(TERCET_CONTEXT_TOKENS="300")
    assert "did not fit 300 tokens" in result.stderr
