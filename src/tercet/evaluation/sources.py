"""Questions to a dataset on an index: which of its sources each expected one means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from tercet.errors import UsageError
from tercet.evaluation.dataset import Dataset, page_name
from tercet.evaluation.questions import Question


class SourceMatcher:
    """Finds the source of an index that a name means: the same text; else the only path that
    ends with it; else the only file of that name."""

    def __init__(self, sources: Iterable[str]) -> None:
        self._sources = set(sources)
        self._by_tail: dict[str, set[str]] = defaultdict(set)
        for source in self._sources:
            parts = _parts(source)
            for start in range(len(parts)):
                self._by_tail["/".join(parts[start:])].add(source)

    def __call__(self, name: str) -> tuple[str | None, str]:
        """The source, or None and why there is none."""
        if name in self._sources:
            return name, ""
        parts = _parts(name)
        for tail in ("/".join(parts), parts[-1] if parts else ""):
            found = self._by_tail.get(tail, set())
            if len(found) == 1:
                return next(iter(found)), ""
            if found:
                several = ", ".join(sorted(found)[:3])
                return None, f"it may be any of {len(found)} sources: {several}"
        return None, "it is not in the index"


def match_questions(name: str, questions: Sequence[Question], sources: Sequence[str]) -> Dataset:
    """The dataset of these questions on an index with these sources.

    A source that is not there stays in the judgements and counts as not found; `unmatched` says
    why. Raises `UsageError` if no question has a source that is there.
    """
    match = SourceMatcher(sources)
    judgements: dict[str, dict[str, int]] = {}
    paged: dict[str, frozenset[str]] = {}
    unmatched: dict[str, str] = {}
    for question in questions:
        grades: dict[str, int] = {}
        pages: set[str] = set()
        for expected in question.expected:
            source, why = match(expected.source)
            if source is None:
                unmatched[expected.source] = why
            place = source or expected.source
            if expected.page is not None:
                pages.add(place)
                place = page_name(place, expected.page)
            grades[place] = max(expected.relevance, grades.get(place, 0))
        if any(grades.values()):
            judgements[question.id] = grades
            paged[question.id] = frozenset(pages)
    asked = [question for question in questions if question.id in judgements]
    _check(name, asked, unmatched)
    return Dataset(
        name=name,
        documents=(),
        queries={question.id: question.text for question in asked},
        judgements=judgements,
        paged=paged,
        size=len(sources),
        unmatched=unmatched,
        left_out=len(questions) - len(asked),
        notes={question.id: question.answer for question in asked if question.answer},
    )


def _check(name: str, asked: Sequence[Question], unmatched: Iterable[str]) -> None:
    if not asked:
        raise UsageError(f"No question of {name} has an expected source.", "There must be one.")
    missing = set(unmatched)
    if all(expected.source in missing for question in asked for expected in question.expected):
        first = asked[0].expected[0].source
        raise UsageError(
            f"None of the sources that {name} expects is in the index, {first} for one.",
            "`tercet documents list` shows what there is; --index names another index.",
        )


def _parts(source: str) -> list[str]:
    """The parts of a path or URL; a member of an archive lies in it as in a folder."""
    return [
        part
        for part in source.replace("\\", "/").replace("!/", "/").split("/")
        if part not in ("", ".")
    ]
