"""The chunking room: a document to passages that cover it, with exact offsets."""

from tercet.chunking.characters import CharacterChunker
from tercet.chunking.tokens import TokenChunker, TokenSpans
from tercet.chunking.whole import WholeChunker

__all__ = ["CharacterChunker", "TokenChunker", "TokenSpans", "WholeChunker"]
