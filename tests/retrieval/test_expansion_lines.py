"""What is read out of a model's reply."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercet.retrieval.expansion.writing import LONGEST_LINE, parse_lines


@pytest.mark.parametrize(
    ("reply", "lines"),
    [
        ("How long?\nUntil when?", ["How long?", "Until when?"]),
        (
            "1. How long?\n2) Until when?\n(3) Since when?",
            ["How long?", "Until when?", "Since when?"],
        ),
        (
            "- How long?\n* Until when?\n• Since when?\n",
            ["How long?", "Until when?", "Since when?"],
        ),
        ("1: How long?\na) Until when?", ["How long?", "Until when?"]),
        ("- 1. How long?", ["How long?"]),
        (
            '**How long?**\n"Until when?"\n“Since when?”',
            ["How long?", "Until when?", "Since when?"],
        ),
        ("Here are three ways to ask:\n\nHow long?", ["How long?"]),
        ("```\nHow long?\n```", ["How long?"]),
        ("How long?\nhow  LONG\n\n \n---\n", ["How long?"]),
        ("<think>Which words?\nMany.</think>\nHow long?", ["How long?"]),
        ("<think>Never done", []),
        ("3.5 litres of what?\n2024 turnover", ["3.5 litres of what?", "2024 turnover"]),
        ("A. Smith?\n10:30 train\nQ4: turnover", ["A. Smith?", "10:30 train", "Q4: turnover"]),
        ("Wie lange?\n何年ですか", ["Wie lange?", "何年ですか"]),
        ("- \n1.\n...", []),
    ],
)
def test_lines_are_bare_questions(reply: str, lines: list[str]) -> None:
    assert parse_lines(reply) == lines


def test_a_line_that_runs_on_is_cut_between_words() -> None:
    [line] = parse_lines("word " * 500)
    assert LONGEST_LINE - 5 < len(line) <= LONGEST_LINE
    assert set(line.split()) == {"word"}


@given(st.text(st.sampled_from('aB1.)- \n"*`?é<>:'), max_size=80))
def test_lines_are_distinct_short_and_have_words(reply: str) -> None:
    lines = parse_lines(reply)
    assert len({line.casefold() for line in lines}) == len(lines)
    for line in lines:
        assert line == " ".join(line.split())
        assert any(letter.isalnum() for letter in line)
        assert len(line) <= LONGEST_LINE
