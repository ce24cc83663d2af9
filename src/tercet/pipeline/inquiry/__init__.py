"""Why a document is not among the hits of a query: `why_not`.

naming -> conditions -> the search, taken apart (standing) -> what would bring it in (trials)
"""

from __future__ import annotations

from tercet.pipeline.inquiry.record import Depth, Remedy, Verdict, WhyNot
from tercet.pipeline.inquiry.why_not import why_not

__all__ = ["Depth", "Remedy", "Verdict", "WhyNot", "why_not"]
