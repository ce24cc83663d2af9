"""A filter is told in words that parse back to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercet.pipeline.inquiry.conditions import described, parts_of
from tercet.store.filters import parse_filter
from tercet.types import And, Equals, Filter, Interval, Not, Or, Range

FIELDS = st.sampled_from(["year", "category", "a.b", "two words", "page", "not", "Index"])
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8)
NUMBERS = st.integers(-1000, 1000)
LEAVES = st.one_of(
    st.builds(Equals, FIELDS, st.tuples(TEXTS)),
    st.builds(Equals, FIELDS, st.tuples(st.booleans())),
    st.builds(Equals, FIELDS, st.lists(NUMBERS, min_size=2, max_size=3).map(tuple)),
    st.builds(lambda field, n: Range(field, Interval(gte=n)), FIELDS, NUMBERS),
    st.builds(lambda field, n: Range(field, Interval(lt=n)), FIELDS, NUMBERS),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.tuples(inner, inner)),
        st.builds(Or, st.tuples(inner, inner)),
    ),
    max_leaves=5,
)


@given(TREES)
def test_the_words_parse_back(tree: Filter) -> None:
    assert parse_filter(described(tree)) == tree


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("a = 1 and (b = 2 and c = 3)", ["a = 1", "b = 2", "c = 3"]),
        ("a = 1 or b = 2", ["a = 1 or b = 2"]),
        ("year > 3 and not (a = 'x')", ["year > 3", 'not (a = "x")']),
    ],
)
def test_the_parts_that_must_all_hold(expression: str, words: list[str]) -> None:
    tree = parse_filter(expression)
    assert tree
    assert [described(part) for part in parts_of(tree)] == words
