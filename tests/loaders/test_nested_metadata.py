"""Places and objects in metadata, from front matter and `metadata.jsonl`."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from tercet.loaders.given import Sidecars
from tercet.loaders.scalars import flat


def test_places_and_lists_of_objects_stay_and_objects_become_dotted_keys() -> None:
    given = {
        "a": {"b": {"c": 1, "d": None}},
        "at": {"lat": 52.5, "lon": 13.4, "name": "Berlin"},
        "bad": {"lat": 91, "lon": 1},
        "items": [{"price": 1, "size": {"w": 2}}, {}],
        "shops": [{"lat": 1, "lon": 2}],
        "mixed": ["x", {"y": 1}],
        "lists": [[1], [2]],
        "none": None,
        "empty": [],
    }
    assert flat(given) == {
        "a.b.c": 1,
        "at": {"lat": 52.5, "lon": 13.4, "name": "Berlin"},
        "bad.lat": 91,
        "bad.lon": 1,
        "items": [{"price": 1, "size.w": 2}],
        "shops": [{"lat": 1, "lon": 2}],
        "mixed": ["x"],
        "empty": [],
    }


def test_a_row_of_jsonl_may_hold_places_and_objects(tmp_path: Path) -> None:
    row = {"file": "a.txt", "at": {"lat": 1, "lon": 2}, "items": [{"color": "red"}]}
    (tmp_path / "metadata.jsonl").write_text(json.dumps(row), encoding="utf-8")
    expected = {"at": {"lat": 1, "lon": 2}, "items": [{"color": "red"}]}
    assert Sidecars().of(tmp_path / "a.txt") == expected


def test_a_few_lines_that_stand_for_billions_are_cut_off() -> None:
    lines = ["a: &a {x: 1, y: 2}"]
    lines += [
        f"{n}: &{n} {{p: *{o}, q: *{o}, r: *{o}}}"
        for o, n in zip("abcdefghijklmno", "bcdefghijklmnop", strict=True)
    ]
    assert 0 < len(flat(yaml.safe_load("\n".join(lines)))) <= 1000
    deep: dict[str, object] = {"x": 1}
    for _ in range(900):
        deep = {"a": deep}
    assert flat({"deep": deep, "b": 1}) == {"b": 1}
