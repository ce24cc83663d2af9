"""`search --explain` for people and for machines."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from rich.console import Console

from tercet.cli.records import hit_json
from tercet.cli.render_explain import marked, show_explanation
from tercet.types import Chunk, Explanation, Hit, LegScore, Share, TermMatch, TokenMatch
from tests.cli.run import tercet
from tests.small_docs import write_docs

TEXT = "Everyone has 25\n\ndays of leave."


def token(text: str, word: str, added: float) -> TokenMatch:
    """A query token whose nearest is `word` of the text, which begins at 100 in its document."""
    start = 100 + TEXT.index(word) if word in TEXT else None
    end = None if start is None else start + len(word)
    part = "labels" if start is None else "text"
    return TokenMatch(text, word, part, 1.0, added, added, start, end)  # type: ignore[arg-type]


HIT = Hit(
    Chunk(TEXT, 100, 100 + len(TEXT), source="leave.md", document="d", headings=("Rules",)),
    1.4,
    {"dense": LegScore(0.6, 2), "sparse": LegScore(3.5, 1)},
    Explanation(
        "vote",
        (
            Share("dense", 0.75, 1.0, 0.6, 2, 0.3, 0.2, 0.75),
            Share("sparse", 0.5, 0.5, 3.5, 1, 0.5, 1.0, 1.0),
            Share("late_interaction", 0.0, 2.0),
        ),
        1.25,
        changed_by=("recency",),
        terms=(TermMatch(("leaves",), ("leave",), 1.5, 2.0, 3.0, ((124, 129),)),),
        tokens=(
            token("leave", "leave", 0.9),
            token("day", "day", 0.5),
            token("of", "of", 0.01),
            token("rule", "Rules", 0.6),
        ),
    ),
)


def shown(hit: Hit, *, colour: bool) -> str:
    """What the terminal gets, as one text."""
    console = Console(width=200, force_terminal=colour, no_color=not colour, highlight=False)
    with console.capture() as capture:
        show_explanation(console, hit)
    return capture.get()


def test_without_colour_the_strength_stands_in_brackets() -> None:
    assert marked(HIT, colour=False).plain == "Everyone has 25 [days] of [[leave]]."
    assert "\x1b" not in shown(HIT, colour=False)


def test_with_colour_the_text_is_as_it_was() -> None:
    text = marked(HIT, colour=True)
    assert text.plain == "Everyone has 25 days of leave."
    styles = {text.plain[span.start : span.end]: str(span.style) for span in text.spans}
    assert styles["days"] != styles["leave"]
    assert "\x1b[1;32mleave" in shown(HIT, colour=True)


def test_the_arithmetic_can_be_done_again_from_what_is_shown() -> None:
    lines = {line.split()[0]: line for line in shown(HIT, colour=False).splitlines() if line}
    how = re.compile(r"\(\(.*\+ 0\.5\)")
    for leg, added in (("dense", 0.75), ("sparse", 0.5)):
        weight = 0.5 if leg == "sparse" else 1.0
        formula = how.search(lines[leg])
        assert formula and f"{added:.4f}" in lines[leg]
        score, mean, deviation = re.findall(r"\d+\.\d{4}", formula.group())
        counted = (float(score) - float(mean)) / (6 * float(deviation)) + 0.5
        assert weight * counted == pytest.approx(added, abs=1e-3)
    assert "0.5 x ((" in lines["sparse"]
    assert "not in this leg's list" in lines["late_interaction"]
    assert "vote: 1.2500, then 1.4000 by recency" in lines["sum:"]
    assert "leaves ~ leave 1.50 x 2.00" in lines["words:"]
    assert "rule ~ Rules 0.60" in shown(HIT, colour=False)


def test_ranks_are_explained_by_ranks() -> None:
    share = Share("dense", 1 / 61, 1.0, 0.6, 2)
    hit = Hit(HIT.chunk, 1 / 61, HIT.legs, Explanation("rrf", (share,), 1 / 61, k=60))
    assert "1 / (2 + 60 - 1)" in shown(hit, colour=False)
    assert "does not tell" in shown(hit, colour=False)


def test_json_has_the_explanation_only_where_there_is_one() -> None:
    record = json.loads(json.dumps(hit_json(HIT)))
    assert record["legs"]["dense"] == {"score": 0.6, "rank": 2}
    assert record["explain"]["total"] == 1.25
    assert record["explain"]["shares"][0]["leg"] == "dense"
    assert record["explain"]["tokens"][0]["token"] == "leave"
    assert record["explain"]["terms"][0]["spans"] == [[124, 129]]
    assert "explain" not in hit_json(Hit(HIT.chunk, 1.0))


def test_the_command_explains_every_hit(tmp_path: Path) -> None:
    write_docs(tmp_path)
    assert tercet("ingest", "docs").code == 0
    search = ("search", "days of leave", "-k", "2")
    for hit in json.loads(tercet(*search, "--explain", "--json").stdout)["hits"]:
        added = sum(share["added"] for share in hit["explain"]["shares"])
        assert added == pytest.approx(hit["score"], abs=1e-3)
        assert hit["explain"]["changed_by"] == []
    assert "explain" not in json.loads(tercet(*search, "--json").stdout)["hits"][0]
    people = tercet(*search, "--explain").stdout
    assert "sum: dbsf" in people
    assert "late_interaction" in people
