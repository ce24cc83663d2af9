"""What each room offers the others: small Protocols, implemented once or more per room."""

from tercet.ports.embedding import Encoder, VectorEncoder
from tercet.ports.reading import Chunker, FileReader, Loader, Progress, Spool, Unpacker
from tercet.ports.searching import Expander, FirstPass, Reranker
from tercet.ports.storing import Ledger, Store
from tercet.ports.writing import ChatModel, Generator

__all__ = [
    "ChatModel",
    "Chunker",
    "Encoder",
    "Expander",
    "FileReader",
    "FirstPass",
    "Generator",
    "Ledger",
    "Loader",
    "Progress",
    "Reranker",
    "Spool",
    "Store",
    "Unpacker",
    "VectorEncoder",
]
