"""The example handbook: its files, and the quotes behind its questions.

Every span of a ``multi`` question is needed for its answer; the spans of any
other question are alternatives, and one is enough.
"""

from __future__ import annotations

import importlib
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import mammoth
import pypdfium2
import pytest
from selectolax.lexbor import LexborHTMLParser

HANDBOOK = Path(__file__).parents[2] / "examples" / "handbook"
LINES = (HANDBOOK / "questions.jsonl").read_text(encoding="utf-8").splitlines()
QUESTIONS: list[dict[str, Any]] = [json.loads(line) for line in LINES]
ANSWERABLE = [question for question in QUESTIONS if question["answerable"]]
SPANS = [(q["id"], span) for q in ANSWERABLE for span in q["spans"]]


def squash(text: str) -> str:
    return " ".join(text.split())


def pdf_texts(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def html_text(html: str) -> str:
    body = LexborHTMLParser(html).body
    return body.text(separator=" ") if body else ""


def docx_html(path: Path) -> str:
    with path.open("rb") as file:
        return f"<body>{mammoth.convert_to_html(file).value}</body>"


@cache
def page_texts(source: str) -> list[str]:
    """The text of each page; only a PDF has more than one."""
    path = HANDBOOK / source
    if path.suffix == ".pdf":
        return pdf_texts(path)
    if path.suffix == ".docx":
        return [html_text(docx_html(path))]
    text = path.read_text(encoding="utf-8")
    return [html_text(text) if path.suffix == ".html" else text]


def page_of(source: str, quote: str) -> int | None:
    """The number of the first page that holds the quote, counted from 1."""
    for number, text in enumerate(page_texts(source), 1):
        if squash(quote) in squash(text):
            return number
    return None


def documents() -> list[Path]:
    return [p for p in HANDBOOK.rglob("*") if p.is_file() and p.parent != HANDBOOK]


def test_every_format_has_at_least_four_files() -> None:
    counts = Counter(path.suffix for path in documents())
    assert set(counts) == {".md", ".html", ".docx", ".pdf"}
    assert min(counts.values()) >= 4


def test_every_pdf_has_several_pages() -> None:
    names = [str(p.relative_to(HANDBOOK)) for p in documents() if p.suffix == ".pdf"]
    assert all(len(page_texts(name)) > 1 for name in names)


def test_the_handbook_fills_25_to_40_pages() -> None:
    names = [str(p.relative_to(HANDBOOK)) for p in documents()]
    words = sum(len(text.split()) for name in names for text in page_texts(name))
    assert 25 * 400 <= words <= 42 * 400


def test_ids_are_unique_and_in_order() -> None:
    assert [q["id"] for q in QUESTIONS] == [f"q{n:02}" for n in range(1, 61)]


def test_45_questions_can_be_answered() -> None:
    assert len(ANSWERABLE) == 45


@pytest.mark.parametrize(
    ("kind", "least"),
    [("table", 10), ("version", 6), ("synonym", 6), ("multi", 4), ("unanswerable", 15)],
)
def test_there_are_enough_questions_of_each_kind(kind: str, least: int) -> None:
    assert sum(q["kind"] == kind for q in QUESTIONS) >= least


def test_questions_without_an_answer_have_no_spans() -> None:
    rest = [q for q in QUESTIONS if not q["answerable"]]
    assert all(not q["spans"] and q["answer"] is None for q in rest)


def test_questions_with_an_answer_have_spans() -> None:
    assert all(q["spans"] and q["answer"] for q in ANSWERABLE)


def test_multi_questions_need_two_documents() -> None:
    multi = [q for q in QUESTIONS if q["kind"] == "multi"]
    assert all(len({span["source"] for span in q["spans"]}) >= 2 for q in multi)


def test_spans_cover_every_format() -> None:
    assert {Path(span["source"]).suffix for _, span in SPANS} == {".md", ".html", ".docx", ".pdf"}


@pytest.mark.parametrize(("name", "span"), SPANS)
def test_the_quote_stands_in_its_source(name: str, span: dict[str, Any]) -> None:
    page = span["page"] or 1
    assert squash(span["quote"]) in squash(page_texts(span["source"])[page - 1]), name


@pytest.mark.parametrize(("name", "span"), SPANS)
def test_only_pdf_spans_have_a_page(name: str, span: dict[str, Any]) -> None:
    assert (span["page"] is not None) == span["source"].endswith(".pdf"), name


def words(source: str) -> Counter[str]:
    return Counter(word for text in page_texts(source) for word in text.split())


def test_the_generated_files_match_their_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(HANDBOOK.parent))
    script = importlib.import_module("build_handbook")
    monkeypatch.setattr(script, "HANDBOOK", tmp_path)
    script.main([])
    built = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(built) == 11
    assert all(words(str(p)) == words(str(p.relative_to(tmp_path))) for p in built)
