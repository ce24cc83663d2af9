"""The LangChain contestant: langchain-qdrant, hybrid, on a local path.

Settings, and why:
- `RetrievalMode.HYBRID` with `FastEmbedSparse("Qdrant/bm25")` is langchain-qdrant's documented
  hybrid; its fusion (RRF) and its prefetch (k of each) are left at their defaults.
- MiniLM runs through `HuggingFaceEmbeddings`, the usual choice. `FastEmbedEmbeddings` would run
  an ONNX export of the same model, which comes from a hub only; it may be faster on some CPUs.
- Batches are the libraries' own: 64 texts a call to Qdrant, 32 a forward pass.
- `path=` is Qdrant's local mode, the documented way to work without a server. It scores every
  point in NumPy and is meant for small collections: a server is much faster to query, and is
  no longer the same comparison.
- `Qdrant/bm25` is only a folder of stop words, kept on a hub. Its English list is laid out from
  `english_stopwords.txt`, so that nothing is downloaded.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from corpus import Passage
from harness import Found, main
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_qdrant import FastEmbedSparse, QdrantVectorStore, RetrievalMode

COLLECTION = "passages"
STOPWORDS = Path(__file__).with_name("english_stopwords.txt")


class LangChain:
    """`QdrantVectorStore` with dense and sparse vectors."""

    name = "langchain"
    roots: tuple[str, ...] = (
        "langchain-qdrant",
        "langchain-huggingface",
        "sentence-transformers",
        "fastembed",
    )

    def __init__(self, model: Path) -> None:
        self._dense = HuggingFaceEmbeddings(model_name=str(model), model_kwargs={"device": "cpu"})
        self._sparse = FastEmbedSparse(
            model_name="Qdrant/bm25", specific_model_path=str(_lay_out_bm25(model.parent))
        )
        self._store: QdrantVectorStore | None = None

    def ingest(self, passages: Sequence[Passage], index: Path) -> None:
        """Build the collection in `index`; local mode writes each batch to its SQLite file."""
        self.close()
        self._store = QdrantVectorStore.from_texts(
            [passage.content for passage in passages],
            metadatas=[{"source": passage.id} for passage in passages],
            embedding=self._dense,
            sparse_embedding=self._sparse,
            retrieval_mode=RetrievalMode.HYBRID,
            path=str(index),
            collection_name=COLLECTION,
        )

    def search(self, query: str, k: int) -> list[Found]:
        """Return the hybrid hits with their text."""
        assert self._store is not None, "ingest comes first"
        hits = self._store.similarity_search(query, k=k)
        return [Found(hit.metadata["source"], hit.page_content) for hit in hits]

    def close(self) -> None:
        """Release the local collection's lock."""
        if self._store is not None:
            self._store.client.close()
            self._store = None


def _lay_out_bm25(folder: Path) -> Path:
    """Return a folder in the form FastEmbed expects of `Qdrant/bm25`."""
    target = folder / "bm25"
    target.mkdir(exist_ok=True)
    (target / "config.json").write_text("{}", encoding="utf-8")
    shutil.copyfile(STOPWORDS, target / "english.txt")
    return target


if __name__ == "__main__":
    main(LangChain)
