from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercet.errors import UsageError
from tercet.loaders.given import Sidecars, is_sidecar, parse_meta
from tercet.loaders.scalars import typed

Write = Callable[[str, bytes | str], Path]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("sales", "sales"),
        ("  two words ", "two words"),
        ("2024", 2024),
        ("-5", -5),
        ("+5", 5),
        ("0", 0),
        ("0151", "0151"),
        ("1_000", "1_000"),
        ("1.50", 1.5),
        ("-2.5e3", -2500.0),
        ("1e400", "1e400"),
        ("1.2.3", "1.2.3"),
        ("9223372036854775807", 9223372036854775807),
        ("9223372036854775808", "9223372036854775808"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("0x1F", "0x1F"),
        ("true", True),
        ("False", False),
        ("no", "no"),
        ("on", "on"),
        ("null", "null"),
        ("~", "~"),
        ("12:30", "12:30"),
        ("2024-05-06", "2024-05-06"),
        ("2024-05-06 07:08", "2024-05-06T07:08:00"),
        ("2024-05-06T07:08:09Z", "2024-05-06T07:08:09+00:00"),
        ("2024-02-30 07:08", "2024-02-30 07:08"),
        ('"2024"', "2024"),
        ("'it''s'", "it's"),
        ("[a, 2, true, 1.5, '3']", ["a", 2, True, 1.5, "3"]),
        ('["a, b", c d]', ["a, b", "c d"]),
        ("[]", []),
        ("[a, [b]]", "[a, [b]]"),
        ("[a: b]", "[a: b]"),
        ("[draft] plan", "[draft] plan"),
        ("[a] or [b]", "[a] or [b]"),
        ("*all", "*all"),
        ("a: b # c", "a: b # c"),
        ("https://a.test/x=1", "https://a.test/x=1"),
        ("", ""),
        (r'"\ud800\0"', r"\ud800"),
        ("²", "²"),
    ],
)
def test_what_a_value_means(text: str, value: object) -> None:
    found = typed(text)
    assert (found, type(found)) == (value, type(value))


@given(st.text(max_size=60) | st.text("[]'\"&*,:{}-+0123456789.eE \\", max_size=40))
def test_every_text_is_a_value(text: str) -> None:
    found = typed(text)
    for value in found if isinstance(found, list) else [found]:
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
        assert not isinstance(value, str) or "\0" not in value
        assert not isinstance(value, int) or abs(value) < 2**63


@given(st.integers(-(2**63) + 1, 2**63 - 1) | st.booleans() | st.floats(-1e6, 1e6))
def test_a_value_is_read_as_it_is_written(value: float) -> None:
    assert typed(str(value)) == value


@given(st.lists(st.integers(-9, 9) | st.booleans() | st.sampled_from(["a", "5", "true", "a, b"])))
def test_a_list_is_read_as_json_writes_it(values: list[object]) -> None:
    assert typed(json.dumps(values)) == values


def test_pairs() -> None:
    assert parse_meta(["team=sales", "year = 2024", "tags=[a, b]", "note=x=y", "größe_1-a=3"]) == {
        "team": "sales",
        "year": 2024,
        "tags": ["a", "b"],
        "note": "x=y",
        "größe_1-a": 3,
    }


