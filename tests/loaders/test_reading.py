"""Files read in worker processes: in order, within limits, and a bad one alone is lost."""

from __future__ import annotations

import os
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import psutil
import pytest

from tercet.loaders.pool import ReadLimits
from tercet.loaders.reading import Reader
from tercet.loaders.spool import Limits
from tercet.types import Problem, Reading, SourceFile
from tests.loaders import plugin

Read = Callable[..., list[Reading]]


@pytest.fixture
def bad_formats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(plugin.install(tmp_path / "plugin")))


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    return folder


@pytest.fixture(params=[0, 2], ids=["in process", "two workers"])
def reader(request: pytest.FixtureRequest) -> Iterator[Reader]:
    with closing(Reader(request.param)) as reader:
        yield reader


def nothing_known(file: SourceFile) -> list[Reading] | None:
    return None


def files(folder: Path) -> list[SourceFile]:
    found = sorted(path for path in folder.rglob("*") if not path.is_dir())
    return [
        SourceFile(path, path.name, path.as_posix(), (folder.as_posix(),), given={"by": "me"})
        for path in found
    ]


def zipped(**members: bytes) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return packed.getvalue()


def test_readings_come_in_the_order_of_the_files(reader: Reader, docs: Path) -> None:
    for number in range(30):
        (docs / f"{number:02d}.txt").write_text(f"text {number} " * (1 + 997 * (number % 3)))
    readings = list(reader(files(docs), nothing_known))
    assert [reading.file.source for reading in readings] == [f"{n:02d}.txt" for n in range(30)]
    for number, reading in enumerate(readings):
        document = reading.document
        assert document is not None
        assert document.text.startswith(f"text {number} ")
        assert (document.source, document.key) == (reading.file.source, reading.file.key)
        assert document.folders == (docs.as_posix(),)
        assert document.metadata["by"] == "me"
        assert reading.reader == "text@1"
        assert reading.file.content == document.fingerprint


def test_members_come_before_their_container_under_its_name(reader: Reader, docs: Path) -> None:
    inner = zipped(deep_txt=b"deep inside")
    (docs / "all.zip").write_bytes(
        zipped(a_txt=b"the first", sub__b_txt=b"the second", in_zip=inner)
    )
    readings = list(reader(files(docs), nothing_known))
    key = (docs / "all.zip").as_posix()
    assert [reading.file.source for reading in readings] == [
        "all.zip!/a.txt",
        "all.zip!/in.zip!/deep.txt",
        "all.zip!/in.zip",
        "all.zip!/sub/b.txt",
        "all.zip",
    ]
    last = readings[-1]
    assert (last.document, last.problem) == (None, None)
    assert last.members == (f"{key}!/a.txt", f"{key}!/in.zip", f"{key}!/sub/b.txt")
    second = readings[3]
    assert second.file.container == key
    assert second.file.folders == (docs.as_posix(), key, f"{key}!/sub")
    assert second.document is not None
    assert (second.document.text, second.document.title) == ("the second", "b")


