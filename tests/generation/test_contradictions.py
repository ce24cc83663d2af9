"""Sources that contradict each other are quoted side by side, with their dates."""

from __future__ import annotations

import numpy as np
import pytest

from tercet.generation.extractive.answerer import ExtractiveGenerator
from tercet.generation.extractive.contradictions import contradictions, date_of
from tercet.generation.extractive.evidence import Signs
from tercet.generation.extractive.support import Support
from tercet.generation.sentences import Sentence
from tercet.ports import Encoder
from tercet.types import Chunk, Context, Hit

OLD = "Claims must be handed in within 60 days of the end of the trip."
NEW = "Claims must be handed in within 30 days of the end of the trip."
TABLE = "| City | Limit per night |\n| --- | --- |\n| London | £{} |\n| Porto | £{} |"


def hit(text: str, source: str, **metadata: str | int) -> Hit:
    chunk = Chunk(text, 0, len(text), document=source, source=source, metadata=metadata)
    return Hit(chunk, 1.0)


def support(words: str, source: str, **metadata: str | int) -> Support:
    found = hit(words, source, **metadata)
    sentence = Sentence(words, 0, len(words))
    signs = Signs(*[0.0] * len(Signs._fields))
    return Support(1, found, sentence, words, words, signs, 1.0, np.zeros(3, np.float32))


def test_two_versions_are_quoted_side_by_side_the_newer_first(encoder: Encoder) -> None:
    hits = (
        hit(OLD, "old.md", modified="2022-03-01"),
        hit(NEW, "new.md", modified="2025-04-01"),
        hit("The travel desk is open from Monday to Friday.", "desk.md"),
    )
    asked = "Within how many days must claims be handed in?"
    draft = ExtractiveGenerator(encoder)(asked, Context(hits))
    assert not draft.abstained
    assert [citation.quote for citation in draft.citations][:2] == [NEW, OLD]
    assert draft.text.startswith(f"{NEW} [1] (2025-04-01) {OLD} [2] (2022-03-01)")
    assert draft.warnings == (
        "Sources contradict each other: new.md (2025-04-01), old.md (2022-03-01).",
    )


def test_rows_with_the_same_label_and_columns_contradict(encoder: Encoder) -> None:
    hits = (
        hit(TABLE.format(150, 95), "limits-2022.md", year=2022),
        hit(TABLE.format(185, 120), "limits-2025.md", year=2025),
    )
    asked = "What is the limit per night in London?"
    draft = ExtractiveGenerator(encoder)(asked, Context(hits))
    new, old = "London: Limit per night £185 [1][2]", "London: Limit per night £150 [3][4]"
    assert draft.text.startswith(f"{new} (2025) {old} (2022)")


def test_without_a_contradiction_there_is_no_date_and_no_warning(encoder: Encoder) -> None:
    hits = (hit(NEW, "new.md", modified="2025-04-01"), hit(NEW + " ", "copy.md", modified="2024"))
    asked = "Within how many days must claims be handed in?"
    draft = ExtractiveGenerator(encoder)(asked, Context(hits))
    assert "(" not in draft.text
    assert draft.warnings == ()


@pytest.mark.parametrize(
    "other",
    [
        support(OLD, "new.md"),  # the document itself says both
        support(NEW, "other.md"),  # the same numbers
        support("The parcels weigh 60 kg.", "other.md"),  # about something else
        support("Claims must be handed in within a few days of the trip.", "other.md"),  # none
    ],
)
def test_what_does_not_contradict(other: Support) -> None:
    best = support(NEW, "new.md")
    assert contradictions(best, [best, other]) == [best]


@pytest.mark.parametrize(
    ("metadata", "date"),
    [
        ({"modified": "2026-11-25T10:00:00", "year": 2023}, "2023"),
        ({"date": "2024-05-06", "year": 2023}, "2024-05-06"),
        ({"created": "2022-03-01", "modified": "2022-04-01"}, "2022-03-01"),
        ({"owner": "A"}, ""),
    ],
)
def test_the_date_is_the_most_telling_that_the_metadata_has(
    metadata: dict[str, str | int], date: str
) -> None:
    assert date_of(hit(OLD, "a.md", **metadata)) == date
