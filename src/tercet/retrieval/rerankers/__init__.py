"""Rerankers: models that see the question and a passage together. None is used by default."""

from tercet.retrieval.rerankers.cross_encoder import CrossEncoderReranker
from tercet.retrieval.rerankers.listwise import ListwiseReranker

__all__ = ["CrossEncoderReranker", "ListwiseReranker"]
