"""A passage that a model makes up, searched for beside the question."""

from __future__ import annotations

from dataclasses import replace

from tercet.ports import Encoder, FirstPass
from tercet.ports.searching import Expanded
from tercet.retrieval.expansion.prompts import HYDE
from tercet.retrieval.expansion.writing import Writer
from tercet.retrieval.plans import legs_of, plan
from tercet.types import Query, Vectors


class Hyde:
    """An `Expander` by hypothetical document embeddings (HyDE: Gao et al., ACL 2023).

    The made-up passage is embedded as a passage, since it stands for one, and takes the place of
    the question in the dense leg of a second search; the other legs go on asking for the words of
    the question, because those of the passage are made up. Modes without the dense leg are left as
    they are, and the model is not asked.
    """

    name = "hyde"

    def __init__(self, writer: Writer, encoder: Encoder) -> None:
        self._writer = writer
        self._encoder = encoder

    def __call__(self, query: Query, vectors: Vectors, first: FirstPass) -> Expanded:
        if "dense" not in legs_of(plan(query)):
            return Expanded(vectors)
        [passage] = self._encoder.passages([self._writer.passage(HYDE, query.text)])
        return Expanded(vectors, (replace(vectors, dense=passage.dense),))
