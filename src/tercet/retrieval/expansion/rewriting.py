"""A question put otherwise by a model, and each way searched for."""

from __future__ import annotations

from tercet.ports import Encoder, FirstPass
from tercet.ports.searching import Expanded
from tercet.retrieval.expansion import prompts
from tercet.retrieval.expansion.writing import Writer
from tercet.retrieval.plans import legs_of, plan
from tercet.types import Query, Vectors


class Rewriter:
    """An `Expander` that searches for other questions beside the one asked. `prompt` says which
    are wanted, `most` how many are searched for."""

    def __init__(self, name: str, prompt: str, most: int, writer: Writer, encoder: Encoder) -> None:
        self.name = name
        self._prompt = prompt
        self._most = most
        self._writer = writer
        self._encoder = encoder

    @classmethod
    def multi(cls, writer: Writer, encoder: Encoder) -> Rewriter:
        """The same in other words, three times (multi-query)."""
        return cls("multi", prompts.MULTI, 3, writer, encoder)

    @classmethod
    def step_back(cls, writer: Writer, encoder: Encoder) -> Rewriter:
        """A more general question (step-back prompting: Zheng et al., 2023)."""
        return cls("step-back", prompts.STEP_BACK, 1, writer, encoder)

    @classmethod
    def decompose(cls, writer: Writer, encoder: Encoder) -> Rewriter:
        """The questions a question is made of, four at most."""
        return cls("decompose", prompts.DECOMPOSE, 4, writer, encoder)

    def __call__(self, query: Query, vectors: Vectors, first: FirstPass) -> Expanded:
        texts = self._writer.lines(self._prompt, query.text, self._most)
        legs = legs_of(plan(query))
        return Expanded(vectors, tuple(self._encoder.query(text, legs) for text in texts))
