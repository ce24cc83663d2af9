"""Finding the files to read, without ever getting lost or stuck."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tercet.errors import UsageError
from tercet.loaders.decoding import writable

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from tercet.types import Problem

IGNORE_FILE = ".tercetignore"
_SPECIAL_HELP = "It is a pipe, a socket or a device: leave it out with a .tercetignore."

_Inode: TypeAlias = tuple[int, int]


def find_files(paths: Iterable[Path | str]) -> Iterator[Path | Problem]:
    """Every file named by `paths` or below a folder named by them, each real file once.

    Files come as given. Folders are walked in sorted order; in them, hidden names and what a
    `.tercetignore` (gitignore syntax) excludes are skipped, in the folder that holds it and
    below. Symbolic links are followed, cycles survived.

    What cannot be looked into (an unreadable folder, a dangling link, a pipe, a socket, a device)
    comes as a `Problem` in its place, and the walk goes on.

    Raises `UsageError`, before the first file, when one of `paths` does not exist; and when an
    ignore file holds a pattern that cannot be understood, since guessing could expose files.
    """
    roots = [Path(path) for path in paths]
    for root in roots:
        _check_exists(root)
    return _walk(roots)


def _check_exists(root: Path) -> None:
    try:
        root.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(f"{root} does not exist.", "Check the spelling of the path.") from error
    except OSError:
        return  # exists but cannot be looked at: reported during the walk


class _Rules(NamedTuple):
    """The ignore patterns of one folder; they judge paths relative to it."""

    folder: Path
    spec: GitIgnoreSpec

    def verdict(self, path: Path, is_folder: bool) -> bool | None:
        """True to ignore, False to keep, None when no pattern matches."""
        name = path.relative_to(self.folder).as_posix() + ("/" if is_folder else "")
        return self.spec.check_file(name).include


_Task: TypeAlias = tuple[Path, tuple[_Rules, ...]]  # path, rules above it


def _walk(roots: list[Path]) -> Iterator[Path | Problem]:
    seen: set[_Inode] = set()
    tasks: list[_Task] = [(root, ()) for root in reversed(roots)]
    while tasks:  # a stack of our own: folders may be nested deeper than Python recurses
        path, rules = tasks.pop()
        try:
            status = path.stat()
            is_folder = stat.S_ISDIR(status.st_mode)
            inode = (status.st_dev, status.st_ino)
            if inode in seen or _ignored(path, rules, is_folder):
                continue
            seen.add(inode)
            if is_folder:
                tasks.extend(_children(path, rules))
            elif stat.S_ISREG(status.st_mode):
                yield path
            else:
                yield _problem(path, "is not a regular file.", _SPECIAL_HELP)
        except OSError as error:
            if not _ignored(path, rules, is_folder=False):
                yield _os_problem(path, error)


def _ignored(path: Path, rules: tuple[_Rules, ...], is_folder: bool) -> bool:
    """The innermost folder that has an opinion decides, as in git."""
    verdicts = (rule.verdict(path, is_folder) for rule in reversed(rules))
    return next((verdict for verdict in verdicts if verdict is not None), False)


def _children(path: Path, rules: tuple[_Rules, ...]) -> list[_Task]:
    """Tasks for the visible entries, last name first, since the stack turns them round."""
    entries = sorted(path.iterdir(), reverse=True)
    if (path / IGNORE_FILE).is_file():
        rules = (*rules, _read_rules(path))
    return [(entry, rules) for entry in entries if not entry.name.startswith(".")]


def _read_rules(folder: Path) -> _Rules:
    from pathspec import GitIgnoreSpec

    file = folder / IGNORE_FILE
    lines = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    try:
        return _Rules(folder, GitIgnoreSpec.from_lines(lines))
    except ValueError as error:  # the base of pathspec's pattern errors
        raise UsageError(f"{file}: {error}", "Correct the pattern (gitignore syntax).") from error


def _os_problem(path: Path, error: OSError) -> Problem:
    if isinstance(error, FileNotFoundError):
        help = "Remove the link or restore its target." if path.is_symlink() else "Run again."
        return _problem(path, "points to nothing or has just been removed.", help)
    reason = f"cannot be opened: {error.strerror or type(error).__name__}."
    return _problem(path, reason, "Give the user who runs Tercet the right to read it.")


def _problem(path: Path, predicate: str, help: str) -> Problem:
    from tercet.types import Problem  # imports numpy, which no walk without problems needs

    source = writable(str(path))
    return Problem(source, f"{source} {predicate}", help)
