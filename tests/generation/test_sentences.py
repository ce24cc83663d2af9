"""Sentences: laws over any text, and the cases that matter for quotes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercet.generation.sentences import split_sentences


@given(st.text())
def test_sentences_are_exact_ordered_and_lose_nothing(text: str) -> None:
    sentences = split_sentences(text)
    assert all(text[s.start : s.end] == s.text == s.text.strip() != "" for s in sentences)
    assert all(a.end <= b.start for a, b in itertools.pairwise(sentences))
    kept = "".join(sentence.text for sentence in sentences)
    assert "".join(kept.split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One is here. Two is there!  Three?", ["One is here.", "Two is there!", "Three?"]),
        ("See Dr. Ruiz at 3.5 mm, e.g. Tuesday.", ["See Dr. Ruiz at 3.5 mm, e.g. Tuesday."]),
        ('He said "Stop." Then he left.', ['He said "Stop."', "Then he left."]),
        ("# Title\n\nA line that\nwraps over.\n", ["# Title", "A line that\nwraps over."]),
        ("- first item\n- second item\n", ["- first item", "- second item"]),
        ("| a | b |\n| 1 | 2 |\n", ["| a | b |", "| 1 | 2 |"]),
        ("第一句。第二句！", ["第一句。", "第二句！"]),
        ("It costs 5 euros. 12 were sold.", ["It costs 5 euros.", "12 were sold."]),
        ("Warranty\nWe give the meter two\nyears.", ["Warranty", "We give the meter two\nyears."]),
        ("All our products from\nSwitzerland last.", ["All our products from\nSwitzerland last."]),
        ("", []),
    ],
)
def test_cases(text: str, sentences: list[str]) -> None:
    assert [sentence.text for sentence in split_sentences(text)] == sentences
