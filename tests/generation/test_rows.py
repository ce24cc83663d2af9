"""Rows of tables: what they say, and which lines say nothing by themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tercet.generation.extractive.answerer import ExtractiveGenerator
from tercet.generation.extractive.support import rank_sentences
from tercet.generation.rows import find_tables
from tercet.types import Chunk, Context, Hit

TABLE = """The results of the year.

|  | 2023 | 2022 |
| --- | --- | --- |
| Revenue: |  |  |
| Products | 60,584 | 63,355 |
| Services | 21,213 |  |
| Cost of sales | (9) | — |

See the notes."""


def chunk(text: str, lead: str = "") -> Chunk:
    return Chunk(text, 0, len(text), document="d", source="a.md", title="Acme", lead=lead)


def statements(chunk: Chunk) -> list[str]:
    return [row.statement for row in find_tables(chunk).rows.values()]


def test_a_row_says_its_values_with_their_columns() -> None:
    assert statements(chunk(TABLE)) == [
        "Revenue Products:  2023 60,584; 2022 63,355",
        "Revenue Services:  2023 21,213",
        "Revenue Cost of sales:  2023 (9); 2022 —",
    ]
    rows = find_tables(chunk(TABLE)).rows
    assert [row.label for row in rows.values()] == ["Products", "Services", "Cost of sales"]
    assert all(TABLE[start:].startswith(f"| {row.label} |") for start, row in rows.items())


def test_titles_rules_and_sections_are_silent() -> None:
    silent = find_tables(chunk(TABLE)).silent
    lines = {TABLE[start:].split("\n")[0] for start in silent}
    assert lines == {"|  | 2023 | 2022 |", "| --- | --- | --- |", "| Revenue: |  |  |"}


def test_the_corner_says_what_the_values_are() -> None:
    text = "| In millions | 2023 |\n| --- | --- |\n| Debt | 7 |"
    assert statements(chunk(text)) == ["Debt: In millions 2023 7"]


def test_a_table_that_goes_on_has_its_titles_in_the_lead() -> None:
    text = "| Goodwill | 27 |\n| Other | 3 |\n\n| a | b |\n| --- | --- |\n| c | d |"
    found = statements(chunk(text, lead="| In millions | 2023 |\n| --- | --- |"))
    assert found == ["Goodwill: In millions 2023 27", "Other: In millions 2023 3", "c: a b d"]


def test_a_row_is_told_with_the_titles_that_stand_in_its_passage() -> None:
    rows = find_tables(chunk(TABLE)).rows.values()
    assert [row.told for row in rows] == [
        "Products: 2023 60,584; 2022 63,355",
        "Services: 2023 21,213",
        "Cost of sales: 2023 (9); 2022 —",
    ]
    assert {TABLE[slice(*row.titles)] for row in rows if row.titles} == {"|  | 2023 | 2022 |"}


def test_titles_of_another_passage_are_not_told() -> None:
    lead = "| In millions | 2023 |\n| --- | --- |"
    [row] = find_tables(chunk("| Goodwill | 27 |", lead=lead)).rows.values()
    assert (row.told, row.titles, row.corner) == ("Goodwill: 27", None, "In millions")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no table | at all",
        "|",
        "||\n||",
        "| a |",
        "| --- |\n| --- |",
        "| a | b |\n| x \\| y | z |",
    ],
)
def test_odd_tables_do_no_harm(text: str) -> None:
    tables = find_tables(chunk(text))
    assert all(0 <= start <= len(text) for start in (*tables.rows, *tables.silent))


def test_a_pipe_in_a_cell_stays_in_it() -> None:
    assert statements(chunk("| a | b |\n|---|---|\n| x \\| y | z |")) == ["x | y: a b z"]


def test_a_figure_is_quoted_as_its_row(encoder) -> None:  # type: ignore[no-untyped-def]
    hit = Hit(chunk(TABLE), 1.0)
    draft = ExtractiveGenerator(encoder)("What was the cost of sales in 2023?", Context((hit,)))
    assert draft.citations[0].quote == "| Cost of sales | (9) | — |"


def test_the_label_counts_as_far_as_the_question_names_it(encoder) -> None:  # type: ignore[no-untyped-def]
    hit = Hit(replace(chunk(TABLE), title=""), 1.0)
    found = rank_sentences("What was the cost of sales?", [hit], encoder)
    named = {support.sentence.text.split(" |")[0]: support.signs.named for support in found}
    assert named["| Cost of sales"] == 1
    assert named["| Products"] == named["See the notes."] == 0


def test_bold_titles_and_labels_are_told_plainly() -> None:
    text = "| **City** | **Limit** |\n|---|---|\n| **London** | 5 * 2 |"
    [row] = find_tables(chunk(text)).rows.values()
    assert (row.label, row.told) == ("London", "London: Limit 5 * 2")
