"""Passages read from the index again."""

from __future__ import annotations

from collections.abc import Sequence

from tercet.pipeline.conversation.history import Passage
from tercet.ports import Ledger, Store
from tercet.types import And, Chunk, Equals, Filter, Hit


def read_passages(
    store: Store, ledger: Ledger, passages: Sequence[Passage], filter: Filter | None
) -> list[Hit]:
    """The passages that are there still, in their order, without a score. Those of another
    tenant's documents, or that the filter leaves out, are not there."""
    wanted = dict.fromkeys(passages)
    documents = [name for name in dict.fromkeys(p.document for p in wanted)
                 if ledger.of_document(name)]  # fmt: skip
    found: dict[Passage, Chunk] = {}
    for document in documents:
        same = Equals("document", (document,))
        for chunk in store.chunks(And((same, filter)) if filter else same):
            found[Passage(document, chunk.index)] = chunk
    return [Hit(found[passage], 0.0) for passage in wanted if passage in found]
