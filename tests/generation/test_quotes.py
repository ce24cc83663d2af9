"""Quotes: true ones are found with their place, false ones never."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercet.generation.citations import cite
from tercet.generation.normal import normalise
from tercet.generation.quotes import Quotes
from tercet.types import Chunk, Hit
from tests.conftest import HANDBOOK
from tests.generation.planted_quotes import Planted, false_quotes, hit_of, true_quotes


def cut(texts: dict[str, str], size: int = 900) -> list[Hit]:
    """Passages of about `size` characters, each at its place in its document."""
    return [
        hit_of(text[start : start + size], source, start)
        for source, text in texts.items()
        for start in range(0, len(text) - 200, size)
    ]


@pytest.fixture(scope="module")
def handbook() -> list[Hit]:
    files = sorted((HANDBOOK.parent / "handbook_sources").glob("*.md"))
    files += sorted(HANDBOOK.rglob("*.md"))
    return cut({file.name: file.read_text(encoding="utf-8") for file in files})


@pytest.fixture(scope="module")
def prose(shared: Path) -> list[Hit]:
    """Paragraphs of SQuAD and pages of a book about Rust."""
    lines = (shared / "ir" / "squad_dev_v2.0" / "corpus.jsonl").open(encoding="utf-8")
    rows = [json.loads(line) for line in lines][::10]
    texts = {row["_id"]: row["text"] for row in rows}
    pages = sorted((shared / "corpora" / "rust-book" / "src").glob("ch0*.md"))
    texts |= {page.name: page.read_text(encoding="utf-8")[:9000] for page in pages}
    return cut(texts)


def found(planted: list[Planted]) -> list[Planted]:
    return [one for one in planted if Quotes(one.hits).find(one.quote, one.marker)]


def wrong(planted: list[Planted]) -> list[Planted]:
    """True quotes that are not found, or at another place or page."""
    return [one for one in planted if not is_right(one)]


def is_right(planted: Planted) -> bool:
    place = Quotes(planted.hits).find(planted.quote, planted.marker)
    if place is None or planted.place is None:
        return False
    marker, start, end = planted.place
    hit = planted.hits[place.marker - 1]
    citation = cite(place.marker, hit, place.start, place.end)
    expected = cite(marker, planted.hits[marker - 1], start, end)
    assert citation.quote == hit.text[place.start : place.end]
    # A mark around the quote, or the stop at its end, may be left out of what is found.
    ends = {expected.end - left_out for left_out in range(3)}
    starts = {expected.start + left_out for left_out in range(2)}
    same = (citation.source, citation.marker) == (expected.source, marker)
    page = 2 if citation.start - hit.chunk.start >= len(hit.text) // 2 else 1
    return same and citation.start in starts and citation.end in ends and citation.page == page


@pytest.mark.parametrize("texts", ["handbook", "prose"])
def test_no_false_quote_of_300_is_verified(texts: str, request: pytest.FixtureRequest) -> None:
    planted = false_quotes(request.getfixturevalue(texts), 300, seed=20251125)
    assert len(planted) == 300
    assert min(Counter(one.kind for one in planted).values()) >= 42
    assert [(one.kind, one.quote) for one in found(planted)] == []


@pytest.mark.parametrize("texts", ["handbook", "prose"])
def test_of_300_true_quotes_297_are_verified_at_their_place(
    texts: str, request: pytest.FixtureRequest
) -> None:
    planted = true_quotes(request.getfixturevalue(texts), 300, seed=20251125)
    assert len(planted) == 300
    missed = wrong(planted)
    assert len(missed) <= 3, [(one.kind, one.quote) for one in missed]


def quoted(text: str, quote: str) -> str | None:
    """The letters of the text that prove the quote."""
    place = Quotes([Hit(Chunk(text, 0, len(text)), 1.0)]).find(quote, 1)
    return place and text[place.start : place.end]


@pytest.mark.parametrize(
    ("text", "quote", "letters"),
    [
        ("for 2 war-\nranty “years”", "2 warranty 'years'", "2 war-\nranty “years”"),
        ("a two-\nyear warranty", "a two-year warranty", "a two-\nyear warranty"),
        ("an of\ufb01ce in Zu\u0308rich", "an office in Zürich", "an of\ufb01ce in Zu\u0308rich"),
        ("a rate of 10 % now", "rate of 10%", "rate of 10 %"),
        ("between 10-\n12 days", "between 10-12 days", "between 10-\n12 days"),
        (
            "The lamp lasts two years from now",
            "the lamp lasts two years.",
            "The lamp lasts two years",
        ),
        (
            "The lamp, new, lasts two years",
            "The lamp ... two years",
            "The lamp, new, lasts two years",
        ),
        ("The lamp, new, lasts two years", "two years [...] The lamp", None),
        ("The lamp... lasts two years", "The lamp… lasts two", "The lamp... lasts two"),
        ("保証期間は二年です。", "期間は二年", "期間は二年"),
        ("a self-test is run", "a selftest is run", None),
        ("they are unable to go", "able to go", None),
        ("a non-profit shop", "profit shop", None),
        ("we can't go", "we can", None),
        ("it is 3.5 mm wide", "is 35 mm wide", None),
        ("it is 3.5 mm wide", "5 mm wide", None),
        ("it is at least 10 % of it", "at least 10", None),
        ("it is -5 °C outside", "5 °C outside", None),
        ("an area of 10² m", "area of 102 m", None),
        ("between 10-\n12 days", "between 1012 days", None),
        ("sizes 2, 500 of them", "sizes 2,500 of them", None),
        ("the Lamp lasts", "the lamp lasts", None),
        ("two years", "years", None),
        ("two years", "", None),
        ("two years", "...", None),
    ],
)
def test_what_may_differ_and_what_may_not(text: str, quote: str, letters: str | None) -> None:
    assert quoted(text, quote) == letters


def test_the_named_passage_comes_first_and_others_after() -> None:
    hits = [hit_of(text, text[:3], 0) for text in ("one two three", "two three", "four five")]
    assert Quotes(hits).find("two three", 2) == (2, 0, 9)
    assert Quotes(hits).find("two three", 3) == (1, 4, 13)
    assert Quotes(hits).find("two three", 9) == (1, 4, 13)
    assert Quotes(hits).find("five four", 3) is None


ALPHABET = "ab1.,-%\n \u00ad'”’(é\ufb01"


@given(st.text(alphabet=ALPHABET, max_size=40))
def test_the_way_back_is_whole_and_in_order(text: str) -> None:
    normal = normalise(text)
    spans = list(zip(normal.starts, normal.ends, strict=True))
    assert len(spans) == len(normal.text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)
    assert said(normal.text) == said(text)


@given(st.text(alphabet=ALPHABET, max_size=25), st.text(alphabet=ALPHABET, max_size=12))
def test_what_is_found_says_the_same(text: str, quote: str) -> None:
    letters = quoted(text, quote)
    assert letters is None or said(letters) == said(quote)


@given(st.text(alphabet=ALPHABET, min_size=1, max_size=40), st.data())
def test_a_copied_quote_is_found(text: str, data: st.DataObject) -> None:
    words = text.split()
    first = data.draw(st.integers(0, len(words)))
    quote = " ".join(words[first : data.draw(st.integers(first, len(words)))])
    letters = quoted(" ".join(words), quote)
    if letters is not None:
        assert said(letters) == said(quote)
    elif len(re.findall(r"\w+", quote)) > 1:
        # It was cut off from the sign of its number.
        assert re.search(r"\d\W*$", quote) or re.match(r"\W*\d", quote)


def said(text: str) -> str:
    """Letters and digits, in the one form that all writings of them have."""
    return "".join(re.findall(r"\w", text.replace("\ufb01", "fi"))).casefold()
