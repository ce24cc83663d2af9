"""What a search is made of."""

from __future__ import annotations

import functools
from collections.abc import Callable

from tercet.build.writing import make_chat_model, model_for_expansion
from tercet.config import Settings
from tercet.ports import Encoder, Expander, Reranker, Store
from tercet.types import (
    Filter,
    Found,
    Query,
)


def default_query(settings: Settings) -> Query:
    """What every query has unless it says otherwise."""
    return Query(
        text="",
        mode=settings.mode,
        prefetch_limit=settings.prefetch_limit,
        tenant=settings.tenant,
        fusion=settings.fusion_rule,
        expand=settings.expansions,
        recency=settings.recency_rule,
        diversity=settings.diversity,
        per_document=settings.per_document,
        window=settings.window,
    )


def make_retriever(settings: Settings, encoder: Encoder, store: Store) -> Callable[[Query], Found]:
    """The retriever with the expansions and the reranker that the settings allow."""
    from tercet.retrieval.retriever import Retriever
    from tercet.retrieval.rounds import PerDocument

    retriever = Retriever(
        encoder,
        store,
        expanders=make_expanders(settings, encoder),
        reranker=make_reranker(settings),
    )
    return PerDocument(retriever, store)


def make_reranker(settings: Settings) -> Reranker | None:
    """The reranker of the settings, none by default. Its model is made by the first query, which
    raises `SettingsError` for one that there is not."""
    from tercet.retrieval.rerankers import CrossEncoderReranker, ListwiseReranker

    name, depth = settings.reranker, settings.rerank_limit
    if name == "model":
        steady = settings.model_copy(update={"temperature": 0.0})  # an order is not to vary
        return ListwiseReranker(settings.model, functools.partial(make_chat_model, steady), depth)
    if not name:
        return None
    from tercet.embedding.cross_encoder import CrossEncoder

    model = functools.partial(CrossEncoder, name, settings.model_cache, settings.threads)
    return CrossEncoderReranker(name, model, depth)


def make_expanders(settings: Settings, encoder: Encoder) -> dict[str, Expander]:
    """All query expansions there are, by name.

    Those that need a model that writes are there without one too, and then say so when used.
    """
    from tercet.retrieval.expansion import Hyde, Rewriter, Rm3, Rocchio, Writer

    # A query is to find the same each time, so the model writes the same each time.
    steady = settings.model_copy(update={"temperature": 0.0})
    writer = Writer(functools.partial(model_for_expansion, steady))
    expanders: list[Expander] = [
        Rm3(),
        Rocchio(),
        Rewriter.multi(writer, encoder),
        Hyde(writer, encoder),
        Rewriter.step_back(writer, encoder),
        Rewriter.decompose(writer, encoder),
    ]
    return {expander.name: expander for expander in expanders}


def parse_query_filter(text: str) -> Filter | None:
    # The parser is slow to load, and most searches have no filter.
    from tercet.store.filters import parse_filter

    return parse_filter(text)
