"""What an abstention says: what was looked through, and why what came nearest is not enough."""

from __future__ import annotations

from collections.abc import Sequence

from tercet.generation.extractive.calibration import Calibration
from tercet.generation.extractive.support import Support
from tercet.generation.extractive.wanted import Kind, what_is_wanted, words_of
from tercet.types import Hit

ABSTAINED = "The documents do not answer this question."

_MOST = 3  # passages that are named
_LENGTH = 120  # characters of each
_KINDS: dict[Kind, str] = {
    "amount": "number",
    "duration": "length of time",
    "money": "amount of money",
    "person": "name",
    "reason": "reason",
    "time": "time",
}


def abstention(
    question: str, hits: Sequence[Hit], ranked: Sequence[Support], calibration: Calibration
) -> str:
    """That there is no answer, how much was looked through, and the nearest sentences with what
    they lack. `ranked` has the best sentence first."""
    if not hits:
        return f"{ABSTAINED} No passage was found."
    documents = len({hit.chunk.document or hit.source for hit in hits})
    looked = (
        f"Looked through {_count(len(hits), 'passage')} of {_count(documents, 'document')}"
        f"{_of_tenant(hits)}"
    )
    nearest = [_line(question, one, calibration) for one in _one_a_passage(ranked)]
    return "\n".join([f"{ABSTAINED} {looked}{'; nearest came:' if nearest else '.'}", *nearest])


def _one_a_passage(ranked: Sequence[Support]) -> list[Support]:
    first: dict[str, Support] = {}
    for one in ranked:
        first.setdefault(one.hit.id, one)
    return list(first.values())[:_MOST]


def _line(question: str, one: Support, calibration: Calibration) -> str:
    page = f", page {one.hit.page}" if one.hit.page else ""
    words = " ".join(one.said.split())
    words = words if len(words) <= _LENGTH else f"{words[: _LENGTH - 1]}…"
    chance = calibration.probability(one.score)
    return f"- {one.hit.source}{page}: “{words}” ({_lacks(question, one)}; {chance:.0%} likely)"


def _lacks(question: str, one: Support) -> str:
    """The plainest reason why a sentence is not enough."""
    wanted = what_is_wanted(question)
    absent = wanted.names - words_of(f"{one.hit.source} {one.hit.chunk.passage}")
    if absent:
        return f"nothing there about {', '.join(sorted(absent))}"
    if one.signs.fits < 0:
        return f"it gives no {_KINDS[wanted.kind]}"
    return f"it has {one.signs.coverage:.0%} of the question's terms, weighed by rarity"


def _of_tenant(hits: Sequence[Hit]) -> str:
    tenant = hits[0].chunk.tenant
    return f" of tenant {tenant}" if tenant else ""


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"
