"""Query expansion: other ways to put a query, searched for beside it."""

from tercet.retrieval.expansion.expand import Expansion, expand

__all__ = ["Expansion", "expand"]
