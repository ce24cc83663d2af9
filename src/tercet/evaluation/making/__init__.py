"""Questions made from the user's own documents, each with the source in which its answer
stands."""

from __future__ import annotations

from tercet.evaluation.making.made import Made
from tercet.evaluation.making.make import make_questions

__all__ = ["Made", "make_questions"]
