"""Hits to a context: what the writer is shown, within a budget; what is left out is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from tercet.generation.facts import firm_words
from tercet.types import Chunk, Context, Hit, Page

# Two texts say the same if so many of their runs of words are the same (w-shingling, resemblance:
# Broder, "On the resemblance and containment of documents", 1997), and all numbers, names and
# denials, for two versions of a rule differ in little else.
ALIKE = 0.9
SHINGLE = 4

_NAMED = 3  # passages that a warning names
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")


def everything(hits: Sequence[Hit]) -> Context:
    """All hits in their order, repeated texts once: for a writer that only quotes."""
    seen: dict[str, Hit] = {}
    for hit in hits:
        seen.setdefault(" ".join(hit.text.split()), hit)
    return Context(tuple(seen.values()))


def pack(
    hits: Sequence[Hit], budget: int, count_tokens: Callable[[Sequence[str]], list[int]]
) -> Context:
    """The best hits that fit `budget` tokens together, titles and headings counted.

    Hits that say the same are shown once, and the others kept as twins. Chunks of a document that
    overlap or touch are joined at the place of the best of them, so that `text` remains the
    document's at [start, end). The best stands first: the writer's marker n is then the rank, and
    of a few short passages none is lost in the middle. A hit that does not fit is left out and
    reported, never cut; the first is always in.
    """
    alike = _without_twins(hits)
    unique = [group[0] for group in alike]
    counts = count_tokens([hit.chunk.passage for hit in unique])
    kept, cut = _within(unique, counts, budget)
    twins = {group[0].id: group[1:] for group in alike}
    groups = _neighbours(kept)
    shown = tuple(_joined(group) for group in groups)
    return Context(
        shown,
        dropped=len(cut),
        cut=tuple(cut),
        twins=tuple(tuple(chain(*(twins[hit.id] for hit in group))) for group in groups),
        warnings=_warnings(shown, cut, sum(counts), budget),
    )


def _within(hits: Sequence[Hit], counts: Sequence[int], budget: int) -> tuple[list[Hit], list[Hit]]:
    """What fits, and what does not."""
    kept: list[Hit] = []
    cut: list[Hit] = []
    left = budget
    for hit, tokens in zip(hits, counts, strict=True):
        if kept and tokens > left:
            cut.append(hit)
        else:
            kept.append(hit)
            left -= tokens
    return kept, cut


class _Said(NamedTuple):
    """What a text says, to compare: its numbers in order, its runs of words, its words, and those
    that must not differ."""

    numbers: list[str]
    runs: set[tuple[str, ...]]
    words: frozenset[str]
    firm: frozenset[str]

    def same(self, other: _Said) -> bool:
        if self.numbers != other.numbers:
            return False
        if not (self.firm <= other.words and other.firm <= self.words):
            return False
        return len(self.runs & other.runs) >= ALIKE * len(self.runs | other.runs)


def _said(text: str) -> _Said:
    words = _WORD.findall(text.casefold())
    runs = set(zip(*(words[at:] for at in range(SHINGLE)), strict=False)) or {tuple(words)}
    return _Said(_NUMBER.findall(text), runs, frozenset(words), firm_words(text) & {*words})


def _without_twins(hits: Sequence[Hit]) -> list[list[Hit]]:
    """Those that say the same together, the best first, in the order of the best."""
    groups: list[tuple[_Said, list[Hit]]] = []
    for hit in hits:
        said = _said(hit.text)
        twins = next((group for its, group in groups if its.same(said)), None)
        if twins:
            twins.append(hit)
        else:
            groups.append((said, [hit]))
    return [group for _, group in groups]


def _neighbours(hits: Sequence[Hit]) -> list[list[Hit]]:
    """Hits of one document without text missing between them together, in the document's order;
    groups by their best hit."""
    rank = {hit.id: place for place, hit in enumerate(hits)}
    groups: list[list[Hit]] = []
    end = 0
    for hit in sorted(hits, key=lambda hit: (hit.chunk.document, hit.chunk.start)):
        if groups and _touches(groups[-1][-1].chunk, hit.chunk, end):
            groups[-1].append(hit)
            end = max(end, hit.chunk.end)
        else:
            groups.append([hit])
            end = hit.chunk.end
    return sorted(groups, key=lambda group: min(rank[hit.id] for hit in group))


def _touches(left: Chunk, right: Chunk, end: int) -> bool:
    return bool(right.document) and left.document == right.document and right.start <= end


def _joined(group: Sequence[Hit]) -> Hit:
    """One hit with the text of all; score and id are those of the best. Headings are those that
    all stand under."""
    if len(group) == 1:
        return group[0]
    chunks = [hit.chunk for hit in group]
    text, end = "", chunks[0].start
    for chunk in chunks:
        text += chunk.text[max(0, end - chunk.start) :]
        end = max(end, chunk.end)
    best = max(group, key=lambda hit: hit.score)
    first = chunks[0]
    whole = replace(
        best.chunk,
        text=text,
        start=first.start,
        end=end,
        headings=_common(chunks),
        pages=_pages(chunks),
        lead=first.lead,
    )
    return replace(best, chunk=whole)


def _common(chunks: Sequence[Chunk]) -> tuple[str, ...]:
    levels = zip(*(chunk.headings for chunk in chunks), strict=False)
    common: list[str] = []
    for names in levels:
        if len(set(names)) > 1:
            break
        common.append(names[0])
    return tuple(common)


def _pages(chunks: Sequence[Chunk]) -> tuple[Page, ...]:
    found: dict[int, Page] = {}
    for page in chain(*(chunk.pages for chunk in chunks)):
        known = found.get(page.number, page)
        start, end = min(known.start, page.start), max(known.end, page.end)
        found[page.number] = Page(page.number, start, end)
    return tuple(found.values())


def _warnings(
    shown: Sequence[Hit], cut: Sequence[Hit], tokens: int, budget: int
) -> tuple[str, ...]:
    if not cut:
        return (_too_long(tokens, budget),) if tokens > budget else ()
    names = ", ".join(dict.fromkeys(_name(hit) for hit in cut[:_NAMED]))
    more = f" and {len(cut) - _NAMED} more" if len(cut) > _NAMED else ""
    return (
        f"{len(cut)} of {len(cut) + len(shown)} passages did not fit {budget} tokens and were not "
        f"shown to the model: {names}{more}. Raise TERCET_CONTEXT_TOKENS to show them.",
    )


def _too_long(tokens: int, budget: int) -> str:
    return f"The only passage has about {tokens} tokens, more than the {budget} of the budget."


def _name(hit: Hit) -> str:
    return hit.source + (f", page {hit.page}" if hit.page else "")
