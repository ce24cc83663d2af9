from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercet.loaders import load
from tercet.loaders.markup.markdown import headings, plain, split_front_matter

LINES = st.lists(
    st.sampled_from(
        ["# One", "## Two ##", "text", "", "```", "~~~", "===", "---", "<!--", "-->", "    code"]
    )
).map("\n".join)


def shown(text: str) -> list[tuple[int, str]]:
    return [(heading.level, heading.text) for heading in headings(text)]


def test_the_source_is_the_text(write) -> None:
    body = "# Title\n\n<!-- hidden -->\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nEnd.\n"
    document = load(write("a.md", body))
    assert document.text == body
    assert document.title == "Title"


def test_front_matter(write) -> None:
    front = (
        "title: The Title\nauthor: Ann\ndate: 2024-05-06\nat: 2024-05-06T07:08:09\ncount: 3\n"
        "ratio: 0.5\ndraft: true\ntags: [a, 1, 2024-01-02, {x: y}]\nnested: {a: b}\nnothing:\n"
        'big: 99999999999999999999999\nnan: .nan\nodd: "\\ud800"\n1: one\n'
    )
    document = load(write("a.md", f"---\n{front}---\n# Body\n"))
    assert document.text == "# Body\n"
    assert document.title == "The Title"
    wanted = {
        "author": "Ann",
        "date": "2024-05-06",
        "at": "2024-05-06T07:08:09",
        "count": 3,
        "ratio": 0.5,
        "draft": True,
        "tags": ["a", 1, "2024-01-02"],
        "big": hex(99999999999999999999999),
        "nan": "nan",
        "odd": "\\ud800",
        "1": "one",
    }
    assert {key: document.metadata.get(key) for key in wanted} == wanted
    assert {"nested", "nothing", "title"}.isdisjoint(document.metadata)


@pytest.mark.parametrize(
    "text",
    [
        "---\nnot: [closed\n---\nbody",
        "---\n- a list\n---\nbody",
        "---\ndate: 2024-02-30\n---\nbody",
        "---\na: &a {x: 1}\nb: {<<: *a}\n---\nbody",
        "---\nno end: 1\n",
        "----\na: 1\n----\n",
        "text\n---\na: 1\n---\n",
    ],
)
def test_what_is_not_front_matter_stays(text: str) -> None:
    assert split_front_matter(text) == (text, {})


@given(st.text(), st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.integers()))
def test_the_body_is_never_changed(body: str, front: dict[str, int]) -> None:
    source = "".join(f"'{key}': {value}\n" for key, value in front.items()) or "{}\n"
    text, metadata = split_front_matter(f"---\n{source}---\n{body}")
    assert text == body
    assert set(metadata) == set(front)


@given(st.one_of(LINES, st.text()))
def test_headings_stand_where_they_say(text: str) -> None:
    found = headings(text)
    assert [heading.start for heading in found] == sorted({heading.start for heading in found})
    for heading in found:
        line = text[heading.start :].split("\n")[0]
        assert heading.start == 0 or text[heading.start - 1] == "\n"
        assert heading.text and heading.text == plain(line.strip().strip("#"))


def test_levels_and_setext() -> None:
    text = "# One\n## Two ##\n###### Six\n####### none\n#none\n\nBig\n===\n\nSmall\n---\n\n#\n"
    assert shown(text) == [(1, "One"), (2, "Two"), (6, "Six"), (1, "Big"), (2, "Small")]


def test_what_looks_like_a_heading_and_is_none() -> None:
    assert shown("````rust\n# hidden line\n~~~\n# more\n```\n# not yet\n````\n") == []
    assert shown("<!--\n# no\n-->\n# yes") == [(1, "yes")]
    assert shown("    # code\n\n- item\n---\n\n| a |\n---\n\n---\n\n===\n") == []
    assert shown("two lines\nof text\n---\n") == []
    assert shown("~~~\n```\n# no\n~~~\n# yes") == [(1, "yes")]
    assert shown("``` a ` b\n# yes") == [(1, "yes")]


def test_plain_headings() -> None:
    assert plain("The `Box<T>` *type* of [Rust](https://x.y) {#box}") == "The Box<T> type of Rust"
    assert plain("snake_case_name and __bold__") == "snake_case_name and bold"
    assert plain('<a id="x"></a>Anchor <!-- note -->') == "Anchor"


def test_titles(write) -> None:
    assert load(write("notes.md", "Text.\n\n## Second level\n")).title == "notes"
    assert load(write("notes.md", "\n## Second level\n\n### Third\n")).title == "Second level"
    assert load(write("notes.md", "## Second level\n\n# First\n")).title == "First"


def test_the_rust_book(shared) -> None:
    folder = shared / "corpora" / "rust-book" / "src"
    documents = [load(path) for path in sorted(folder.glob("ch04-*.md"))]
    assert documents
    for document in documents:
        assert document.headings and document.title == document.headings[0].text
