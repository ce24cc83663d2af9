"""The score of a sentence: its parts by definition, and the direction in which each counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercet.generation.extractive.evidence import (
    Signs,
    Weights,
    log_odds,
    shipped_weights,
    similarities,
)
from tercet.generation.extractive.places import find_places
from tercet.types import Chunk, Hit

AGAINST = {"missing", "unsaid", "unknown", "numberless", "rank"}


@given(st.lists(st.floats(-1, 1), min_size=len(Signs._fields), max_size=len(Signs._fields)))
def test_no_sign_counts_in_the_wrong_direction(values: list[float]) -> None:
    signs = Signs(*values)
    for name in Signs._fields:
        more = signs._replace(**{name: getattr(signs, name) + 0.5})
        change = log_odds(more) - log_odds(signs)
        assert change <= 1e-9 if name in AGAINST else change >= -1e-9


def test_the_score_is_the_weighted_sum() -> None:
    each = Signs(*[float(number) for number in range(len(Signs._fields))])
    signs = Signs(*[1.0] * len(Signs._fields))
    assert log_odds(signs, Weights(-0.5, each)) == pytest.approx(sum(each) - 0.5)


def test_the_shipped_weights_are_not_all_zero() -> None:
    assert shipped_weights().signs.similarity > 0
    assert sum(weight != 0 for weight in shipped_weights().signs) >= 5


def test_similarities_by_hand() -> None:
    query = np.array([[3.0, 0.0], [0.0, 1.0]], dtype=np.float32)  # they count 3 and 1
    passage = np.array([[1.0, 0.0], [0.6, 0.8]], dtype=np.float32)
    mean, weakest = similarities(query, passage)
    assert mean == pytest.approx((3 * 1.0 + 1 * 0.8) / 4)
    assert weakest == pytest.approx(0.8)  # the second is a quarter of what counts
    assert similarities(query[:0], passage) == similarities(query, passage[:0]) == (0.0, 0.0)


def test_a_sentence_stands_below_its_title_and_nearest_heading() -> None:
    table = "| Part | Years |\n| --- | --- |\n| Cap | 2 |"
    text = f"Before.\n\n# Cover\n\n## Lamp\n\nNot covered.\n\n{table}"
    chunk = Chunk(text, 0, len(text), title="Guide", headings=("Guide", "Terms"))
    places = list(find_places([Hit(chunk, 1.0)]))
    assert [(place.labels, place.said) for place in places] == [
        ("Guide > Terms", "Before."),
        ("Guide > Lamp", "Not covered."),
        ("Guide > Lamp", "Cap: 2"),
    ]
    assert places[1].whole == "Guide > Lamp\nNot covered."
    assert places[2].answer == "Guide > Lamp\nCap: Part Years 2"
