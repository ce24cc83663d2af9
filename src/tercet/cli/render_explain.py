"""An explanation for people: the legs with their arithmetic, and the passage with the words that
met."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from tercet.types import Explanation, Hit, Share, TermMatch, TokenMatch

# Share of the strongest token's part in the score from which a match is strong, or worth showing.
_STRONG, _SHOWN = 0.6, 0.2
_STYLES = ("", "yellow", "bold green")
_WORD = re.compile(r"\w+")
_BRACKETS = (("", ""), ("[", "]"), ("[[", "]]"))


def show_explanation(console: Console, hit: Hit) -> None:
    """The legs, what they added, and the passage with its matches: coloured by strength, or in
    brackets where there is no colour."""
    console.print(_legs(hit))
    if hit.explanation:
        _show_details(console, hit, hit.explanation)
    console.print(marked(hit, colour=_has_colour(console)), soft_wrap=True)


def _show_details(console: Console, hit: Hit, told: Explanation) -> None:
    lines = {"sum": _sum(hit, told)}
    if told.terms is not None:
        lines["words"] = _terms(told.terms)
    if told.tokens is None:
        lines["tokens"] = "the model, or a wider passage, does not tell which words they are"
    elif elsewhere := ", ".join(_pairs(told.tokens)):
        lines["above the passage"] = elsewhere
    for name, line in lines.items():
        console.print(f"[dim]{name}:[/] {escape(line)}", soft_wrap=True)


def marked(hit: Hit, *, colour: bool) -> Text:
    """The text of a hit on one line, its matched tokens marked by how much they added."""
    told = hit.explanation
    strengths = _strengths(hit, told.tokens if told and told.tokens else ())
    line = Text()
    for level, run in itertools.groupby(_on_one_line(hit.text, strengths), key=_level):
        piece = "".join(character for character, _ in run)
        before, after = ("", "") if colour else _BRACKETS[level]
        line.append(f"{before}{piece}{after}", style=_STYLES[level] if colour else "")
    return line


def _on_one_line(text: str, strengths: Sequence[int]) -> Iterator[tuple[str, int]]:
    """The characters with their strengths, every run of white space made one space."""
    space = True
    for character, strength in zip(text.rstrip(), strengths, strict=False):
        if not character.isspace():
            yield character, strength
        elif not space:
            yield " ", 0
        space = character.isspace()


def _level(marked: tuple[str, int]) -> int:
    return marked[1]


def _strengths(hit: Hit, tokens: Sequence[TokenMatch]) -> list[int]:
    """For each character of the hit's text: 0 not matched, 1 matched, 2 strongly. A word is as
    strong as the strongest of its tokens."""
    found = [0] * len(hit.text)
    most = max((token.added for token in tokens), default=0.0)
    for token in tokens:
        if token.start is None or token.end is None or token.added < _SHOWN * most or most <= 0:
            continue
        level = 2 if token.added >= _STRONG * most else 1
        first, last = token.start - hit.chunk.start, token.end - hit.chunk.start
        for place in range(max(0, first), min(len(found), last)):
            found[place] = max(found[place], level)
    for word in _WORD.finditer(hit.text):
        strongest = max(found[word.start() : word.end()])
        found[word.start() : word.end()] = [strongest] * len(word.group())
    return found


def _has_colour(console: Console) -> bool:
    return console.is_terminal and not console.no_color


def _legs(hit: Hit) -> Table:
    """The legs by rank and score, with what they added and how that was counted."""
    table = Table("leg", box=None, pad_edge=False, header_style="dim")
    for name in ("rank", "score", "added"):
        table.add_column(name, justify="right")
    table.add_column("how")
    told = hit.explanation
    shares: dict[str, Share] = {share.leg: share for share in told.shares} if told else {}
    for name in dict.fromkeys([*hit.legs, *shares]):
        leg, share = hit.legs.get(name), shares.get(name)
        table.add_row(
            name,
            str(leg.rank) if leg else "-",
            f"{leg.score:.4f}" if leg else "-",
            f"{share.added:.4f}" if share else "",
            escape(_how(share, told)) if share and told else "",
        )
    return table


def _how(share: Share, told: Explanation) -> str:
    """The arithmetic of a share in figures."""
    if share.score is None or share.rank is None:
        return "not in this leg's list"
    weight = "" if share.weight == 1 else f"{share.weight:g} x "
    if told.k is not None:
        by = "" if share.weight == 1 else f" / {share.weight:g}"
        return f"1 / ({share.rank}{by} + {told.k} - 1)" if share.weight else "weight 0"
    if share.mean is None or share.deviation is None:
        return "the score itself"
    if not share.deviation:
        return f"{weight}0.5, the list's scores are equal"
    return f"{weight}(({share.score:.4f} - {share.mean:.4f}) / (6 x {share.deviation:.4f}) + 0.5)"


def _sum(hit: Hit, told: Explanation) -> str:
    """The sum, and which stage gave the score that is shown."""
    whole = f"{told.method}: {told.total:.4f}"
    if not told.changed_by:
        return whole
    return f"{whole}, then {hit.score:.4f} by {' and '.join(told.changed_by)}"


def _terms(terms: Sequence[TermMatch]) -> str:
    """The words that match, each with weight x IDF."""
    return "; ".join(map(_term, terms)) or "none of the query's stands in the passage"


def _term(term: TermMatch) -> str:
    words, asked = "/".join(term.words), "/".join(term.query_words)
    met = words if words.lower() == asked.lower() else f"{asked or '(expansion)'} ~ {words}"
    return f"{met} {term.weight:.2f} x {term.idf:.2f}"


def _pairs(tokens: Sequence[TokenMatch]) -> Iterator[str]:
    """The matches in title, headings and lead."""
    most = max((token.added for token in tokens), default=0.0)
    for token in tokens:
        if token.part != "text" and token.added >= _SHOWN * most > 0:
            met = token.match if token.match == token.token else f"{token.token} ~ {token.match}"
            yield f"{met} {token.similarity:.2f}"
