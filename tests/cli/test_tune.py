"""`tercet tune`: from labelled questions to a settings file that the other commands read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tercet.config import read_settings
from tests.cli.run import tercet
from tests.conftest import ROOT
from tests.evaluation import planted
from tests.markdown import blocks
from tests.small_docs import write_docs

QUESTIONS = """question,source
When does the workshop open?,hours.md
How many days of leave are there?,leave.md
What was the old leave?,old.md
Who opens at seven?,hours.md
"""


@pytest.fixture(autouse=True)
def _read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """No processes for three small files."""
    monkeypatch.setenv("TERCET_READERS", "0")


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.csv"
    path.write_text(QUESTIONS, encoding="utf-8")
    return path


def test_what_is_found_is_written_and_read_by_the_next_command(tmp_path: Path) -> None:
    folder = planted.write_beir(tmp_path / "codes", planted.codes())
    result = tercet("tune", str(folder), "--budget", "60", "--out", ".env", "--json")
    assert result.code == 0, result.stderr
    record = json.loads(result.stdout)
    assert record["verdict"]["change"] is True
    assert record["file"] == ".env"
    assert record["tried"] == len(record["trials"]) == 60
    assert not set(record["split"]["tune"]) & set(record["split"]["held_out"])
    assert read_settings().mode == "sparse"
    before = Path(".env").read_bytes()
    again = tercet("tune", str(folder), "--out", ".env")
    assert again.code == 2
    assert ".env is there already. Give --overwrite" in again.stderr
    assert Path(".env").read_bytes() == before


def test_few_questions_change_nothing_unless_forced(tmp_path: Path, questions: Path) -> None:
    docs = str(write_docs(tmp_path))
    arguments = ("tune", str(questions), "--docs", docs, "--budget", "8", "--out", "tuned.env")
    result = tercet(*arguments)
    assert result.code == 0, result.stderr
    assert "2 questions to tune, 2 held out" in result.stdout
    assert "Keep the default: 2 and 2 questions are too few" in result.stdout
    assert "tuned.env is not written" in result.stderr
    assert not Path("tuned.env").exists()
    forced = tercet(*arguments, "--force")
    assert "Written to tuned.env." in forced.stdout
    assert "too few" in Path("tuned.env").read_text(encoding="utf-8")


def test_chunk_sizes_are_tried_each_in_an_index_of_its_own(tmp_path: Path, questions: Path) -> None:
    docs = str(write_docs(tmp_path))
    arguments = ("tune", str(questions), "--docs", docs, "--budget", "6", "--chunk-sizes", "200,40")
    result = tercet(*arguments, "--json")
    assert result.code == 0, result.stderr
    assert "read and embedded 2 times" in result.stderr
    sizes = [trial["chunk_size"] for trial in json.loads(result.stdout)["trials"]]
    assert sorted(sizes) == [0, 0, 0, 40, 40, 40]
    assert not Path(".tercet").exists()


def test_an_index_that_is_there_is_tuned_as_it_stands(tmp_path: Path, questions: Path) -> None:
    assert tercet("ingest", str(write_docs(tmp_path)), "--index", "index").code == 0
    result = tercet("tune", str(questions), "--index", "index", "--budget", "3", "--json")
    assert result.code == 0, result.stderr
    assert json.loads(result.stdout)["questions"] == {"tune": 2, "held_out": 2}


def test_the_example_of_the_page_runs(
    tmp_path: Path, questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tercet("ingest", str(write_docs(tmp_path)), "--index", "index").code == 0
    [example] = blocks(ROOT / "docs" / "tuning.md", "python")
    exec(compile(example.text, "docs/tuning.md", "exec"), {})
    assert "2 and 2 questions are too few" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--metric", "beauty"), "'beauty' is no metric"),
        (("--chunk-sizes", "100"), "--chunk-sizes needs the documents"),
        (("--chunk-sizes", "100", "--index", "i"), "temporary index for each size"),
        (("--chunk-sizes", "big"), "'big' is no size"),
        (("--chunk-sizes", "20", "--docs", "."), "must be smaller than chunk_size"),
        (("--docs", ".", "--index", "i"), "Leave --index or --docs out"),
        (("--split", "dev"), "--split is for BEIR folders"),
        (("--out", "missing/x.env"), "There is no folder missing"),
        (("--budget", "0"), "budget"),
    ],
)
def test_wrong_usage_is_said_before_anything_is_done(
    arguments: tuple[str, ...], message: str, questions: Path
) -> None:
    result = tercet("tune", str(questions), *arguments)
    assert result.code == 2
    assert message in result.stderr.replace("\n", " ")


def test_what_is_no_dataset_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no questions", encoding="utf-8")
    result = tercet("tune", "notes.txt")
    assert result.code == 2
    assert "neither a folder nor a question file" in result.stderr
