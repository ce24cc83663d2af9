"""Tercet turns a folder of documents into answers that prove themselves.

import tercet

with tercet.open("./index") as rag:
    rag.ingest("manuals/")
    answer = rag.ask("How long is the warranty on the X200?")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tercet.build import open
    from tercet.config import Settings
    from tercet.errors import RAGError, TercetError
    from tercet.rag import Rag
    from tercet.types import (
        Answer,
        Chunk,
        Citation,
        Document,
        DocumentInfo,
        Hit,
        IngestReport,
        Problem,
        Query,
    )

__all__ = [
    "Answer",
    "Chunk",
    "Citation",
    "Document",
    "DocumentInfo",
    "Hit",
    "IngestReport",
    "Problem",
    "Query",
    "RAGError",
    "Rag",
    "Settings",
    "TercetError",
    "open",
]

# Names are fetched on first use, so that `import tercet` (and `tercet --help`) is instant.
_HOMES = {
    "RAGError": "tercet.errors",
    "Rag": "tercet.rag",
    "Settings": "tercet.config",
    "TercetError": "tercet.errors",
    "open": "tercet.build",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'tercet' has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "tercet.types")), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
