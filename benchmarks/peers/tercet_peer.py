"""The Tercet contestant: the embedded engine with everything at its default.

It is put together as `tercet eval` does it, because one document must be one chunk here and
because the encoder, like the peers' models, is loaded before the clock starts. Opening the
index is inside the timed part, as creating a collection is for the peers.

It uses the model inside the package; the MiniLM folder the peers are given is not read. A long
document is encoded whole, in windows, where the peers' models stop at 256 tokens.
"""

from collections.abc import Sequence
from pathlib import Path

from corpus import Passage
from harness import Found, main

from tercet import Document, Rag, build
from tercet.config import read_settings


class Tercet:
    """An embedded index, one document one chunk."""

    name = "tercet"
    roots: tuple[str, ...] = ("tercet",)

    def __init__(self, model: Path) -> None:
        self._encoder = build.make_encoder(read_settings({}))
        self._rag: Rag | None = None

    def ingest(self, passages: Sequence[Passage], index: Path) -> None:
        """Open a new index and add every passage as one document."""
        self.close()
        self._rag = self._open(index)
        self._rag.add(
            Document(text=passage.text, source=passage.id, title=passage.title)
            for passage in passages
        )

    def search(self, query: str, k: int) -> list[Found]:
        """Return the default mode's hits with their text."""
        assert self._rag is not None, "ingest comes first"
        return [Found(hit.source, hit.text) for hit in self._rag.search(query, k)]

    def close(self) -> None:
        """Release the index's lock."""
        if self._rag is not None:
            self._rag.close()
            self._rag = None

    def _open(self, index: Path) -> Rag:
        settings = read_settings({"index": str(index)})
        chunker = build.make_whole_chunker()
        schema = build.schema_of(self._encoder, chunker)
        store = build.open_store(settings, schema, create=True)
        return build.assemble(settings, self._encoder, chunker, store)


if __name__ == "__main__":
    main(Tercet)
