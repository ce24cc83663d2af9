"""Questions with expected sources, from CSV or JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from tercet.errors import UsageError

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson")
_SEPARATOR = "|"
_HELP = "A question file has `question` and `source`, and may have page, answer, relevance and id."


@dataclass(frozen=True, slots=True)
class Expected:
    """A source in which the answer stands, on that page if one is given; `relevance` 0 says that
    it does not."""

    source: str
    page: int | None = None
    relevance: int = 1


@dataclass(frozen=True, slots=True)
class Question:
    """A question and where its answer stands; without `expected` there is none."""

    id: str
    text: str
    expected: tuple[Expected, ...]
    answer: str = ""
    how: str = ""


def read_questions(path: Path) -> list[Question]:
    """The questions of a file.

    JSON Lines: `question` and `source`, text or a list of texts or of objects with `source`,
    `page` and `relevance` (`sources` and `spans` mean the same); `page`, `relevance`, `answer`
    and `id` if there are any. CSV, with commas, semicolons or tabs: the same columns, several
    sources in a cell separated by `|`. Lines with the same id, or without ids with the same
    question, are one question. Raises `UsageError` naming file and line.
    """
    rows = _json_rows(path) if path.suffix in (".jsonl", ".ndjson") else _csv_rows(path)
    merged: dict[str, Question] = {}
    for number, row in rows:
        question = _question(row, f"{path}, line {number}")
        before = merged.get(question.id)
        merged[question.id] = _joined(before, question, path, number) if before else question
    if not merged:
        raise UsageError(f"{path} holds no question.", _HELP)
    return list(merged.values())


def _joined(before: Question, question: Question, path: Path, number: int) -> Question:
    if before.text != question.text:
        _fail(f"{path}, line {number}", f"id {question.id!r} stands for another question before")
    return replace(
        before,
        expected=tuple(dict.fromkeys(before.expected + question.expected)),
        answer=before.answer or question.answer,
    )


def _json_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            _fail(f"{path}, line {number}", f"this is no JSON: {error}")
        if not isinstance(row, dict):
            _fail(f"{path}, line {number}", "this is no JSON object")
        yield number, row


def _csv_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    text = _text(path)
    first = text.partition("\n")[0]
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=max(",;\t", key=first.count), strict=True)
    header: list[str] | None = None
    try:
        for cells in reader:
            if header is None:
                header = _header(cells, path)
            elif any(cell.strip() for cell in cells):
                if len(cells) != len(header):
                    place = f"{path}, line {reader.line_num}"
                    _fail(place, f"{len(cells)} cells below {len(header)} names")
                yield reader.line_num, dict(zip(header, map(str.strip, cells), strict=True))
    except csv.Error as error:
        _fail(f"{path}, line {reader.line_num}", f"this is no CSV: {error}")


def _header(cells: list[str], path: Path) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    missing = [name for name in ("question", "source") if name not in names]
    if missing:
        _fail(f"{path}, line 1", f"the header has no {' and no '.join(missing)}")
    return names


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}.", "It must be text in UTF-8.") from None


def _question(row: Mapping[str, Any], place: str) -> Question:
    text = row.get("question")
    if not isinstance(text, str) or not text.strip():
        _fail(place, "there is no `question`")
    given = next((row[key] for key in ("source", "sources", "spans") if key in row), None)
    if given is None:
        _fail(place, "there is no `source`")
    return Question(
        id=str(row.get("id") or text.strip()),
        text=text.strip(),
        expected=tuple(_expected(given, row, place)),
        answer=str(row.get("answer") or ""),
        how=str(row.get("how") or ""),
    )


def _expected(given: Any, row: Mapping[str, Any], place: str) -> Iterator[Expected]:
    relevance = _number(row.get("relevance"), "relevance", place)
    sources = given.split(_SEPARATOR) if isinstance(given, str) else given
    if not isinstance(sources, list):
        _fail(place, "`source` must be text or a list")
    found = [source for source in sources if source not in ("", None)]
    for source, page in zip(found, _pages(row.get("page"), len(found), place), strict=True):
        one = source if isinstance(source, dict) else {"source": source, "page": page}
        name = one.get("source")
        if not isinstance(name, str) or not name.strip():
            _fail(place, f"{name!r} is no source")
        grade = _number(one.get("relevance"), "relevance", place)
        yield Expected(
            name.strip(),
            _number(one.get("page"), "page", place),
            next((value for value in (grade, relevance) if value is not None), 1),
        )


def _pages(given: Any, sources: int, place: str) -> Iterable[Any]:
    """One page a source; a single one stands for a single source only."""
    pages = given.split(_SEPARATOR) if isinstance(given, str) else given
    if pages in (None, [], [""]):
        return [None] * sources
    pages = pages if isinstance(pages, list) else [pages]
    if len(pages) != sources:
        _fail(place, f"there are {len(pages)} pages for {sources} sources")
    return list(pages)


def _number(value: Any, name: str, place: str) -> int | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        number = int(value) if isinstance(value, (int, str)) else -1
    except ValueError:
        number = -1
    if number < 0:
        _fail(place, f"`{name}` must be a whole number from 0, not {value!r}")
    return number


def _fail(place: str, what: str) -> NoReturn:
    raise UsageError(f"{place}: {what}.", _HELP)
