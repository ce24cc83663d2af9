"""Settings to running parts: the only place that chooses concrete classes.

Everything slow (the engine, the client, FastEmbed, openai) is imported by the function that
needs it.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tercet.config import Settings, read_settings
from tercet.pipeline import Ask, Ingest
from tercet.ports import ChatModel, Chunker, Encoder, Expander, Generator, Ledger, Store
from tercet.rag import Rag, Sources, Tools
from tercet.types import Context, Filter, Hit, Metadata, Query, Schema, is_url

if TYPE_CHECKING:
    from tercet.embedding.encoder import ThreeVectorEncoder
    from tercet.loaders.reading import Reader
    from tercet.retrieval.retriever import Retriever


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
    encoder = make_encoder(settings)
    chunker = make_chunker(settings, encoder)
    store = open_store(settings, schema_of(encoder, chunker), create=create)
    return assemble(settings, encoder, chunker, store)


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
        parse_filter=_parse_filter,
    )
    return Rag(
        store,
        ledger,
        Ingest(store, ledger, encoder, chunker, settings.tenant),
        lambda: _make_ask(settings, encoder, retriever),
        tools,
        defaults=default_query(settings),
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


def make_retriever(settings: Settings, encoder: Encoder, store: Store) -> Retriever:
    """The retriever with the expansions and the reranker that the settings allow."""
    from tercet.retrieval.retriever import Retriever

    return Retriever(encoder, store, expanders=make_expanders(settings, encoder))


def make_expanders(settings: Settings, encoder: Encoder) -> dict[str, Expander]:
    """All query expansions there are, by name."""
    return {}


def make_encoder(settings: Settings) -> ThreeVectorEncoder:
    """The three legs: the model in the package, or FastEmbed models by name."""
    from tercet.embedding.bm25 import Bm25
    from tercet.embedding.encoder import Dims, ThreeVectorEncoder
    from tercet.embedding.onepass import OnePass

    onepass, bm25 = OnePass(settings.threads), Bm25(settings.language)
    own = onepass.info
    dense, sparse, late = settings.leg_models
    if not (dense or sparse or late):
        dims = Dims(int(own["dense_dim"]), int(own["late_dim"]), "uint8", True)
        return ThreeVectorEncoder(onepass, bm25, dims)
    from tercet.embedding import fastembed

    cache, threads = settings.model_cache, settings.threads
    dims = Dims(
        dense=fastembed.dense_dim(dense) if dense else int(own["dense_dim"]),
        late=fastembed.late_dim(late) if late else int(own["late_dim"]),
        # Only the head in the package has outputs that sum to zero.
        late_datatype="float16" if late else "uint8",
        sparse_idf=fastembed.needs_idf(sparse) if sparse else True,
    )
    return ThreeVectorEncoder(
        onepass,
        bm25,
        dims,
        dense=fastembed.dense_model(dense, cache, threads) if dense else None,
        sparse=fastembed.sparse_model(sparse, cache, threads, settings.language)
        if sparse
        else None,
        late=fastembed.late_model(late, cache, threads) if late else None,
    )


def make_chunker(settings: Settings, encoder: ThreeVectorEncoder) -> Chunker:
    """Structure-aware chunks of tokens, or the guide's windows of characters."""
    from tercet.chunking import CharacterChunker, TokenChunker

    size, overlap = settings.chunk_measures
    if settings.chunker == "characters":
        return CharacterChunker(size, overlap)
    return TokenChunker(size, overlap, spans=encoder.token_spans)


def make_whole_chunker() -> Chunker:
    """One chunk a document, as labelled collections have it."""
    from tercet.chunking import WholeChunker

    return WholeChunker()


def schema_of(encoder: ThreeVectorEncoder, chunker: Chunker) -> Schema:
    """The schema record that these parts would write."""
    import dataclasses

    return dataclasses.replace(encoder.schema(), chunker=chunker.name)


