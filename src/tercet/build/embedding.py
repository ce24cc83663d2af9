"""What makes vectors and chunks."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from tercet.config import Settings
from tercet.ports import Chunker
from tercet.types import (
    Schema,
)

if TYPE_CHECKING:
    from tercet.embedding.encoder import ThreeVectorEncoder


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
    return dataclasses.replace(encoder.schema(), chunker=chunker.name)
