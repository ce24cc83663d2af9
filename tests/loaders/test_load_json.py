from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tercet.loaders import load
from tercet.loaders.data.json import read, read_lines
from tests.loaders.conftest import Write


def test_plain_values_then_a_heading_for_each_nested_one(write: Write) -> None:
    value = {
        "title": "Shop",
        "owner": {"name": "Ann", "address": {"city": "Bonn", "zip": None}},
        "open": True,
        "tags": ["tea", "milk"],
    }
    document = load(write("shop.json", json.dumps(value)))
    assert document.text == (
        "title: Shop\nopen: true\n\n# owner\n\nname: Ann\naddress.city: Bonn\naddress.zip: null\n\n"
        "# tags\n\n- tea\n- milk"
    )
    assert document.title == "Shop"
    assert [(h.level, h.text) for h in document.headings] == [(1, "owner"), (1, "tags")]
    for heading in document.headings:
        assert document.text[heading.start :].startswith(f"# {heading.text}\n")


def test_lists_of_flat_objects_are_tables(write: Write) -> None:
    value = {"prices": [{"item": "tea", "cost": 3}, {"item": "a|b", "cost": 1.5, "old": False}]}
    assert load(write("a.json", json.dumps(value))).text == (
        "# prices\n\n| item | cost | old |\n| --- | --- | --- |\n"
        "| tea | 3 |  |\n| a\\|b | 1.5 | false |"
    )


def test_a_table_inside_a_record_follows_its_path(write: Write) -> None:
    rows = [{"a": 1}, {"a": 2}]
    document = load(write("a.json", json.dumps([{"name": "One", "b": {"rows": rows}, "c": 5}])))
    assert document.text == ("# One\n\nname: One\nb.rows:\n\n| a |\n| --- |\n| 1 |\n| 2 |\n\nc: 5")


def test_records_with_long_text_are_blocks_under_their_titles(write: Write) -> None:
    value = [{"title": "One", "body": "word " * 60}, {"title": "Two", "body": "x\ny"}]
    document = load(write("posts.json", json.dumps(value)))
    assert document.text == (
        f"# One\n\ntitle: One\nbody: {'word ' * 60}\n\n# Two\n\ntitle: Two\nbody:\nx\ny"
    )
    assert document.title == "posts"


def test_lists_inside_lists_have_paths_by_number(write: Write) -> None:
    value = {"a": {"b": [[1, 2], {"c": [3, {"d": 4}]}]}}
    assert load(write("a.json", json.dumps(value))).text == (
        "# a\n\nb[0]: 1, 2\nb[1].c[0]: 3\nb[1].c[1].d: 4"
    )


@pytest.mark.parametrize("content", ['{"a": 1,}', "// no\n{}x", "{", '{"a": ' + "9" * 5000 + "}"])
def test_what_is_no_json_is_text(write: Write, content: str) -> None:
    assert load(write("a.json", content)).text == content


@pytest.mark.parametrize("depth", [110, 900, 100_000])
@pytest.mark.parametrize(("opened", "closed"), [("[", "]"), ('{"a":', "}")])
def test_deep_nesting_is_text(write: Write, depth: int, opened: str, closed: str) -> None:
    content = opened * depth + "1" + closed * depth
    assert load(write("a.json", content)).text == content
    assert load(write("a.jsonl", content)).text == content


def test_several_values_are_read_as_lines(write: Write) -> None:
    assert load(write("a.json", '{"a": 1}\n{"a": 2}\n')).text == "a: 1\n\na: 2"


def test_json_lines_give_a_block_for_each_record(write: Write) -> None:
    content = '{"q": "Why?", "a": {"text": "So.", "n": [1, 2]}}\n\nno json\n{"q": "Who?"}\n'
    document = load(write("a.jsonl", content))
    assert document.text == "q: Why?\na.text: So.\na.n: 1, 2\n\nno json\n\nq: Who?"
    assert load(write("b.ndjson", content)).text == document.text


def test_escapes_that_no_index_can_hold(write: Write) -> None:
    content = '{"title": "a\\ud800b", "x": {"k\\u0000ey": "c\\u0000d"}}'
    document = load(write("a.json", content))
    assert document.text == "title: a\\ud800b\n\n# x\n\nkey: cd"
    assert document.title == "a\\ud800b"
    assert load(write("a.jsonl", content)).text == "title: a\\ud800b\nx.key: cd"


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text("ab|# \n\0\ud800", max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab.", max_size=3), inner),
    max_leaves=20,
)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(VALUES)
def test_every_value_can_be_read(tmp_path: Path, value: object) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    for document in (read(path, "a"), read_lines(path, "a")):
        document.text.encode()
        assert "\0" not in document.text
        for heading in document.headings:
            line = document.text[heading.start :].split("\n")[0]
            assert line == f"{'#' * heading.level} {heading.text}"


def test_shared_file(shared: Path) -> None:
    folder = shared / "files/microsoft__markitdown/packages/markitdown/tests/test_files"
    assert load(folder / "test.json").text == (
        "key1: string_value\nkey2: 1234\n5b64c88c-b3c3-4510-bcb8-da0b200602d8: uuid_key\n"
        "uuid_value: 9700dc99-6685-40b4-9a3a-5e406dcb37f3\n\n# key3\n\n- list_value1\n- list_value2"
    )
