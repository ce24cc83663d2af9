"""Endpoints that answer in another form, or will not."""

from __future__ import annotations

from tercet.errors import (
    AnswerTooLong,
    ContextTooLong,
    GenerationError,
    KeyRefused,
    MalformedAnswer,
    ModelMissing,
    ModelRefused,
)
from tests.generation.client.played import (
    answers,
    delta,
    event,
    fails,
    says,
    streams,
    told,
)
from tests.generation.client.script import (
    CALLED,
    END,
    OK,
    PARTS,
    TOO_MUCH,
    WHOLE,
    Script,
    empty,
    good,
    in_bytes,
    responded,
    tool,
    without,
)

FORMS = [
    Script(
        "JSON that breaks off",
        [streams(delta(content="Two ye"), 'data: {"choices": [{\n\n'), good],
        OK,
        2,
        1,
        costs=False,
    ),
    Script("JSON in the wrong quotes", [streams("data: {'choices': []}\n\n")], MalformedAnswer, 2),
    Script("JSON that is no object", [streams("data: [1, 2]\n\n")], MalformedAnswer, 2),
    Script(
        "objects of another shape",
        [streams(event({"choices": {"a": 1}, "usage": "many"}), event({"choices": [None]}), END)],
        MalformedAnswer,
        2,
        2,
    ),
    Script("a web page", [answers(200, "<html>Sign in</html>", kind="text/html")], MalformedAnswer),
    Script("an empty body", [answers(200, "")], MalformedAnswer, 2),
    Script("empty answer, once", [empty, good], OK, 2, 2),
    Script("empty answers", [empty], MalformedAnswer, 2, 2),
    Script("white space alone", [says(" \n", "\t")], MalformedAnswer, 2, 2),
    Script("tool call nobody asked for, once", [tool, good], OK, 2, 2),
    Script("tool calls nobody asked for", [tool], MalformedAnswer, 2, 2),
    Script("tool call beside the answer", [streams(CALLED, delta(content=OK), END)], OK, 1, 1),
    Script("cut by its limit of tokens", [says("Two years", " [1].", finish="length")], OK, 1, 1),
    Script("thought until its limit of tokens", [says(finish="length")], MalformedAnswer, 1, 1),
    Script("a quote that stands nowhere", [says('"Nine lives" [7].')], '"Nine lives" [7].', 1, 1),
    Script(
        "huge answer",
        [streams(*[TOO_MUCH] * 9, END)],
        AnswerTooLong,
        partial=("word " * 1200).strip(),
        costs=False,
    ),
    Script("huge answer in one event", [streams(*["data: " + "x" * 60000] * 9)], AnswerTooLong),
    Script("huge body", [answers(200, "x" * 400_000)], AnswerTooLong),
    Script(
        "usage told again and again",
        [streams(told({"prompt_tokens": 1000, "completion_tokens": 1}), delta(content=OK), END)],
        OK,
        1,
        1,
    ),
]
REFUSALS = [
    Script(
        "a refusal",
        [streams(delta(refusal="I can't help"), delta(refusal=" with that."), END)],
        ModelRefused,
        1,
        1,
    ),
    Script(
        "filtered after text",
        [says("Two ye", finish="content_filter")],
        ModelRefused,
        1,
        1,
        partial="Two ye",
    ),
    Script("filtered before", [fails(400, code="content_filter")], ModelRefused),
    Script("a wrong key", [fails(401)], KeyRefused),
    Script("a key that may not", [fails(403)], KeyRefused),
    Script("no such model", [fails(404, code="model_not_found")], ModelMissing),
    Script(
        "too long a context",
        [fails(400, "This model's maximum context length is 8192 tokens.")],
        ContextTooLong,
    ),
    Script("too large a request", [fails(413)], ContextTooLong),
    Script("a wrong request", [fails(400, "nonsense")], GenerationError, 3),
]
SERVED = [
    Script("plain", [good], OK, 1, 1),
    Script("in one body", [answers(200, WHOLE)], OK, 1, 1),
    Script("in parts", [answers(200, PARTS)], OK, costs=False),
    Script("without usage", [says(OK, usage=None)], OK, costs=False),
    Script(
        "byte by byte",
        [in_bytes(delta(content="Zwei Jahre für ½ 🙂") + END)],
        "Zwei Jahre für ½ 🙂",
        1,
        1,
    ),
    Script(
        "other line ends",
        [
            streams(
                ": hello\r\nevent: x\r\n"
                + (delta(content=OK) + END).replace("data: ", "data:").replace("\n", "\r\n")
            )
        ],
        OK,
        1,
        1,
    ),
    Script(
        "no stream options",
        [fails(400, "Unknown field: stream_options"), good],
        OK,
        2,
        1,
        holds=without("stream_options"),
    ),
    Script(
        "no seed",
        [fails(422, "body.seed: extra fields not permitted"), good],
        OK,
        2,
        1,
        holds=without("seed"),
    ),
    Script(
        "no temperature",
        [fails(400, "Unsupported value", param="temperature"), good],
        OK,
        2,
        1,
        holds=without("temperature"),
    ),
    Script(
        "no stream",
        [fails(400, "This model cannot stream.", param="stream"), answers(200, WHOLE)],
        OK,
        2,
        1,
        holds=without("stream"),
    ),
    Script(
        "another name of the limit",
        [fails(400, "Use 'max_completion_tokens' instead of 'max_tokens'."), good],
        OK,
        2,
        1,
        holds=lambda seen: (
            seen.requests[1]["max_completion_tokens"] == 50 and without("max_tokens")(seen)
        ),
    ),
    Script(
        "what it does not know, unnamed",
        [fails(400, "Bad request"), good],
        OK,
        2,
        1,
        holds=without("stream_options"),
    ),
    Script(
        "by responses alone",
        [fails(404, "Not a chat model: use v1/responses."), responded],
        OK,
        2,
        1,
        holds=lambda seen: seen.paths == ["/v1/chat/completions", "/v1/responses"],
    ),
]


ANSWERS = [*SERVED, *FORMS, *REFUSALS]
