"""The language says everything the tree can, and points at what has no meaning."""

from __future__ import annotations

import pytest

from tercet.errors import FilterError
from tercet.store.filters import MAX_DEPTH, parse_filter
from tercet.types import (
    And,
    Count,
    Equals,
    Exists,
    Filter,
    InBox,
    InPolygon,
    Interval,
    Nested,
    Not,
    Or,
    Place,
    Prefix,
    Range,
    Within,
    Words,
)


@pytest.mark.parametrize(
    ("expression", "tree"),
    [
        ("exists(author)", Exists("author")),
        ("not EXISTS (author)", Not(Exists("author"))),
        ("author is null", Not(Exists("author"))),
        ("author is not null", Exists("author")),
        ("year between 2020 and 2023", Range("year", Interval(gte=2020, lte=2023))),
        (
            'day between "2024-01-01" and "2024-02-01" and a = 1',
            And((Range("day", Interval(gte="2024-01-01", lte="2024-02-01")), Equals("a", (1,)))),
        ),
        ('tags has all of ["a", "b"]', And((Equals("tags", ("a",)), Equals("tags", ("b",))))),
        ('tags has any of ["a", "b"]', Equals("tags", ("a", "b"))),
        ('name starts with "Ab"', Prefix("name", "Ab")),
        ("count(tags) >= 2", Count("tags", Interval(gte=2))),
        ("count(tags) = 0", Count("tags", Interval(gte=0, lte=0))),
        ("count(tags) != 1", Not(Count("tags", Interval(gte=1, lte=1)))),
        ('text contains "annual report"', Words("text", "annual report", "all")),
        ('text contains all "annual report"', Words("text", "annual report", "all")),
        ('headings contains any "a b"', Words("headings", "a b", "any")),
        ("title contains phrase 'a b'", Words("title", "a b", "phrase")),
        ("at within 5 km of (52.52, 13.40)", Within("at", Place(52.52, 13.40), 5000.0)),
        ("at within 5.5m of (-1, +2)", Within("at", Place(-1.0, 2.0), 5.5)),
        ("at within 1 MI of (0, 0)", Within("at", Place(0.0, 0.0), 1609.344)),
        (
            "at in box (52.6, 13.2, 52.4, 13.6)",
            InBox("at", Place(52.6, 13.2), Place(52.4, 13.6)),
        ),
        (
            "at in polygon ((0, 0), (0, 9), (9, 9))",
            InPolygon("at", (Place(0.0, 0.0), Place(0.0, 9.0), Place(9.0, 9.0))),
        ),
        (
            'items[price > 10 and color = "red"]',
            Nested("items", And((Range("price", Interval(gt=10)), Equals("color", ("red",))))),
        ),
        ("a[b[c = 1]]", Nested("a", Nested("b", Equals("c", (1,))))),
        (
            "`due items`[not x = 1 or exists(y)]",
            Nested("due items", Or((Not(Equals("x", (1,))), Exists("y")))),
        ),
    ],
)
def test_expressions_become_trees(expression: str, tree: Filter) -> None:
    assert parse_filter(expression) == tree


WORDS = """exists count is null has all any of between starts with contains phrase within box
polygon km m mi"""


@pytest.mark.parametrize("word", WORDS.split())
def test_words_of_the_language_can_name_fields(word: str) -> None:
    assert parse_filter(f"{word} = 1 and {word} in [2]") == And(
        (Equals(word, (1,)), Equals(word, (2,)))
    )
    assert parse_filter(f"exists({word})") == Exists(word)


@pytest.mark.parametrize(
    ("expression", "position", "about"),
    [
        ('a like "b"', 2, "not expected"),
        ("a contains", 10, "missing at the end"),
        ("a contains 5", 11, "not expected"),
        ("a between 1 or 2", 12, "not expected"),
        ("a in box (1, 2, 3)", 17, "not expected"),
        ("a within 5 parsecs of (1, 2)", 11, "not expected"),
        ("items[a = 1", 11, "missing at the end"),
        ("items a = 1]", 6, "not expected"),
        ("a between true and 2", 19, "no order"),
        ('a between 1 and "2024-01-01"', 16, "a date and a number"),
        ('a = 1 and b >= "2024-02-30"', 15, "not a date"),
        ("count(a) > 1.5", 11, "no count"),
        ("count(a) > -1", 11, "no count"),
        ("at within 5 km of (91, 0)", 10, "latitude"),
        ("at within 5 km of (0, 180.5)", 10, "longitude"),
        ("at within 0 km of (0, 0)", 10, "no distance"),
        ("at in box (1, 0, 2, 5)", 11, "no height"),
        ("at in polygon ((0,0), (1,1))", 0, "2 corners"),
        ("at in polygon ((0,0), (9,9), (0,9), (9,0))", 0, "crosses itself"),
        ("x = 1e999", 4, "no number"),
        ("x = " + "9" * 5000, 4, "no number"),
        ('`a"b` = 1', 8, "names no field"),
        ("(" * 5000 + "a = 1", MAX_DEPTH, "deeper"),
        ("not " * 5000 + "a = 1", 4 * MAX_DEPTH, "deeper"),
        ("a[" * 5000 + "b = 1", 2 * MAX_DEPTH + 1, "deeper"),
    ],
)
def test_what_has_no_meaning_is_pointed_at(expression: str, position: int, about: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(expression)
    assert about in str(caught.value).lower()
    assert (caught.value.position, str(position) in str(caught.value)) == (position, True)
    assert len(str(caught.value)) < 6000
    assert "\n" not in str(caught.value)


def test_brackets_in_text_and_beside_each_other_are_no_depth() -> None:
    many = " or ".join(f'(a = "((((" and not b in [{n}])' for n in range(200))
    assert isinstance(parse_filter(many), Or)


def test_a_list_may_be_long() -> None:
    values = tuple(range(10_000))
    assert parse_filter(f"a in {list(values)}") == Equals("a", values)
