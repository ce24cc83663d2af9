"""The two flows, each readable from top to bottom: `Ingest` and `Ask`.

ingest: files -> readings -> pieces (chunks) -> windows -> vectors -> store and ledger
ask:    query -> hits -> context -> answer
"""

from __future__ import annotations

from tercet.pipeline.ask import Ask
from tercet.pipeline.ingest import Ingest

__all__ = ["Ask", "Ingest"]
