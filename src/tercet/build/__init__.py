"""Settings to running parts: the only place that chooses concrete classes.

Everything slow (the engine, the client, FastEmbed, openai) is imported by the function that
needs it.
"""

from tercet.build.embedding import make_chunker, make_encoder, make_whole_chunker, schema_of
from tercet.build.opening import Opened, assemble, open, open_with_encoder
from tercet.build.reading import find, make_reader
from tercet.build.searching import (
    default_query,
    make_expanders,
    make_reranker,
    make_retriever,
    parse_query_filter,
)
from tercet.build.storing import open_ledger, open_store
from tercet.build.writing import (
    make_ask,
    make_chat_model,
    make_generator,
    make_judge,
    make_talk,
    model_for_expansion,
)

__all__ = [
    "Opened",
    "assemble",
    "default_query",
    "find",
    "make_ask",
    "make_chat_model",
    "make_chunker",
    "make_encoder",
    "make_expanders",
    "make_generator",
    "make_judge",
    "make_reader",
    "make_reranker",
    "make_retriever",
    "make_talk",
    "make_whole_chunker",
    "model_for_expansion",
    "open",
    "open_with_encoder",
    "open_ledger",
    "open_store",
    "parse_query_filter",
    "schema_of",
]
