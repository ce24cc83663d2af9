"""`tercet chat`, `tercet ask --hops` and `tercet eval answers`, as a shell sees them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.cli.run import Result, tercet

TEXTS = {
    "hotel.md": "# Hotels\n\nA hotel night in London costs at most 180 pounds. "
    "A hotel night in Paris costs at most 210 euros.\n",
    "leave.md": "# Leave\n\nEveryone has 25 days of annual leave. Unused days expire in March.\n",
}
FIRST = "What does a hotel night in London cost at most?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("chat")
    for name, text in TEXTS.items():
        (place / name).write_text(text, encoding="utf-8")
    assert tercet("ingest", str(place), "--index", str(place / "index")).code == 0
    return str(place / "index")


def chat(index: str, monkeypatch: pytest.MonkeyPatch, *lines: str, json: bool = False) -> Result:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    return tercet("chat", "--index", index, *(["--json"] if json else []))


def test_lines_are_questions_that_build_on_each_other(
    index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = chat(index, monkeypatch, FIRST, "", "And in Paris?")
    assert result.code == 0
    assert "180 pounds" in result.stdout
    assert "210 euros" in result.stdout
    assert "Asked as: What does a hotel night in Paris cost at most?" in result.stderr


def test_commands(index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (":sources", FIRST, ":sources", ":new", ":sources", ":odd", ":quit", FIRST)
    result = chat(index, monkeypatch, *lines)
    assert result.code == 0
    assert result.stdout.count("Nothing was cited yet.") == 2
    assert result.stdout.count("[1:1] ") == 1
    assert "no command :odd" in result.stderr
    assert result.stdout.count("verified") == result.stdout.count("[1]") // 2


def test_json_is_a_line_for_each_answer(index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    result = chat(index, monkeypatch, FIRST, "And in Paris?", json=True)
    first, second = map(json.loads, result.stdout.splitlines())
    assert "asked" not in first
    assert second["asked"].endswith("Paris cost at most?")
    assert second["citations"][0]["verified"]


def test_an_index_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    result = chat("nowhere", monkeypatch, FIRST)
    assert result.code == 1
    assert result.stdout == ""


def test_hops_are_shown(index: str) -> None:
    result = tercet("ask", FIRST, "--index", index, "--hops", "2", "--json")
    assert result.code == 0
    assert "180" in json.loads(result.stdout)["answer"]
    assert tercet("ask", FIRST, "--index", index, "--hops", "0").code == 2


def test_answers_are_measured(index: str, tmp_path: Path) -> None:
    rows = [
        {"question": FIRST, "answer": "180 pounds", "source": "hotel.md"},
        {"question": "How many days of leave are there?", "answer": "25 days"},
        {"question": "Who won the football cup in 1998?", "answerable": False},
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    page = tmp_path / "page.html"
    arguments = ("eval", "answers", str(path), "--index", index)
    result = tercet(*arguments, "--json", "--report", str(page))
    assert result.code == 0, result.stderr
    record = json.loads(result.stdout)
    assert record["questions"] == 3
    assert record["measures"]["quote_contains"]["mean"] >= 0.5
    assert record["measures"]["faithfulness"]["mean"] == 1
    assert record["abstention"]["unanswerable_refused"] == 1
    assert "polyline" in page.read_text(encoding="utf-8")
    shown = tercet(*arguments)
    assert "precision by coverage" in shown.stdout
    assert "citation_recall" in shown.stdout


def test_a_judge_needs_its_model(index: str, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps({"question": FIRST, "answer": "180 pounds"}), encoding="utf-8")
    result = tercet("eval", "answers", str(path), "--index", index, "--judge", "model")
    assert result.code == 2
    assert "no model to judge" in result.stderr


def test_eval_help_names_what_is_below() -> None:
    assert "answers" in tercet("eval", "--help").stdout
    assert "--judge" in tercet("eval", "answers", "--help").stdout
