"""A conversation: questions that build on each other, each answered with its proof.

question -> followup (or a model) makes it self-contained -> search, with the passages cited
before among the candidates -> answer -> history
"""

from __future__ import annotations

from tercet.pipeline.conversation.history import Passage, Turn
from tercet.pipeline.conversation.session import Parts, Session

__all__ = ["Parts", "Passage", "Session", "Turn"]
