"""What an endpoint sends, of either API, streamed or whole, as pieces of an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tercet.errors import MalformedAnswer, ModelFailed
from tercet.types import Usage

DONE = b"[DONE]"  # ends a stream of chat completions


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an answer. `alive` says that the model wrote or thought; `finish` why it ended:
    "stop", "length", "content_filter" or another word of the endpoint."""

    text: str = ""
    refusal: str = ""
    finish: str = ""
    usage: Usage | None = None
    alive: bool = False
    tool: bool = False


def read_piece(data: bytes) -> Piece:
    """The piece in the data of one event, or in a whole body.

    Raises `MalformedAnswer` for what is no JSON object, `ModelFailed` for an error in its place.
    """
    if data.strip() == DONE:
        return Piece(finish="stop")
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise MalformedAnswer(
            "The model's endpoint sent what is no JSON object.", "Check OPENAI_BASE_URL."
        )
    failed = body.get("error") or _map(body.get("response")).get("error")
    if failed or body.get("type") == "error":
        told = _told(failed or body)
        raise ModelFailed(f"The model's endpoint reports an error: {told}.", "Ask again later.")
    return _of_responses(body) if _is_response(body) else _of_chat(body)


def _told(failed: object) -> str:
    message = failed.get("message") or failed.get("code") if isinstance(failed, dict) else failed
    return str(message)[:300].rstrip(".")


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    """A text, or those of the parts that some endpoints send instead."""
    if isinstance(value, list):
        return "".join(_text(_map(part).get("text")) for part in value)
    return value if isinstance(value, str) else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _usage(value: object) -> Usage | None:
    """Usage in the words of either API; None where nothing is told."""
    told = _map(value)
    details = _map(told.get("prompt_tokens_details") or told.get("input_tokens_details"))
    if not told:
        return None
    return Usage(
        _number(told.get("prompt_tokens", told.get("input_tokens"))),
        _number(told.get("completion_tokens", told.get("output_tokens"))),
        _number(details.get("cached_tokens")),
    )


def _of_chat(body: Mapping[str, Any]) -> Piece:
    choices = body.get("choices")
    choice = _map(choices[0]) if isinstance(choices, list) and choices else {}
    said = _map(choice.get("delta") or choice.get("message"))
    text, refusal = _text(said.get("content")), _text(said.get("refusal"))
    tool = bool(said.get("tool_calls") or said.get("function_call"))
    thought = said.get("reasoning_content") or said.get("reasoning")
    return Piece(
        text=text,
        refusal=refusal,
        finish=_text(choice.get("finish_reason")),
        usage=_usage(body.get("usage")),
        alive=bool(text or refusal or tool or thought),
        tool=tool,
    )


def _is_response(body: Mapping[str, Any]) -> bool:
    return body.get("object") == "response" or _text(body.get("type")).startswith("response.")


def _of_responses(body: Mapping[str, Any]) -> Piece:
    kind, delta = _text(body.get("type")), _text(body.get("delta"))
    if kind == "response.output_text.delta":
        return Piece(text=delta, alive=True)
    if kind == "response.refusal.delta":
        return Piece(refusal=delta, alive=True)
    if kind in ("response.completed", "response.incomplete"):
        return _end(_map(body.get("response")))
    if body.get("object") == "response":
        return _whole(body)
    return Piece(alive=kind.endswith(".delta"), tool="function_call" in kind)


def _end(response: Mapping[str, Any]) -> Piece:
    reason = _text(_map(response.get("incomplete_details")).get("reason")) or "stop"
    finish = "length" if reason == "max_output_tokens" else reason
    return Piece(finish=finish, usage=_usage(response.get("usage")))


def _whole(response: Mapping[str, Any]) -> Piece:
    """A response that was not streamed: the parts of its messages."""
    items = [_map(item) for item in response.get("output") or ()]
    parts = [_map(part) for item in items for part in item.get("content") or ()]
    text = _text([part for part in parts if part.get("type") == "output_text"])
    end = _end(response)
    return Piece(
        text=text,
        refusal="".join(_text(part.get("refusal")) for part in parts),
        finish=end.finish,
        usage=end.usage,
        alive=True,
        tool=any(item.get("type") == "function_call" for item in items),
    )
