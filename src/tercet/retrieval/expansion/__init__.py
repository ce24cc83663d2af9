"""Query expansion: more than the words of a query to search with. None is used by default."""

from tercet.retrieval.expansion.expand import Expansion, expand
from tercet.retrieval.expansion.first import FirstHits
from tercet.retrieval.expansion.hyde import Hyde
from tercet.retrieval.expansion.rewriting import Rewriter
from tercet.retrieval.expansion.rm3 import Rm3
from tercet.retrieval.expansion.rocchio import Rocchio
from tercet.retrieval.expansion.writing import Writer

__all__ = ["Expansion", "FirstHits", "Hyde", "Rewriter", "Rm3", "Rocchio", "Writer", "expand"]
