"""What a detector found in a text: where, by which rule, and how it was disguised."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """An order to a model at [start, end) of the original text.

    `rule` names the kind (the rules are listed in docs/guardrails.md), `disguise` how it was
    hidden ("" for plain text).
    """

    start: int
    end: int
    rule: str
    disguise: str = ""

    @property
    def reason(self) -> str:
        """The finding in words."""
        return f"{self.rule} ({self.disguise})" if self.disguise else self.rule


def merged(findings: list[Finding]) -> list[Finding]:
    """The findings by place; of several at one place and by one rule the first, widened."""
    kept: list[Finding] = []
    last: dict[str, int] = {}
    for finding in sorted(findings, key=lambda f: (f.start, f.end, f.rule, f.disguise)):
        at = last.get(finding.rule, -1)
        if at >= 0 and finding.start < kept[at].end:
            kept[at] = kept[at]._replace(end=max(kept[at].end, finding.end))
        else:
            last[finding.rule] = len(kept)
            kept.append(finding)
    return kept
