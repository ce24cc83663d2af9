"""An open index."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tercet.build.embedding import make_chunker, make_encoder, make_whole_chunker, schema_of
from tercet.build.reading import find, make_reader
from tercet.build.searching import default_query, make_retriever, parse_query_filter
from tercet.build.storing import open_ledger, open_store
from tercet.build.writing import make_ask, make_talk
from tercet.config import Settings, read_settings
from tercet.pipeline import Ingest
from tercet.pipeline.tools import Tools
from tercet.ports import Chunker, Store
from tercet.rag import Rag

if TYPE_CHECKING:
    from tercet.embedding.encoder import ThreeVectorEncoder


def open(
    index: str | Path | None = None,
    *,
    collection: str | None = None,
    tenant: str | None = None,
    create: bool = True,
    settings: Settings | None = None,
) -> Rag:
    """An open index: a folder (embedded engine) or the URL of a Qdrant server.

    What is not given is read from the environment and `.env` (`tercet.config.Settings`).
    The index is made if it is not there, unless `create` is false, which raises
    `IndexMissing`. Also raises `SchemaMismatch`, `IndexLocked` or `StoreUnreachable`.
    """
    if settings is None:
        overrides = {"index": index and str(index), "collection": collection, "tenant": tenant}
        settings = read_settings(overrides)
    return open_with_encoder(settings, create=create).rag


class Opened(NamedTuple):
    """An open index, and the encoder that it embeds with."""

    rag: Rag
    encoder: ThreeVectorEncoder


def open_with_encoder(settings: Settings, *, create: bool = True, whole: bool = False) -> Opened:
    """The index of the settings, for what embeds beside it. With `whole`, one chunk a document, as
    labelled collections have it. Raises as `open` does."""
    encoder = make_encoder(settings)
    chunker = make_whole_chunker() if whole else make_chunker(settings, encoder)
    store = open_store(settings, schema_of(encoder, chunker), create=create)
    return Opened(assemble(settings, encoder, chunker, store), encoder)


def assemble(
    settings: Settings, encoder: ThreeVectorEncoder, chunker: Chunker, store: Store
) -> Rag:
    """The flows over parts that are already open."""
    encoder.avg_terms = store.schema.avg_terms
    retriever = make_retriever(settings, encoder, store)
    ledger = open_ledger(settings, store)
    tools = Tools(
        find=functools.partial(find, settings),
        reader=functools.partial(make_reader, settings),
        retrieve=retriever,
        parse_filter=parse_query_filter,
        talk=make_talk(settings, encoder),
    )
    return Rag(
        store,
        ledger,
        Ingest(store, ledger, encoder, chunker, settings.tenant),
        lambda: make_ask(settings, encoder, retriever),
        tools,
        defaults=default_query(settings),
    )
