from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tercet.errors import LoadError
from tercet.loaders.spool import Limits, Spool, is_leftover, safe_name


def spool(folder: Path, size: int = 1000, **limits: int) -> Spool:
    return Spool(folder, "box.zip", size, Limits(**limits))


@pytest.mark.parametrize(
    "content", [b"abc", io.BytesIO(b"abc"), (piece for piece in (b"a", b"", b"bc"))]
)
def test_a_member_is_kept_under_its_name(tmp_path: Path, content: object) -> None:
    member = spool(tmp_path).add("folder/a.txt", content)  # type: ignore[arg-type]
    assert member.name == "folder/a.txt"
    assert member.path.name == "a.txt"
    assert member.path.read_bytes() == b"abc"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("./a/./b.txt", "a/b.txt"),
        ("a//b.txt", "a/b.txt"),
        ("C:\\Users\\ann\\a.txt", "Users/ann/a.txt"),
        ("C:a.txt", "a.txt"),
        ("\\\\server\\share\\a.txt", "server/share/a.txt"),
        ("..\\..\\a.txt", "a.txt"),
        ("a\0b\n.txt", "a_b_.txt"),
        ("evil\u202etxt.exe", "evil_txt.exe"),
        ("می\u200cخواهم.txt", "می\u200cخواهم.txt"),
        ("Notes: 3/a.txt", "Notes: 3/a.txt"),
        ("caf\udce9.txt", "caf\\udce9.txt"),
        ("..", "unnamed"),
        ("", "unnamed"),
        (" / ", "unnamed"),
        ("a/" * 2000 + "b.txt", ("a/" * 2000 + "b.txt")[-1000:].strip("/")),
    ],
)
def test_safe_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(max_size=40))
@example("../" * 10 + "x")
@example("C:\\..\\con")
@example("a" * 300 + ".txt")
@example("é" * 200 + "." + "ü" * 200)
@example("a.txt:stream")
@example("nul.txt")
@example("a. . ")
def test_no_name_leads_out_of_the_folder(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    folder = tmp_path_factory.mktemp("spool")
    member = spool(folder).add(name, b"x")
    assert member.path.resolve().parent == folder.resolve() / "00000"
    assert len(member.path.name.encode()) <= 200
    assert not set('<>:"|?*\\/\0') & set(member.path.name)
    assert member.name == safe_name(member.name) or "\\" in member.name
    assert [path for path in folder.rglob("*") if path.is_file()] == [member.path]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("a" * 300 + ".txt", "a" * 146 + ".txt"),
        ("é" * 200 + ".pdf", "é" * 73 + ".pdf"),
        ("x." + "y" * 200, "x." + "y" * 148),
        ("what?.txt", "what_.txt"),
        ("NUL.txt", "_NUL.txt"),
        ("nullable.txt", "nullable.txt"),
        ("com1", "_com1"),
        (".profile", ".profile"),
        ("a.tar.gz", "a.tar.gz"),
    ],
)
def test_names_on_disk(tmp_path: Path, name: str, file: str) -> None:
    assert spool(tmp_path).add(name, b"x").path.name == file


def test_equal_names_are_numbered(tmp_path: Path) -> None:
    box = spool(tmp_path)
    names = [box.add(n, b"").name for n in ("d/a.txt", "d/a.txt", "d/a (2).txt", "../d/a.txt")]
    assert names == ["d/a.txt", "d/a (2).txt", "d/a (2) (2).txt", "d/a (3).txt"]


def test_thousands_of_equal_names_take_no_time(tmp_path: Path) -> None:
    box, begin = spool(tmp_path), time.process_time()
    names = {box.add("a.txt", b"").name for _ in range(3000)}
    assert len(names) == 3000
    assert time.process_time() - begin < 5


def test_too_many_members(tmp_path: Path) -> None:
    box = spool(tmp_path, members=2)
    box.add("a", b"")
    box.add("b", b"")
    with pytest.raises(LoadError, match=r"^box\.zip holds more than 2 files") as caught:
        box.add("c", b"")
    assert caught.value.help


def test_a_budget_that_is_spent_takes_nothing(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="more than 0 files"):
        spool(tmp_path, members=-5).add("a", b"")


@pytest.mark.parametrize(
    ("size", "limits", "fits"),
    [
        (10, {"ratio": 5, "free": 0}, 50),
        (10, {"ratio": 5, "free": 70}, 70),
        (10, {"ratio": 5, "free": 70, "total": 30}, 30),
    ],
)
def test_what_fits(tmp_path: Path, size: int, limits: dict[str, int], fits: int) -> None:
    box = spool(tmp_path, size, **limits)
    box.add("a", b"x" * (fits - 1))
    box.add("b", b"x")
    with pytest.raises(LoadError, match=r"^box\.zip unpacks to far more than its size allows"):
        box.add("c", b"x")
    assert [member.name for member in box.members] == ["a", "b"]


def test_an_endless_member_is_refused_soon(tmp_path: Path) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(1 << 16)

    with pytest.raises(LoadError, match="unpacks"):
        spool(tmp_path, free=1 << 20).add("a", endless())
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_a_member_that_breaks_off_is_not_kept(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"begin"
        raise EOFError

    box = spool(tmp_path)
    box.add("a", b"1")
    with pytest.raises(EOFError):
        box.add("b", broken())
    after = box.add("b", b"2")
    assert [(m.name, m.path.read_bytes()) for m in box.members] == [("a", b"1"), ("b", b"2")]
    assert after.name == "b"


@pytest.mark.parametrize(
    ("name", "leftover"),
    [
        ("__MACOSX/._a.txt", True),
        ("x/.DS_Store", True),
        ("x\\.git\\config", True),
        ("Thumbs.db", True),
        ("./a.txt", False),
        ("../a.txt", False),
        ("a/b.c.txt", False),
        ("MACOSX/a.txt", False),
    ],
)
def test_leftovers(name: str, leftover: bool) -> None:
    assert is_leftover(name) is leftover
