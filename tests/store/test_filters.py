"""The filter language: what it means, and where it points when it does not parse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercet.errors import FilterError
from tercet.store.filters import parse_filter
from tercet.types import And, Equals, Filter, Interval, Not, Or, Range


@pytest.mark.parametrize(
    ("expression", "tree"),
    [
        ('category = "hr"', Equals("category", ("hr",))),
        ("category == 'hr'", Equals("category", ("hr",))),
        ("year >= 2023", Range("year", Interval(gte=2023))),
        ("price < -1.5e3", Range("price", Interval(lt=-1500.0))),
        ("draft = true", Equals("draft", (True,))),
        ("draft != FALSE", Not(Equals("draft", (False,)))),
        ('day > "2024-01-31"', Range("day", Interval(gt="2024-01-31"))),
        ('tags in ["a", "b"]', Equals("tags", ("a", "b"))),
        ("page in (1, 2)", Equals("page", (1, 2))),
        ("page in []", Equals("page", ())),
        ('tag not in ["a"]', Not(Equals("tag", ("a",)))),
        ("not a = 1", Not(Equals("a", (1,)))),
        ("`odd name` = 1", Equals("odd name", (1,))),
        ("metadata.nested.key = 1", Equals("metadata.nested.key", (1,))),
        ("größe = 1", Equals("größe", (1,))),
        ("order = 1", Equals("order", (1,))),
        (r'a = "say \"so\" \\ here"', Equals("a", (r'say "so" \ here',))),
        (
            'category = "hr" and year >= 2023',
            And((Equals("category", ("hr",)), Range("year", Interval(gte=2023)))),
        ),
        (
            "a = 1 or b = 2 AND NOT c = 3",
            Or((Equals("a", (1,)), And((Equals("b", (2,)), Not(Equals("c", (3,))))))),
        ),
        (
            "(a = 1 or b = 2) and c = 3",
            And((Or((Equals("a", (1,)), Equals("b", (2,)))), Equals("c", (3,)))),
        ),
    ],
)
def test_expressions_mean_what_they_say(expression: str, tree: Filter) -> None:
    assert parse_filter(expression) == tree


@pytest.mark.parametrize("expression", ["", "   ", "\n\t"])
def test_an_empty_filter_is_no_filter(expression: str) -> None:
    assert parse_filter(expression) is None


@pytest.mark.parametrize(
    ("expression", "position"),
    [
        ("category =", 10),
        ('category "hr"', 9),
        ("= 1", 0),
        ("a = 1 b = 2", 6),
        ("a = 1 and", 9),
        ("(a = 1", 6),
        ('a = "open', 4),
        ("a > true", 4),
        ('a > "tall"', 4),
        ("a in 3", 5),
        ("a = §", 4),
        ("and = 1", 0),
    ],
)
def test_a_wrong_filter_is_pointed_at(expression: str, position: int) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(expression)
    assert caught.value.position == position
    assert str(position) in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.text(max_size=60))
def test_any_text_is_a_filter_or_a_filter_error(text: str) -> None:
    try:
        parse_filter(text)
    except FilterError as error:
        assert 0 <= error.position <= len(text)


@given(st.text())
def test_every_text_can_be_written_as_a_value(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    assert parse_filter(f'field = "{quoted}"') == Equals("field", (text,))