@pytest.mark.parametrize(
    "pair", ["team", "=sales", "team=", "team= ", "", "a b=1", "a.b=1", "1a=2", "a[0]=1", "`a`=1"]
)
def test_a_wrong_pair_is_named(pair: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_meta(["fine=1", pair])
    assert caught.value.message.startswith(repr(pair))
    assert caught.value.help


def test_a_key_that_comes_twice() -> None:
    with pytest.raises(UsageError, match="'team=b': team is given twice") as caught:
        parse_meta(["team=a", "team=b"])
    assert '"team=[one, other]"' in caught.value.help


CSV = """\
file,year,team,final
report.pdf,2024,sales,true
reports/*.pdf,2023,,
"odd, name.txt",,"[a, b]",
"""


def test_rows_of_csv(write: Write, tmp_path: Path) -> None:
    write("metadata.csv", CSV)
    sidecars = Sidecars()
    assert sidecars.of(tmp_path / "report.pdf") == {"year": 2024, "team": "sales", "final": True}
    assert sidecars.of(tmp_path / "odd, name.txt") == {"team": ["a", "b"]}
    assert sidecars.of(tmp_path / "reports" / "x.pdf", tmp_path) == {"year": 2023}
    assert sidecars.of(tmp_path / "reports" / "x.txt", tmp_path) == {}
    assert sidecars.of(tmp_path / "other" / "report.pdf", tmp_path) == {}


def test_rows_of_jsonl(write: Write, tmp_path: Path) -> None:
    lines = [
        {"file": "a.txt", "n": 1, "f": 1.5, "b": False, "l": ["x", 2], "none": None, "d": {"x": 1}},
        {"path": "b.txt", "day": "2024-05-06", "text": "007"},
    ]
    write("metadata.jsonl", "\n\n".join(map(json.dumps, lines)) + "\n")
    plain = {"n": 1, "f": 1.5, "b": False, "l": ["x", 2], "d.x": 1}
    assert Sidecars().of(tmp_path / "a.txt") == plain
    assert Sidecars().of(tmp_path / "b.txt") == {"day": "2024-05-06", "text": "007"}


@pytest.mark.parametrize(
    "content",
    [
        b"file;year\r\nb\xfcro.txt;2024\r\n",
        "\ufefffile\tyear\nbüro.txt\t2024\n".encode(),
        'year,note,"FileName "\n2024,,büro.txt\n\n,,\n'.encode(),
        "source,year\n./büro.txt,2024".encode("utf-16"),
        "path,year\nbu\u0308ro.txt,2024\n".encode(),
    ],
)
def test_tables_as_programs_write_them(content: bytes, write: Write, tmp_path: Path) -> None:
    write("metadata.csv", content)
    assert Sidecars().of(tmp_path / "büro.txt") == {"year": 2024}
    assert is_sidecar(tmp_path / "metadata.csv")


def test_the_nearest_folder_wins_key_by_key(write: Write, tmp_path: Path) -> None:
    write("metadata.csv", "file,a,b,c,d\n*,1,1,1,1\nin/deep/x.txt,,2,,\n")
    write("in/metadata.jsonl", '{"file": "*.txt", "c": 3}\n')
    write("in/deep/metadata.csv", "file,d,e\nx.txt,4,4\n")
    path = tmp_path / "in" / "deep" / "x.txt"
    assert Sidecars().of(path, tmp_path) == {"a": 1, "b": 2, "c": 3, "d": 4, "e": 4}
    assert Sidecars().of(path, tmp_path / "in") == {"c": 3, "d": 4, "e": 4}
    assert Sidecars().of(path) == {"d": 4, "e": 4}
    assert Sidecars().of(path, tmp_path / "elsewhere") == {"d": 4, "e": 4}


def test_a_name_wins_over_a_pattern_and_the_later_row(write: Write, tmp_path: Path) -> None:
    write("metadata.csv", "file,a,b,c\nx.txt,1,1,\n*.txt,2,2,2\nx.txt,3,,\n*,4,4,4\n")
    assert Sidecars().of(tmp_path / "x.txt") == {"a": 3, "b": 1, "c": 4}
    assert Sidecars().of(tmp_path / "y.txt") == {"a": 4, "b": 4, "c": 4}


@pytest.mark.parametrize(
    ("name", "about", "not_about"),
    [
        ("*", ["x.txt", "a/b/x.txt"], []),
        ("*.pdf", ["x.pdf", "a/x.pdf"], ["x.txt"]),
        ("a/*.pdf", ["a/x.pdf"], ["x.pdf", "b/a/x.pdf", "a/b/x.pdf"]),
        ("a/**", ["a/x", "a/b/x"], ["x", "b/a/x"]),
        ("a/", ["a/x", "a/b/x"], ["x"]),
        (r"a\x.txt", ["a/x.txt"], ["x.txt"]),
        ("x.txt", ["x.txt"], ["a/x.txt"]),
        ("report [1].txt", ["report [1].txt"], ["report .txt"]),
        ("#1.txt", ["#1.txt"], ["1.txt"]),
    ],
)
def test_whom_a_row_is_about(
    name: str, about: list[str], not_about: list[str], write: Write, tmp_path: Path
) -> None:
    write("metadata.jsonl", json.dumps({"file": name, "x": 1}))
    sidecars = Sidecars()
    found = {name: dict(sidecars.of(tmp_path / name, tmp_path)) for name in [*about, *not_about]}
    assert found == {name: {"x": 1} for name in about} | {name: {} for name in not_about}


def test_relative_paths(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("docs/metadata.csv", "file,x\nin/a.txt,1\n")
    monkeypatch.chdir(tmp_path)
    assert Sidecars().of(Path("docs/in/a.txt"), Path("docs")) == {"x": 1}
    monkeypatch.chdir(tmp_path / "docs")
    assert Sidecars().of(Path("in/a.txt"), Path()) == {"x": 1}


def test_each_file_is_read_once(write: Write, tmp_path: Path) -> None:
    file = write("metadata.csv", "file,x\n*,1\n")
    sidecars = Sidecars()
    assert sidecars.of(tmp_path / "a.txt") == {"x": 1}
    file.unlink()
    assert sidecars.of(tmp_path / "b.txt") == {"x": 1}
    assert Sidecars().of(tmp_path / "b.txt") == {}


@pytest.mark.parametrize(
    ("name", "content", "answer"),
    [
        ("metadata.csv", "file,x\n", True),
        ("metadata.csv", "x;Path\n", True),
        ("metadata.csv", "name,x\nfile,1\n", False),
        ("metadata.csv", '"file"x,y\n', False),
        ("metadata.csv", "", False),
        ("metadata.jsonl", '\n{"x": 1}\n{"file": "a"}\n', True),
        ("metadata.jsonl", '{"broken\n{"filename": "a"}', True),
        ("metadata.jsonl", '{"x": 1}\n[1]\n', False),
        ("metadata.jsonl", "[" * 100_000, False),
        ("data.csv", "file,x\n", False),
    ],
)
def test_what_is_a_file_of_metadata(write: Write, name: str, content: str, answer: bool) -> None:
    assert is_sidecar(write(name, content)) is answer


def test_a_table_that_names_no_files_says_nothing(write: Write, tmp_path: Path) -> None:
    write("metadata.csv", "name,x\na.txt,1\n")
    assert Sidecars().of(tmp_path / "a.txt") == {}


@pytest.mark.parametrize(
    ("name", "content", "line", "words"),
    [
        ("metadata.csv", "file,x\na,1\nb,1,2\n", 3, "has more cells than the first line"),
        ("metadata.csv", "file,x\na,1\n,2\n", 3, "names no file"),
        ("metadata.csv", 'file,x\n\n"a"b,1\n', 3, "is no sound CSV"),
        ("metadata.csv", 'file,x\na,"1\n', 2, "is no sound CSV"),
        ("metadata.csv", "file,x,x\na,1,2\n", 1, "has two columns 'x'"),
        ("metadata.jsonl", '{"file": "a"}\n{"file": \n', 2, "is no JSON"),
        ("metadata.jsonl", '{"file": "a"}\n[1]\n', 2, "is no JSON object"),
        ("metadata.jsonl", '{"file": "a"}\n\n{"x": 1}\n', 3, "names no file"),
        ("metadata.jsonl", '{"file": "a"}\n{"file": 7}\n', 2, "names no file"),
        ("metadata.jsonl", '{"file": "a"}\n' + "[" * 100_000, 2, "is no JSON"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    write: Write, name: str, content: str, line: int, words: str
) -> None:
    file = write(name, content)
    with pytest.raises(UsageError) as caught:
        Sidecars().of(file.with_name("a"))
    assert caught.value.message.startswith(f"{file}, line {line}")
    assert words in caught.value.message
    assert caught.value.help