def test_what_is_known_is_not_read(reader: Reader, docs: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (docs / name).write_text(name)

    def known(file: SourceFile) -> list[Reading] | None:
        return [Reading(file, known=True)] if file.source == "a.txt" else None

    first, second = reader(files(docs), known)
    assert (first.known, first.document) == (True, None)
    assert second.document is not None


def test_archives_in_archives_end_at_a_depth(reader: Reader, docs: Path) -> None:
    nest = b"at the bottom"
    for _ in range(9):
        nest = zipped(inner_zip=nest)
    (docs / "nest.zip").write_bytes(nest)
    readings = list(reader(files(docs), nothing_known))
    problems = [reading.problem for reading in readings if reading.problem]
    assert len(problems) == 1
    assert "lies in 5 archives" in problems[0].reason
    assert len(readings) == 6


def test_a_nested_bomb_shares_one_budget(docs: Path) -> None:
    layer = zipped(**{f"f{n}_txt": b"x" * 1000 for n in range(20)})
    for _ in range(3):
        layer = zipped(**{f"f{n}_zip": layer for n in range(20)})
    (docs / "bomb.zip").write_bytes(layer)
    with closing(Reader(2, unpack=Limits(members=300))) as reader:
        readings = list(reader(files(docs), nothing_known))
    assert len(readings) < 600  # of 168,421
    reasons = {reading.problem.reason for reading in readings if reading.problem}
    assert any("more than" in reason for reason in reasons)


def test_problems_of_files_are_one_sentence(reader: Reader, docs: Path) -> None:
    (docs / "empty.txt").write_text("")
    os.mkfifo(docs / "pipe.txt")
    (docs / "junk.pdf").write_bytes(bytes(range(256)) * 30)
    vanished = SourceFile(docs / "gone.txt", "gone.txt", "gone.txt")
    given = Problem("elsewhere", "It cannot be opened.", "Open it.")
    readings = list(reader([given, *files(docs), vanished], nothing_known))
    assert readings[0].problem == given
    assert [reading.file.source for reading in readings[1:]] == [
        "empty.txt",
        "junk.pdf",
        "pipe.txt",
        "gone.txt",
    ]
    for reading in readings[1:]:
        assert reading.problem is not None
        assert reading.problem.reason.startswith(reading.file.source)
        assert reading.problem.help


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(reader: Reader, docs: Path) -> None:
    (docs / "secret.txt").write_text("text")
    (docs / "secret.txt").chmod(0)
    [reading] = reader(files(docs), nothing_known)
    assert reading.problem is not None
    assert "permission" in reading.problem.reason


def test_a_file_above_the_limit_is_not_read(docs: Path) -> None:
    (docs / "big.txt").write_bytes(b"x" * 2_000_000)
    with closing(Reader(0, max_bytes=1 << 20)) as reader:
        [reading] = reader(files(docs), nothing_known)
    assert reading.problem is not None
    assert "TERCET_MAX_FILE_MB" in reading.problem.help


@pytest.mark.usefixtures("bad_formats")
def test_a_bad_file_costs_itself_alone(docs: Path) -> None:
    kinds = ("hang", "crash", "hungry", "faulty", "chatty")
    for kind in kinds:
        (docs / f"a.{kind}").write_text(f"text of {kind}")
        (docs / f"z{kind}.txt").write_text("sound")
    limits = ReadLimits(seconds=10, memory=1 << 30)
    begin = time.monotonic()
    with closing(Reader(2, limits)) as reader:
        readings = {r.file.source: r for r in reader(files(docs), nothing_known)}
    assert time.monotonic() - begin < 60
    assert all(readings[f"z{kind}.txt"].document for kind in kinds)
    reasons = {k: p.reason for k in kinds if (p := readings[f"a.{k}"].problem)}
    assert "within 10 seconds" in reasons["hang"]
    assert "crash (SIGABRT)" in reasons["crash"]
    assert "memory" in reasons["hungry"]
    assert "ZeroDivisionError: of all things" in reasons["faulty"]
    chatty = readings["a.chatty"].document
    assert chatty is not None
    assert chatty.text == "text of chatty"


@pytest.mark.usefixtures("bad_formats")
def test_limits_that_change_are_worth_another_try(docs: Path) -> None:
    (docs / "a.hang").write_text("text")
    with closing(Reader(1, ReadLimits(seconds=1))) as reader:
        [reading] = reader(files(docs), nothing_known)
        assert reader.is_current(reading.reader)
    with closing(Reader(1, ReadLimits(seconds=2))) as reader:
        assert not reader.is_current(reading.reader)
        assert not reader.is_current("text@0")


@pytest.mark.usefixtures("bad_formats")
def test_closing_ends_the_workers_at_once(docs: Path) -> None:
    (docs / "a.hang").write_text("text")
    reader = Reader(2)
    reading = reader([*files(docs), *files(docs)], nothing_known)
    begin = time.monotonic()
    thread = threading.Thread(target=list, args=(reading,))
    thread.start()
    while not children():
        time.sleep(0.02)
    reader.close()
    thread.join(10)
    assert not thread.is_alive()
    assert time.monotonic() - begin < 20
    assert children() == []


def children() -> list[psutil.Process]:
    found = psutil.Process().children()
    return [child for child in found if "tercet.loaders.worker" in " ".join(child.cmdline())]
