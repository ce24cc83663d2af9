"""The tuning room: a sweep of search settings on one half of the labelled questions, and a
verdict from the other half.

`tune` on open indexes does what `tercet tune` does; docs/tuning.md has an example.
"""

from __future__ import annotations

from tercet.evaluation.tuning.legs import Place
from tercet.evaluation.tuning.setting import DEFAULT, Setting
from tercet.evaluation.tuning.tune import tune

__all__ = ["DEFAULT", "Place", "Setting", "tune"]
