"""Questions that need several searches, each with what the last one found.

A model that writes takes the question apart (`decomposed`); without one, a name in the first
passages leads to the next ones (`bridged`).
"""

from __future__ import annotations

from tercet.pipeline.hops.ask import ask_in_hops
from tercet.pipeline.hops.parts import Parts

__all__ = ["Parts", "ask_in_hops"]
