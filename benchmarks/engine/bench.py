"""What is measured: an embedded index with the model in the package, one document one chunk."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tercet import Document, Rag, build
from tercet.config import Settings, read_settings
from tercet.embedding.encoder import ThreeVectorEncoder
from tercet.embedding.onepass import model_input
from tercet.evaluation.dataset import Dataset
from tercet.pipeline.ingest import WINDOW

Batch = Mapping[str, NDArray[np.int64]]
"""Token ids and mask of one run of the model."""


@dataclass(frozen=True, slots=True)
class Bench:
    """The data, and the encoder that both sides of every ratio share: the bare runs use the
    very session the product runs, so their options and threads are the same."""

    documents: Sequence[Document]
    queries: Sequence[str]
    encoder: ThreeVectorEncoder

    def open(self, folder: Path) -> Rag:
        """An index in the folder, made if it is not there."""
        settings = settings_for(folder)
        chunker = build.make_whole_chunker()
        store = build.open_store(settings, build.schema_of(self.encoder, chunker), create=True)
        return build.assemble(settings, self.encoder, chunker, store)

    @property
    def session(self) -> Any:
        """The ONNX session of the encoder."""
        return self.encoder._onepass._session

    def batches(self) -> list[Batch]:
        """The inputs of every run of the model that an ingest of the documents makes."""
        chunker = build.make_whole_chunker()
        texts = [
            chunk.passage
            for document in self.documents
            if document.text.strip()
            for chunk in chunker(document)
        ]
        windows = [texts[start : start + WINDOW] for start in range(0, len(texts), WINDOW)]
        return [batch for window in windows for batch in self._inputs(window)]

    def query_batch(self, text: str) -> Batch:
        """The input of the run of the model for a query."""
        return next(self._inputs([text]))

    def forward_all(self, batches: Sequence[Batch]) -> None:
        """The bare model on as many threads as the product uses."""
        with ThreadPoolExecutor(self.encoder._onepass._threads) as threads:
            list(threads.map(self.forward, batches))

    def forward(self, batch: Batch) -> None:
        """The bare model: one forward pass, whose outputs are dropped."""
        self.session.run(["dense", "tokens"], batch)

    def _inputs(self, texts: Sequence[str]) -> Iterator[Batch]:
        rows = [window.ids for window in self.encoder._onepass._windows(texts)]
        return map(model_input, sorted(rows, key=len, reverse=True))


def make_bench(data: Dataset, documents: int | None, queries: int | None) -> Bench:
    """The bench for a collection, cut to the given numbers of documents and queries."""
    return Bench(
        data.documents[:documents],
        list(data.queries.values())[:queries],
        build.make_encoder(read_settings()),
    )


def shard_of(rag: Rag) -> Any:
    """The engine's own object behind an embedded index."""
    return vars(rag.store)["_shard"]


def settings_for(folder: Path) -> Settings:
    """All defaults, with the index in the folder."""
    return read_settings({"index": str(folder)})


def forget_settings(folder: Path) -> None:
    """Take the user's settings away from this process and its children: those of the
    environment, and a `.env`, by working in a folder that has none."""
    for name in list(os.environ):
        if name.startswith(("TERCET_", "QDRANT_", "OPENAI_")):
            del os.environ[name]
    os.chdir(folder)
