"""The txtai contestant: an `Embeddings` database, hybrid, saved to disk.

Settings, and why:
- `hybrid=True, content=True` is txtai's documented hybrid search with text: BM25 in SQLite,
  dense vectors in Faiss, the two scores added half and half; nothing of it is changed.
- `maxlength=True` takes the length limit from the model's own settings (256 tokens), as
  sentence-transformers does. txtai's default, the tokenizer's 512, would make it encode more
  of each long document than its rivals do, and be slower for it.
- Batches are txtai's own: 500 texts sorted by length, 32 a forward pass.
- `gpu=False`: every contestant runs on the CPU.
"""

from collections.abc import Sequence
from pathlib import Path

from corpus import Passage
from harness import Found, main
from txtai import Embeddings


class Txtai:
    """`txtai.Embeddings` with a dense and a BM25 index and a content database."""

    name = "txtai"
    roots: tuple[str, ...] = ("txtai",)

    def __init__(self, model: Path) -> None:
        self._embeddings = Embeddings(
            path=str(model), hybrid=True, content=True, maxlength=True, gpu=False
        )

    def ingest(self, passages: Sequence[Passage], index: Path) -> None:
        """Index, which replaces what was there, then save."""
        self._embeddings.index((passage.id, passage.content, None) for passage in passages)
        self._embeddings.save(str(index))

    def search(self, query: str, k: int) -> list[Found]:
        """Return the hybrid hits with their text."""
        return [Found(hit["id"], hit["text"]) for hit in self._embeddings.search(query, k)]

    def close(self) -> None:
        """Close the databases."""
        self._embeddings.close()


if __name__ == "__main__":
    main(Txtai)
