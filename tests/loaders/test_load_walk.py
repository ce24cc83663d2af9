from __future__ import annotations

import inspect
import os
import sys
from pathlib import Path

import pytest

from tercet.errors import UsageError
from tercet.loaders import find_files
from tercet.types import Problem


def names(root: Path, *paths: Path) -> list[str]:
    found = list(find_files(paths or [root]))
    assert not [item for item in found if isinstance(item, Problem)]
    return [item.relative_to(root).as_posix() for item in found if isinstance(item, Path)]


def test_sorted_and_recursive(tmp_path: Path, write) -> None:
    for name in ("b.txt", "a/z.txt", "a/b/c.md", "c.exe"):
        write(name, "x")
    assert names(tmp_path) == ["a/b/c.md", "a/z.txt", "b.txt", "c.exe"]


def test_files_come_as_given_each_once(tmp_path: Path, write, monkeypatch) -> None:
    write("a.txt", "x")
    write("sub/b.txt", "x")
    monkeypatch.chdir(tmp_path)
    assert list(find_files([Path("sub"), "a.txt", Path("sub/b.txt"), tmp_path])) == [
        Path("sub/b.txt"),
        Path("a.txt"),
    ]


def test_hidden_names_are_skipped_unless_given(tmp_path: Path, write) -> None:
    hidden = write(".git/config", "x")
    write(".tercet/data.txt", "x")
    write("sub/.env", "x")
    write("seen.txt", "x")
    assert names(tmp_path) == ["seen.txt"]
    assert names(tmp_path, hidden) == [".git/config"]
    assert names(tmp_path, hidden.parent) == [".git/config"]


def test_ignore_files_in_every_folder(tmp_path: Path, write) -> None:
    write(".tercetignore", "*.log\nbuild/\n/top.txt\n# comment\n")
    write("sub/.tercetignore", "!keep.log\nprivate.*\n")
    for name in ("a.log", "top.txt", "build/x.txt", "sub/keep.log", "sub/b.log", "sub/top.txt"):
        write(name, "x")
    for name in ("sub/deep/private.md", "private.md", "sub/build/y.txt"):
        write(name, "x")
    assert names(tmp_path) == ["private.md", "sub/keep.log", "sub/top.txt"]


def test_an_ignored_file_that_is_given_is_read(tmp_path: Path, write) -> None:
    write(".tercetignore", "*.log")
    assert names(tmp_path, write("a.log", "x")) == ["a.log"]


def test_a_wrong_pattern_is_named(tmp_path: Path, write) -> None:
    write(".tercetignore", "!\n")
    with pytest.raises(UsageError, match=r"\.tercetignore"):
        list(find_files([tmp_path]))


def test_links_and_cycles(tmp_path: Path, write) -> None:
    write("a/file.txt", "x")
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "b").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "link.txt").symlink_to(tmp_path / "a" / "file.txt")
    assert names(tmp_path) == ["a/file.txt"]


def test_problems_do_not_end_the_walk(tmp_path: Path, write) -> None:
    write("z.txt", "x")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "self").symlink_to(tmp_path / "self")
    found = list(find_files([tmp_path]))
    assert [Path(item.source).name for item in found if isinstance(item, Problem)] == [
        "dangling",
        "self",
    ]
    assert all(item.reason and item.help for item in found if isinstance(item, Problem))
    assert found[-1] == tmp_path / "z.txt"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_is_a_problem(tmp_path: Path, write) -> None:
    locked = write("locked/a.txt", "x").parent
    write("z.txt", "x")
    locked.chmod(0)
    try:
        problem, path = find_files([tmp_path])
    finally:
        locked.chmod(0o700)
    assert isinstance(problem, Problem) and "Permission denied" in problem.reason
    assert path == tmp_path / "z.txt"


def test_pipes_are_reported_and_never_opened(tmp_path: Path, write) -> None:
    write("a.txt", "x")
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    for roots in ([tmp_path], [pipe]):
        *files, problem = find_files(roots)
        assert isinstance(problem, Problem) and "not a regular file" in problem.reason
        assert files == ([tmp_path / "a.txt"] if roots == [tmp_path] else [])


def test_a_missing_path_is_an_error_before_the_walk(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        find_files([tmp_path, tmp_path / "nowhere"])


def test_folders_deeper_than_python_recurses(tmp_path: Path, write) -> None:
    write("d/" * 300 + "file.txt", "x")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 100)
    try:
        found = list(find_files([tmp_path]))
    finally:
        sys.setrecursionlimit(limit)
    assert len(found) == 1
