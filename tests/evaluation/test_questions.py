"""Question files, and which source of an index a name means."""

from __future__ import annotations

from pathlib import Path

import pytest

from tercet.errors import UsageError
from tercet.evaluation.questions import Expected, read_questions
from tercet.evaluation.sources import SourceMatcher, match_questions
from tests.conftest import HANDBOOK


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_json_lines_with_every_form_of_a_source(tmp_path: Path) -> None:
    lines = """\
{"question": "One?", "source": "a.md", "answer": "1", "id": "q1"}

{"question": "Two?", "source": ["a.md", "b.pdf"], "page": [null, 3]}
{"question": "Three?", "source": [{"source": "b.pdf", "page": 2, "relevance": 2}, "c.md"]}
{"question": "Four?", "source": []}
"""
    one, two, three, four = read_questions(write(tmp_path, "q.jsonl", lines))
    assert (one.id, one.answer, one.expected) == ("q1", "1", (Expected("a.md"),))
    assert two.expected == (Expected("a.md"), Expected("b.pdf", 3))
    assert three.expected == (Expected("b.pdf", 2, 2), Expected("c.md"))
    assert four.expected == ()


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_with_any_separator(tmp_path: Path, mark: str) -> None:
    rows = ["question,source,page,relevance", '"Where, now?",a.md | b.pdf,,', "And?,b.pdf,4,2"]
    rows = [row.replace("Where, now", "Where now").replace(",", mark) for row in rows]
    one, two = read_questions(write(tmp_path, "q.csv", "\ufeff" + "\n".join(rows) + "\n\n"))
    assert (one.text, one.expected) == ("Where now?", (Expected("a.md"), Expected("b.pdf")))
    assert two.expected == (Expected("b.pdf", 4, 2),)


def test_lines_of_one_question_are_joined(tmp_path: Path) -> None:
    text = "question,source,relevance\nWhy?,a.md,2\nHow?,b.md,1\nWhy?,c.md,1\n"
    why, how = read_questions(write(tmp_path, "q.csv", text))
    assert why.expected == (Expected("a.md", None, 2), Expected("c.md"))
    assert how.expected == (Expected("b.md"),)


def test_the_handbook_s_questions_can_be_read() -> None:
    questions = read_questions(HANDBOOK / "questions.jsonl")
    assert len(questions) == 60
    assert questions[0].expected == (
        Expected("products/x200-manual.pdf", 6),
        Expected("products/warranty-terms.docx"),
    )


@pytest.mark.parametrize(
    ("name", "text", "parts"),
    [
        ("q.jsonl", '{"question": "a", "source": "b"}\n{"question"', "line 2.*no JSON"),
        ("q.jsonl", "[1]", "line 1.*no JSON object"),
        ("q.jsonl", '{"source": "b"}', "line 1.*`question`"),
        ("q.jsonl", '{"question": "a"}', "line 1.*`source`"),
        ("q.jsonl", '{"question": "a", "source": 3}', "line 1.*text or a list"),
        ("q.jsonl", '{"question": "a", "source": [3]}', "line 1.*3 is no source"),
        ("q.jsonl", '{"question": "a", "source": "b", "page": "two"}', "line 1.*`page`.*two"),
        ("q.jsonl", '{"question": "a", "source": "b|c", "page": 2}', "1 pages for 2 sources"),
        ("q.jsonl", '{"question": "a", "source": "b", "relevance": -1}', "`relevance`"),
        ("q.jsonl", "\n\n", "no question"),
        ("q.csv", "question,file\na,b\n", "line 1.*no source"),
        ("q.csv", "question,source\na,b\nc\n", "line 3.*1 cells below 2"),
        ("q.csv", 'question,source\n"a,b\n', "no CSV"),
        ("q.csv", "id,question,source\n1,a,b\n1,c,d\n", "line 3.*another question"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    tmp_path: Path, name: str, text: str, parts: str
) -> None:
    with pytest.raises(UsageError, match=parts):
        read_questions(write(tmp_path, name, text))


def test_bytes_that_are_no_text_are_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_bytes(b"question,source\n\xff\xfe,b\n")
    with pytest.raises(UsageError, match=r"q\.csv cannot be read"):
        read_questions(tmp_path / "q.csv")


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("docs/hr/leave.md", "docs/hr/leave.md"),
        ("hr/leave.md", "docs/hr/leave.md"),
        ("./hr\\leave.md", "docs/hr/leave.md"),
        ("elsewhere/unique.md", "docs/unique.md"),
        ("inner/report.pdf", "docs/all.zip!/inner/report.pdf"),
        ("page.html", "https://example.org/a/page.html"),
        ("leave.md", None),
        ("ve.md", None),
        ("other.md", None),
    ],
)
def test_a_name_means_the_only_source_that_fits(name: str, source: str | None) -> None:
    match = SourceMatcher(
        [
            "docs/hr/leave.md",
            "docs/old/leave.md",
            "docs/unique.md",
            "docs/all.zip!/inner/report.pdf",
            "https://example.org/a/page.html",
        ]
    )
    found, why = match(name)
    assert found == source
    assert bool(why) == (source is None)


def test_unmatched_sources_stay_and_are_told(tmp_path: Path) -> None:
    lines = """\
{"question": "One?", "source": ["a.md", "gone.md"], "id": "1", "answer": "yes"}
{"question": "Two?", "source": "gone.md", "id": "2"}
{"question": "Three?", "source": [{"source": "b.pdf", "page": 2}], "id": "3"}
{"question": "Four?", "source": [], "id": "4"}
"""
    questions = read_questions(write(tmp_path, "q.jsonl", lines))
    dataset = match_questions("q", questions, ["docs/a.md", "docs/b.pdf"])
    assert dataset.queries == {"1": "One?", "2": "Two?", "3": "Three?"}
    assert dataset.judgements["1"] == {"docs/a.md": 1, "gone.md": 1}
    assert dataset.judgements["2"] == {"gone.md": 1}
    assert dataset.judgements["3"] == {"docs/b.pdf#page=2": 1}
    assert dataset.paged["3"] == {"docs/b.pdf"}
    assert dataset.unmatched == {"gone.md": "it is not in the index"}
    assert (dataset.left_out, dataset.size, dataset.notes) == (1, 2, {"1": "yes"})


def test_an_index_with_none_of_the_sources_is_refused(tmp_path: Path) -> None:
    questions = read_questions(write(tmp_path, "q.csv", "question,source\na,b.md\n"))
    with pytest.raises(UsageError, match=r"b\.md for one"):
        match_questions("q", questions, ["c.md"])
