"""One structured event a call, in loguru's `extra`: what it took, and no content unless asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from tercet.generation.client.limits import Prompt
from tercet.types import Usage


@dataclass
class CallEvent:
    """What the log is told. `tried` are the attempts that failed, as `model: CODE`."""

    model: str
    endpoint: str
    outcome: str
    usage: Usage
    first_token_seconds: float | None = None
    tried: list[str] = field(default_factory=list)
    prompt: Prompt | None = None
    text: str | None = None


def emit(event: CallEvent) -> None:
    """Log the event: info where something went wrong on the way, else debug."""
    from loguru import logger

    usage = event.usage
    fields: dict[str, object] = {
        "event": "model_call",
        "model": event.model,
        "endpoint": event.endpoint,
        "outcome": event.outcome,
        "finish": usage.finish,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cached_tokens": usage.cached_tokens,
        "cost": usage.cost,
        "seconds": round(usage.seconds, 4),
        "first_token_seconds": event.first_token_seconds,
        "retries": usage.retries,
        "tried": event.tried,
    }
    if event.prompt is not None:
        fields |= {"system": event.prompt.system, "user": event.prompt.user, "text": event.text}
    level = "INFO" if event.tried or event.outcome != "ok" else "DEBUG"
    logger.bind(**fields).log(
        level, "model call: {} {} in {:.2f} s", event.model, event.outcome, usage.seconds
    )
