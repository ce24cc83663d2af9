"""What happens to the statements of an answer that nothing supports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tercet.types import Draft
from tercet.types.answers import FLAG, GuardPolicy, Statement

BLOCKED = "No answer: nothing that the model wrote is supported by a quote from the documents."


def guarded(draft: Draft, policy: GuardPolicy) -> Draft:
    """The draft after the policy.

    - `off`: as it is.
    - `flag`: `[unsupported]` stands behind each statement that is not supported.
    - `block`: these are taken out, with the citations that only they have; if nothing is left, the
      draft abstains and says why.

    `statements` stay all there, so that nothing is lost to who looks for it.
    """
    failed = [statement for statement in draft.statements if not statement.supported]
    if policy == "off" or draft.abstained or not failed:
        return draft
    if policy == "flag":
        return replace(draft, text=_flagged(draft))
    return _blocked(draft, failed)


def _flagged(draft: Draft) -> str:
    text, last = "", 0
    for statement, _, end in _spans(draft):
        text += draft.text[last:end]
        if not statement.supported:
            text += f" {FLAG}"
        last = end
    return text + draft.text[last:]


def _blocked(draft: Draft, failed: list[Statement]) -> Draft:
    warning = f"Taken out, because no quote supports it: {len(failed)} of the model's statements."
    warnings = (*draft.warnings, warning)
    text = _remaining(draft)
    if not text:
        return replace(draft, text=BLOCKED, abstained=True, citations=(), warnings=warnings)
    left = {marker for one in draft.statements if one.supported for marker in one.markers}
    citations = tuple(citation for citation in draft.citations if citation.marker in left)
    return replace(draft, text=text, citations=citations, warnings=warnings)


def _remaining(draft: Draft) -> str:
    """The supported statements, each with what stood before it."""
    text, last = "", 0
    for statement, start, end in _spans(draft):
        if statement.supported:
            text += draft.text[last:start] + statement.text
        last = end
    return text.strip()


def _spans(draft: Draft) -> Iterator[tuple[Statement, int, int]]:
    """The statements with where they stand in the text, in its order."""
    at = 0
    for statement in draft.statements:
        start = draft.text.find(statement.text, at)
        if start >= 0:
            at = start + len(statement.text)
            yield statement, start, at
