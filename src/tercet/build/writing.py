"""What writes answers."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tercet.config import Settings
from tercet.errors import UsageError
from tercet.pipeline import Ask
from tercet.pipeline.tools import Talk
from tercet.ports import ChatModel, Encoder, Generator
from tercet.types import (
    Completion,
    Context,
    Draft,
    Found,
    Hit,
    Query,
)

if TYPE_CHECKING:
    from tercet.embedding.encoder import ThreeVectorEncoder
    from tercet.generation.bridging import Bridge
    from tercet.generation.judge import Judge


def make_generator(settings: Settings, encoder: ThreeVectorEncoder) -> Generator:
    """A model that writes if a key or endpoint is set, else the extractive answerer."""
    model = make_chat_model(settings)
    if model is None:
        from tercet.generation.extractive.answerer import ExtractiveGenerator
        from tercet.generation.extractive.calibration import read_calibration
        from tercet.generation.guardrails.screening import Screened

        calibration = read_calibration(settings.calibration)
        answerer = ExtractiveGenerator(encoder, calibration, settings.precision)
        return answerer if settings.injections == "off" else Screened(answerer)
    from tercet.generation.chat import ChatGenerator
    from tercet.generation.guardrails.detectors import make_detectors

    return ChatGenerator(
        model,
        encoder,
        make_judge(settings),
        injections=settings.injections,
        detectors=make_detectors(settings.masks, settings.mask_region),
    )


def make_judge(settings: Settings) -> Judge | None:
    """The model that judges whether claims are supported, if the settings ask for one."""
    if settings.judge in ("", "0"):
        return None
    from tercet.generation.judge import Judge

    name = settings.model if settings.judge == "1" else settings.judge
    # A verdict is not to vary.
    model = make_chat_model(settings.model_copy(update={"model": name, "temperature": 0.0}))
    return Judge(model) if model else None


def make_chat_model(settings: Settings) -> ChatModel | None:
    """The model that writes, if a key or endpoint is set; it sees what the settings let it see."""
    if not settings.writes_with_model:
        return None
    from tercet.generation.client.making import make_writer
    from tercet.generation.guardrails.detectors import make_detectors
    from tercet.generation.guardrails.masked import Masked

    writer = make_writer(settings)
    detectors = make_detectors(settings.masks, settings.mask_region)
    return Masked(writer, detectors) if detectors else writer


def make_talk(settings: Settings, encoder: Encoder) -> Talk:
    """What makes follow-ups self-contained and takes questions apart: the model that writes, if
    there is one, made with the first question; the rest is there in any case."""

    def terms(texts: Sequence[str]) -> list[frozenset[int]]:
        return [frozenset(map(int, v.indices)) for v in encoder.sparse_passages(texts)]

    def bridges(question: str, hits: Sequence[Hit]) -> Sequence[Bridge]:
        from tercet.generation.bridging import find_bridges

        return find_bridges(question, hits, terms)

    if not settings.writes_with_model:
        return Talk(encoder.count_tokens, bridges)
    # The same question is to be made of the same words each time.
    steady = settings.model_copy(update={"temperature": 0.0})
    model = functools.cache(lambda: model_for_expansion(steady))

    def rewrite(history: str, question: str) -> Completion:
        from tercet.generation.rewriting import self_contained

        return self_contained(model(), history, question)

    def decompose(question: str, most: int) -> tuple[list[str], Completion]:
        from tercet.generation.rewriting import decompose

        return decompose(model(), question, most)

    return Talk(encoder.count_tokens, bridges, rewrite, decompose)


def model_for_expansion(settings: Settings) -> ChatModel:
    """The model that writes. Raises `UsageError` where none is set."""
    model = make_chat_model(settings)
    if model is None:
        raise UsageError(
            "This query expansion needs a model that writes, and none is set.",
            "Set OPENAI_API_KEY or OPENAI_BASE_URL; `rm3` and `rocchio` need no model.",
        )
    return model


def make_ask(
    settings: Settings, encoder: ThreeVectorEncoder, search: Callable[[Query], Found]
) -> Ask:
    from tercet.generation.context import everything, pack
    from tercet.generation.guard import guarded
    from tercet.generation.guardrails.scope import read_scope

    def within_budget(hits: Sequence[Hit]) -> Context:
        # Only a model that writes has a budget. How it counts is not known: the encoder's tokens
        # stand for its own.
        if not settings.writes_with_model:
            return everything(hits)
        return pack(hits, settings.context_tokens, encoder.count_tokens)

    def guard(draft: Draft) -> Draft:
        return guarded(draft, settings.guard)

    def retrieve(query: Query) -> list[Hit]:
        found = search(query)
        if found.warnings:  # an answer has no place for them
            from loguru import logger

            logger.warning(" ".join(found.warnings))
        return found.hits

    refusal = read_scope(settings.scope).refusal if settings.scope else None
    return Ask(retrieve, within_budget, make_generator(settings, encoder), guard, refusal)
