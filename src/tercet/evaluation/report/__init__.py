"""Evaluations as pages that need nothing beside themselves: no network, no library."""

from __future__ import annotations

from tercet.evaluation.report.comparison import comparison_page
from tercet.evaluation.report.evaluation import page

__all__ = ["comparison_page", "page"]