def open_store(settings: Settings, wanted: Schema, *, create: bool) -> Store:
    """The embedded engine for a folder, a server for a URL."""
    if settings.remote:
        from tercet.store.remote import RemoteStore

        key = settings.qdrant_api_key
        client = RemoteStore.connect(
            settings.index,
            key.get_secret_value() if key else None,
            grpc=settings.qdrant_grpc,
            timeout=settings.timeout,
        )
        return RemoteStore.open(client, settings.collection, wanted, create=create)
    from tercet.store.edge import EdgeStore

    return EdgeStore.open(
        # Absolute, so that it stays the same when the working directory changes.
        Path(settings.index).absolute() / settings.collection,
        wanted,
        create=create,
        lock_timeout=settings.lock_timeout,
        min_free=settings.min_free_mb * 2**20,
    )


def make_generator(settings: Settings, encoder: ThreeVectorEncoder) -> Generator:
    """A model that writes if a key or endpoint is set, else the extractive answerer."""
    model = make_chat_model(settings)
    if model is None:
        from tercet.generation.extractive import ExtractiveGenerator

        return ExtractiveGenerator(encoder)
    from tercet.generation.chat import ChatGenerator

    return ChatGenerator(model, encoder)


def make_chat_model(settings: Settings) -> ChatModel | None:
    """The model that writes, if a key or endpoint is set."""
    if not settings.writes_with_model:
        return None
    import openai

    from tercet.generation.openai_chat import OpenAIChat

    key = settings.openai_api_key
    client = openai.OpenAI(
        # Local servers want no key, but the client wants one to send.
        api_key=key.get_secret_value() if key else "none",
        base_url=settings.openai_base_url,
        timeout=settings.timeout,
    )
    return OpenAIChat(client, settings.model, settings.temperature)


def make_reader(settings: Settings) -> Reader:
    """The processes that read files."""
    from tercet.loaders.pool import ReadLimits
    from tercet.loaders.reading import Reader, reading_workers

    limits = ReadLimits(settings.read_timeout, settings.read_memory_mb << 20)
    workers = reading_workers(settings.readers)
    ocr = {
        "TERCET_OCR_LANGUAGES": settings.ocr_languages,
        "TERCET_OCR_SECONDS": str(settings.ocr_seconds),
    }
    return Reader(workers, limits, max_bytes=settings.max_file_mb << 20, environment=ocr)


@contextlib.contextmanager
def find(settings: Settings, paths: Sequence[str | Path], given: Metadata) -> Iterator[Sources]:
    """The sources at the paths and URLs; what is fetched from the web lies in a temporary folder
    as long as they are in use."""
    from tercet.loaders.sources import find_pages, find_sources

    urls = [str(path) for path in paths if is_url(path)]
    files = find_sources([path for path in paths if not is_url(path)], given)
    if not urls:
        yield Sources(len(files), files)
        return
    from tercet.loaders.web.pages import WebSettings

    web = WebSettings(
        allow_private=settings.allow_private,
        max_pages=settings.web_pages,
        delay=settings.web_delay,
        max_bytes=settings.max_file_mb << 20,
    )
    with tempfile.TemporaryDirectory(prefix="tercet-web-") as folder:
        pages = find_pages(urls, given, Path(folder), web)
        yield Sources(None, itertools.chain(files, pages))


def open_ledger(settings: Settings, store: Store) -> Ledger:
    """The ledger that lies with the index."""
    from tercet.store.ledger import SqliteLedger

    if not settings.remote:
        folder = Path(settings.index).absolute() / settings.collection
        return SqliteLedger(folder / "ledger.db", settings.tenant)
    from tercet.store.remote import RemoteStore
    from tercet.store.remote_ledger import RemoteLedger

    assert isinstance(store, RemoteStore)
    return RemoteLedger(store.client, settings.collection, settings.tenant)


def _parse_filter(text: str) -> Filter | None:
    # The parser is slow to load, and most searches have no filter.
    from tercet.store.filters import parse_filter

    return parse_filter(text)


def _make_ask(settings: Settings, encoder: ThreeVectorEncoder, retriever: Retriever) -> Ask:
    from tercet.generation.context import pack

    # Only a model that writes has a budget.
    budget = settings.context_tokens if settings.writes_with_model else sys.maxsize

    def within_budget(hits: Sequence[Hit]) -> Context:
        return pack(hits, budget, encoder.count_tokens)

    def retrieve(query: Query) -> list[Hit]:
        return retriever(query).hits

    return Ask(retrieve, within_budget, make_generator(settings, encoder))
