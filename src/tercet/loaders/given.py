"""What the user says of documents: `--meta key=value`, and files of metadata beside them."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tercet.errors import UsageError
from tercet.loaders.decoding import clean, decode, writable
from tercet.loaders.scalars import flat, typed

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from tercet.types import Metadata, MetadataValue

SIDECARS = ("metadata.csv", "metadata.jsonl")
_FILE_KEYS = ("file", "path", "source", "filename")  # the first that is there names the files
_KEY = re.compile(r"[^\W\d][\w-]*")  # what a filter can name without quotes
_WILD = re.compile(r"[*?\[]|/$")
_SNIFFED = 100  # lines of a JSONL file in which one must name a file
_EXAMPLE = 'Write for example --meta year=2024 or --meta "teams=[sales, legal]".'


def parse_meta(pairs: Sequence[str]) -> dict[str, MetadataValue]:
    """The metadata in `key=value` pairs; the values as `scalars.typed` reads them.

    Raises `UsageError`, which names the pair, where there is no key or no value, where the key
    is no name for a filter, and where a key comes twice.
    """
    found: dict[str, MetadataValue] = {}
    for pair in map(writable, pairs):
        key, equals, value = (part.strip() for part in pair.partition("="))
        if not (equals and value):
            raise UsageError(f"{pair!r} is no key=value pair.", _EXAMPLE)
        if not _KEY.fullmatch(key):
            help = "Keys begin with a letter and hold letters, digits, - and _."
            raise UsageError(f"{pair!r}: {key!r} cannot be a key.", help)
        if key in found:
            help = f'For several values, write --meta "{key}=[one, other]".'
            raise UsageError(f"{pair!r}: {key} is given twice.", help)
        found[key] = typed(value)
    return found


def is_sidecar(path: Path) -> bool:
    """Whether `path` is a file of metadata, not a document: by its name, and because it says
    which files it is about. Raises `OSError` when it cannot be read."""
    return path.name in SIDECARS and _is_about_files(path)


class Sidecars:
    """Finds what `metadata.csv` and `metadata.jsonl` say of files. Each is read once."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[_Row, ...]] = {}

    def of(self, path: Path, root: Path | None = None) -> Metadata:
        """The metadata for `path` in its folder and those above it up to `root` (only in its
        own without one). Key by key, the nearest folder wins; in one, a row with the name of
        the file over one with a pattern, and the later over the earlier.

        A row names a file relative to the folder of its sidecar, or a pattern as in a
        `.tercetignore`: `*`, `*.pdf`, `reports/*.pdf`, `reports/`.

        Raises `UsageError` with file and line for a sidecar that cannot be understood.
        """
        found: dict[str, MetadataValue] = {}
        for folder in _folders(path, root):
            name = path.absolute().relative_to(folder).as_posix()
            for row in sorted(self._rows(folder), key=lambda row: not row.is_pattern):
                if row.is_about(name):
                    found.update(row.metadata)
        return found

    def _rows(self, folder: Path) -> tuple[_Row, ...]:
        if folder not in self._known:
            files = [folder / name for name in SIDECARS]
            present = [file for file in files if file.is_file() and is_sidecar(file)]
            self._known[folder] = tuple(row for file in present for row in _read(file))
        return self._known[folder]


class _Row(NamedTuple):
    """What one line says of one file, or of those that a pattern names."""

    name: str
    pattern: GitIgnoreSpec | None
    metadata: dict[str, MetadataValue]

    @property
    def is_pattern(self) -> bool:
        return self.pattern is not None

    def is_about(self, name: str) -> bool:
        name = unicodedata.normalize("NFC", writable(name))
        return name == self.name or bool(self.pattern and self.pattern.match_file(name))


def _folders(path: Path, root: Path | None) -> list[Path]:
    """The folders to look into, outermost first; as named, since a link may lead anywhere."""
    folder = path.absolute().parent
    top = root.absolute() if root else folder
    if not folder.is_relative_to(top):
        return [folder]
    levels = len(folder.parts) - len(top.parts)
    return list(reversed((folder, *folder.parents)[: levels + 1]))


def _is_about_files(path: Path) -> bool:
    if path.suffix == ".csv":
        try:
            _, header = next(_csv_lines(path), (0, []))
        except UsageError:
            return False
        return _file_key(header) is not None
    with path.open("rb") as file:
        return any(_names_file(line) for line, _ in zip(file, range(_SNIFFED), strict=False))


def _names_file(line: bytes) -> bool:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and _file_key(record) is not None


def _file_key(keys: Sequence[str] | Mapping[str, object]) -> str | None:
    lower = {key.strip().lower(): key for key in reversed(list(keys))}
    return next((lower[key] for key in _FILE_KEYS if key in lower), None)


def _read(file: Path) -> list[_Row]:
    records = _csv_records(file) if file.suffix == ".csv" else _json_records(file)
    return [_row(record, f"{file}, line {line}") for line, record in records]


def _row(record: dict[str, object], place: str) -> _Row:
    key = _file_key(record)
    name = record.pop(key) if key else None
    if not isinstance(name, str) or not name.strip():
        raise UsageError(f"{place} names no file.", "Name one, or * for all files.")
    name = unicodedata.normalize("NFC", writable(name.strip()).replace("\\", "/"))
    name = name.removeprefix("./")
    pattern = _pattern(name, place) if _WILD.search(name) else None
    return _Row(name, pattern, flat(record))


def _pattern(name: str, place: str) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines([name])
    except ValueError as error:  # the base of pathspec's pattern errors
        raise UsageError(f"{place}: {error}", "Correct the pattern (gitignore syntax).") from error


def _json_records(file: Path) -> Iterator[tuple[int, dict[str, object]]]:
    for line, text in enumerate(clean(decode(file.read_bytes())).split("\n"), start=1):
        if not text.strip():
            continue
        try:
            record = json.loads(text)
        except (ValueError, RecursionError) as error:
            reason = getattr(error, "msg", "nested too deeply")
            raise UsageError(f"{file}, line {line} is no JSON: {reason}.", "Correct it.") from error
        if not isinstance(record, dict):
            help = 'Write for example {"file": "report.pdf", "year": 2024}.'
            raise UsageError(f"{file}, line {line} is no JSON object.", help)
        yield line, record


def _csv_records(file: Path) -> Iterator[tuple[int, dict[str, object]]]:
    lines = _csv_lines(file)
    _, header = next(lines, (0, []))
    keys = [key.strip() for key in header]
    _check_header([key for key in keys if key], file)
    for line, cells in lines:
        if any(cell.strip() for cell in cells[len(keys) :]):
            help = "Put text that holds the separator in quotes."
            raise UsageError(f"{file}, line {line} has more cells than the first line.", help)
        filled = {key: cell for key, cell in zip(keys, cells, strict=False) if key and cell.strip()}
        if filled:
            name = _file_key(keys)
            yield line, {key: cell if key == name else typed(cell) for key, cell in filled.items()}


def _check_header(keys: list[str], file: Path) -> None:
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice:
        raise UsageError(f"{file}, line 1 has two columns {twice!r}.", "Rename one of them.")


def _csv_lines(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of every line, separated by what the first has most of."""
    text = clean(decode(file.read_bytes()))
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text), delimiter=separator, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise UsageError(
            f"{file}, line {reader.line_num} is no sound CSV: {error}.", "Correct the quotes."
        ) from error
