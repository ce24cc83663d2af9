"""Real documents: a book in Markdown and quarterly reports in PDF.

They lie beside the project or where TERCET_TEST_DATA says; without them these tests skip. The
questions and the places of their answers were written down before the first run, from the
book's table of contents and the printed pages of the reports.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import tercet
from tests.conftest import SHARED

pytestmark = pytest.mark.long

DATA = Path(os.environ.get("TERCET_TEST_DATA", SHARED))

CHAPTERS = {
    "How do I make a variable whose value can be changed later?": (
        "ch03-01-variables-and-mutability.md"
    ),
    "How many owners can a value have at one time?": "ch04-01-what-is-ownership.md",
    "Can I have a mutable reference and an immutable reference to the same value at once?": (
        "ch04-02-references-and-borrowing.md"
    ),
    "Why can't I index into a String to get a character?": "ch08-02-strings.md",
    "When should a program panic instead of returning a Result?": (
        "ch09-03-to-panic-or-not-to-panic.md"
    ),
    "How do I run only one test by its name?": "ch11-02-running-tests.md",
    "How do I publish my crate on crates.io?": "ch14-02-publishing-to-crates-io.md",
    "How can two lists share ownership of a third list?": "ch15-04-rc.md",
    "How do I send a value from one thread to another over a channel?": (
        "ch16-02-message-passing.md"
    ),
    "On which release channel can I use unstable features?": "appendix-07-nightly-rust.md",
}


class Figure(NamedTuple):
    """A figure, as it is printed (in a table or in a sentence), and its report and pages."""

    report: str
    pages: set[int]
    printed: tuple[str, ...]


FIGURES = {
    "What were Apple's total net sales in the three months ended July 1, 2023?": Figure(
        "2023 Q3 AAPL.pdf", {4, 10, 18, 19}, ("81,797",)
    ),
    "How much were iPhone net sales in the third quarter of 2023?": Figure(
        "2023 Q3 AAPL.pdf", {10, 19}, ("39,669",)
    ),
    "What was Intel's net revenue in the third quarter of 2022?": Figure(
        "2022 Q3 INTC.pdf", {4, 5, 11, 35, 36, 44}, ("15,338", "15.3 billion")
    ),
    "What was NVIDIA's Data Center revenue in the second quarter of fiscal year 2024?": Figure(
        "2023 Q2 NVDA.pdf", {24, 27}, ("10,323", "10.32 billion")
    ),
    "What was Microsoft's total revenue in the three months ended September 30, 2023?": Figure(
        "2023 Q3 MSFT.pdf", {3, 27, 33, 34}, ("56,517",)
    ),
    "How much did Microsoft spend on research and development in the three months ended "
    "September 30, 2023?": Figure("2023 Q3 MSFT.pdf", {3, 35}, ("6,659",)),
}


@contextlib.contextmanager
def opened(corpus: str, place: Path) -> Iterator[tercet.Rag]:
    """An index of everything in the corpus that can be read."""
    folder = DATA / "corpora" / corpus
    if not folder.is_dir():
        pytest.skip(f"{corpus} is not beside the project")
    with tercet.open(place / corpus) as rag:
        report = rag.ingest(folder)
        unread = {Path(problem.source).suffix for problem in report.problems}
        assert unread <= {".svg", ".png"}
        assert report.added >= sum(path.suffix in (".md", ".pdf") for path in folder.rglob("*"))
        yield rag


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tercet.Rag]:
    with opened("rust-book", tmp_path_factory.mktemp("corpora")) as rag:
        yield rag


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tercet.Answer]:
    """The answers on the reports, by their questions."""
    with opened("sec10q", tmp_path_factory.mktemp("corpora")) as rag:
        return {question: rag.ask(question) for question in FIGURES}


def test_questions_on_the_book_cite_the_right_chapter(book: tercet.Rag) -> None:
    cited = {
        question: {Path(citation.source).name for citation in book.ask(question).citations}
        for question in CHAPTERS
    }
    wrong = [question for question, chapter in CHAPTERS.items() if chapter not in cited[question]]
    assert len(wrong) <= 1, wrong


def first_is_on_its_page(answer: tercet.Answer, figure: Figure) -> bool:
    first = next(iter(answer.citations), None)
    return (
        first is not None
        and Path(first.source).name == figure.report
        and first.page in figure.pages
    )


def is_quoted(answer: tercet.Answer, figure: Figure) -> bool:
    quotes = " ".join(citation.quote for citation in answer.citations)
    return any(printed in " ".join(quotes.split()) for printed in figure.printed)


def test_questions_on_figures_cite_the_right_page(answered: dict[str, tercet.Answer]) -> None:
    wrong = [q for q, figure in FIGURES.items() if not first_is_on_its_page(answered[q], figure)]
    assert len(wrong) <= 1, wrong


def test_half_of_the_figures_stand_in_the_quotes(answered: dict[str, tercet.Answer]) -> None:
    wrong = [q for q, figure in FIGURES.items() if not is_quoted(answered[q], figure)]
    assert len(wrong) <= len(FIGURES) // 2, wrong
