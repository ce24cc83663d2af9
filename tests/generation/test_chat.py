"""The model that writes, played by a server over real HTTP."""

from __future__ import annotations

import http.server
import json
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tercet.errors import GenerationError
from tercet.generation.chat import ChatGenerator
from tercet.generation.client.endpoint import Endpoint as At
from tercet.generation.client.limits import Asking
from tercet.generation.client.openai_chat import OpenAIChat
from tercet.generation.client.retries import Retries
from tercet.ports import Encoder
from tercet.types import Chunk, Context, Hit, Usage

Reply = tuple[int, dict[str, Any]]
TEXT = "The X200 is covered for two (2) years from delivery. The lamp is not covered."


class Endpoint:
    """A chat endpoint that answers with `reply` and keeps what it was sent."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.reply: Reply = (200, {})

    def say(self, text: str | None) -> None:
        message = {"role": "assistant", "content": text}
        self.reply = (
            200,
            {
                "id": "1",
                "object": "chat.completion",
                "created": 0,
                "model": "played",
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 90, "completion_tokens": 12, "total_tokens": 102},
            },
        )


@pytest.fixture
def endpoint() -> Iterator[tuple[Endpoint, str]]:
    played = Endpoint()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            played.requests.append(json.loads(body))
            status, reply = played.reply
            data = json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield played, f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


@pytest.fixture
def ask(endpoint: tuple[Endpoint, str], encoder: Encoder) -> Callable[[str], Any]:
    model = OpenAIChat(At(endpoint[1], "test"), "played", Asking(0.7), retries=Retries(0))
    generator = ChatGenerator(model, encoder)
    passage = Chunk(TEXT, 500, 500 + len(TEXT), document="d", source="x200.md", title="X200")
    other = Chunk("Leave is 25 days.", 0, 17, document="e", source="leave.md")
    context = Context((Hit(other, 1.0), Hit(passage, 0.9)))
    return lambda question: generator(question, context)


def test_markers_become_citations_with_exact_quotes(
    endpoint: tuple[Endpoint, str], ask: Callable[[str], Any]
) -> None:
    endpoint[0].say("The warranty is two years from delivery [2].")
    draft = ask("How long is the warranty?")
    [citation] = draft.citations
    assert draft.text == "The warranty is two years from delivery [2]."
    assert citation.quote == "The X200 is covered for two (2) years from delivery."
    assert (citation.marker, citation.source, citation.start) == (2, "x200.md", 500)
    assert citation.verified
    assert draft.usage == Usage(90, 12)


def test_the_model_sees_rules_passages_and_question(
    endpoint: tuple[Endpoint, str], ask: Callable[[str], Any]
) -> None:
    endpoint[0].say("Two years [2].")
    ask("How long?")
    [request] = endpoint[0].requests
    system, user = (message["content"] for message in request["messages"])
    assert "NOT_FOUND" in system
    found = re.search(r'<passage-(\w+) number="2" source="x200.md" title="X200">', user)
    assert found
    assert f"</passage-{found[1]}>" in user
    assert f"<passage-{found[1]}>" in system
    assert TEXT in user
    assert user.endswith("Question: How long?")
    assert (request["model"], request["temperature"]) == ("played", 0.7)


def test_markers_that_name_no_passage_are_taken_out(
    endpoint: tuple[Endpoint, str], ask: Callable[[str], Any]
) -> None:
    endpoint[0].say("Two years [2, 9]. Leave is 25 days [1][7].")
    draft = ask("How long?")
    assert draft.text == "Two years [2]. Leave is 25 days [1]."
    assert [citation.marker for citation in draft.citations] == [2, 1]


def test_the_model_may_say_that_it_is_not_there(
    endpoint: tuple[Endpoint, str], ask: Callable[[str], Any]
) -> None:
    endpoint[0].say("NOT_FOUND")
    draft = ask("What is the colour of the roof?")
    assert draft.abstained
    assert draft.citations == ()
    assert draft.usage == Usage(90, 12)


@pytest.mark.parametrize(
    ("status", "retriable", "help"),
    [
        (401, False, "OPENAI_API_KEY"),
        (404, False, "TERCET_MODEL"),
        (429, True, "Wait"),
        (500, True, ""),
    ],
)
def test_refusals_are_one_clear_error(
    endpoint: tuple[Endpoint, str],
    ask: Callable[[str], Any],
    status: int,
    retriable: bool,
    help: str,
) -> None:
    endpoint[0].reply = (status, {"error": {"message": "no"}})
    with pytest.raises(GenerationError, match=str(status)) as caught:
        ask("How long?")
    assert caught.value.retriable is retriable
    assert help in caught.value.help


def test_an_empty_answer_is_an_error(
    endpoint: tuple[Endpoint, str], ask: Callable[[str], Any]
) -> None:
    endpoint[0].say(None)
    with pytest.raises(GenerationError, match="empty"):
        ask("How long?")


def test_an_endpoint_that_is_not_there_is_one_clear_error(encoder: Encoder) -> None:
    model = OpenAIChat(At("http://127.0.0.1:9/v1", "x"), "played", retries=Retries(0))
    generator = ChatGenerator(model, encoder)
    passage = Chunk(TEXT, 0, len(TEXT), document="d", source="x200.md")
    with pytest.raises(GenerationError, match="OPENAI_BASE_URL") as caught:
        generator("How long?", Context((Hit(passage, 1.0),)))
    assert caught.value.retriable
