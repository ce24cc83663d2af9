"""Questions with their answers, from JSON Lines or a folder as SQuAD v2.0 lies beside BEIR."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from tercet.errors import UsageError
from tercet.types import Document

_HELP = (
    "A line has `question`, and `answer` (text or a list), or `answerable`: false where the "
    "documents hold none; `source` may say where it stands."
)


@dataclass(frozen=True, slots=True)
class AnswerQuestion:
    """A question, all texts that are a right answer, whether the documents hold one, and the
    sources in which it stands, if that is known."""

    id: str
    text: str
    answers: tuple[str, ...]
    answerable: bool
    sources: tuple[str, ...] = ()


def read_answer_questions(path: Path) -> list[AnswerQuestion]:
    """The questions of a `.jsonl` file, or of a folder with `queries.jsonl` (`_id`, `text`) and
    `answers.jsonl` (`_id`, `answers`, `impossible`, `doc`).

    A line of a file has `question`; `answer` or `answers`; `answerable`, or `impossible`, or
    `unanswerable`; `source`, `sources` or `spans`; and `id`. A question with neither an answer
    nor a word on it is left out, as nothing can be measured. Raises `UsageError` naming file and
    line.
    """
    if path.is_dir():
        return _squad(path)
    lines = list(_lines(path))
    found = [question for place, row in lines if (question := _question(row, place)) is not None]
    if not found:
        raise UsageError(f"{path} holds no question with an answer.", _HELP)
    return found


def read_documents(folder: Path) -> list[Document]:
    """The paragraphs of such a folder (`corpus.jsonl`)."""
    return [
        Document(row["text"], source=row["_id"], title=str(row.get("title") or ""))
        for _, row in _lines(folder / "corpus.jsonl")
    ]


def drawn(questions: Sequence[AnswerQuestion], count: int, seed: int) -> list[AnswerQuestion]:
    """`count` of them at random, in their order; all if there are no more."""
    if count >= len(questions):
        return list(questions)
    places = random.Random(seed).sample(range(len(questions)), count)
    return [questions[place] for place in sorted(places)]


def _squad(folder: Path) -> list[AnswerQuestion]:
    texts = {row["_id"]: row["text"] for _, row in _lines(folder / "queries.jsonl")}
    return [
        AnswerQuestion(
            id=row["_id"],
            text=texts[row["_id"]],
            answers=tuple(row.get("all_answers") or row.get("answers") or ()),
            answerable=not row.get("impossible", False),
            sources=(row["doc"],) if row.get("doc") else (),
        )
        for _, row in _lines(folder / "answers.jsonl")
        if row["_id"] in texts
    ]


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}.", "It must be UTF-8 text.") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            _fail(place, f"this is no JSON: {error}")
        if not isinstance(row, dict):
            _fail(place, "this is no JSON object")
        yield place, row


def _question(row: Mapping[str, Any], place: str) -> AnswerQuestion | None:
    text = row.get("question")
    if not isinstance(text, str) or not text.strip():
        _fail(place, "there is no `question`")
    answers = _texts(row.get("answers", row.get("answer")), "answer", place)
    answerable = _answerable(row, bool(answers))
    if answerable is None or (answerable and not answers):
        return None
    given = next((row[key] for key in ("source", "sources", "spans") if row.get(key)), None)
    name = str(row.get("id") or text.strip())
    sources = _texts(given, "source", place)
    return AnswerQuestion(name, text.strip(), answers if answerable else (), answerable, sources)


def _answerable(row: Mapping[str, Any], has_answer: bool) -> bool | None:
    """What a line says of it; None if it says nothing."""
    if "answerable" in row:
        return bool(row["answerable"])
    for name in ("impossible", "is_impossible", "unanswerable"):
        if name in row:
            return not row[name]
    return True if has_answer else None


def _texts(given: Any, name: str, place: str) -> tuple[str, ...]:
    """One or several texts, or objects with the key `source`."""
    if given in (None, "", []):
        return ()
    several = given if isinstance(given, list) else [given]
    texts: list[str] = []
    for one in several:
        text = one.get("source") if isinstance(one, dict) else one
        if not isinstance(text, str) or not text.strip():
            _fail(place, f"`{name}` must be text or a list of texts")
        texts.append(text)
    return tuple(dict.fromkeys(texts))


def _fail(place: str, what: str) -> NoReturn:
    raise UsageError(f"{place}: {what}.", _HELP)
