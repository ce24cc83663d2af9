"""`tercet calibrate`: from labelled questions to a file that `ask` abstains by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tercet.cli.calibrate import show_calibration
from tercet.generation.extractive.calibration import read_calibration
from tests.cli.run import tercet

TOWNS = (
    "Aalen", "Bergen", "Calais", "Delft", "Espoo", "Faro", "Graz", "Horsens", "Inari", "Jena",
    "Kalmar", "Leiden", "Malaga", "Namur", "Odense", "Padua", "Quimper", "Riga", "Siena", "Turku",
)  # fmt: skip
GONE = ("Oslo", "Lima", "Cairo", "Perth", "Quito", "Hanoi", "Dakar", "Kyoto", "Sofia", "Tunis")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Offices of all towns, one document each."""
    folder = tmp_path_factory.mktemp("offices")
    for number, town in enumerate(TOWNS):
        text = f"# The office in {town}\n\nThe office in {town} opens at {number % 5 + 6}:15.\n"
        (folder / f"{town}.md").write_text(text, encoding="utf-8")
    place = str(tmp_path_factory.mktemp("index"))
    result = tercet("ingest", str(folder), "--index", place, env={"TERCET_READERS": "0"})
    assert result.code == 0, result.stderr
    return place


def write(path: Path, having: int, lacking: int) -> str:
    """Questions with an answer, and as many without as asked for."""
    there = [
        {"question": f"When does the office in {town} open?", "source": f"{town}.md"}
        for town in TOWNS[:having]
    ]
    things = ("When does the office in {} open?", "How many tigers live in {}?", "Who built {}?")
    gone = [thing.format(town) for thing in things for town in GONE][:lacking]
    rows = [*there, *({"question": question, "source": ""} for question in gone)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, index: str) -> tuple[Path, dict[str, Any]]:
    """A calibration file, and what the command said in JSON."""
    folder = tmp_path_factory.mktemp("calibrated")
    questions = write(folder / "q.jsonl", having=20, lacking=20)
    out = folder / "c.json"
    arguments = ("calibrate", questions, "--index", index, "--out", str(out))
    result = tercet(*arguments, "--precision", "0.8", "--json")
    assert result.code == 0, result.stderr
    return out, json.loads(result.stdout)


def test_the_half_that_is_held_out_says_what_to_expect(
    written: tuple[Path, dict[str, Any]],
) -> None:
    out, record = written
    assert (record["questions"], record["fitted_on"], record["held_out"]) == (40, 20, 20)
    for key in ("right", "answered", "refused"):
        assert record[key]["low"] <= record[key]["share"] <= record[key]["high"]
    assert record["right"]["share"] >= 0.9
    assert record["answered"]["share"] >= 0.9
    assert read_calibration(out).enough(0.8) == pytest.approx(record["enough"], abs=1e-3)


def test_ask_abstains_by_the_file(written: tuple[Path, dict[str, Any]], index: str) -> None:
    env = {"TERCET_CALIBRATION": str(written[0]), "TERCET_PRECISION": "0.8"}
    there = tercet("ask", "When does the office in Riga open?", "--index", index, "--json", env=env)
    answer = json.loads(there.stdout)
    assert answer["abstained"] is False
    assert answer["answer"].startswith("The office in Riga opens at")
    gone = tercet("ask", "How many tigers live in Lima?", "--index", index, "--json", env=env)
    assert json.loads(gone.stdout)["abstained"] is True


def test_people_are_told_what_to_expect(
    written: tuple[Path, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    show_calibration(written[1])
    shown = capsys.readouterr().out
    assert "Fitted on 20 questions; on the 20 held out:" in shown
    assert "of the answers are from an expected source" in shown
    assert f"TERCET_CALIBRATION={written[0]} TERCET_PRECISION=0.8" in shown
    show_calibration(written[1] | {"reachable": False})
    assert "No score reaches a precision of 80%" in capsys.readouterr().out


def test_a_file_that_is_there_is_kept(written: tuple[Path, dict[str, Any]], index: str) -> None:
    before = written[0].read_bytes()
    questions = str(written[0].parent / "q.jsonl")
    result = tercet("calibrate", questions, "--index", index, "--out", str(written[0]))
    assert result.code == 2
    assert "--overwrite" in result.stderr
    assert written[0].read_bytes() == before


def test_too_few_questions_are_said_to_be_too_few(tmp_path: Path, index: str) -> None:
    questions = write(tmp_path / "q.jsonl", having=20, lacking=5)
    result = tercet("calibrate", questions, "--index", index, "--out", "c.json")
    assert result.code == 2
    assert "20 questions with an answer and 5 without" in result.stderr
    assert not Path("c.json").exists()


def test_a_wrong_calibration_is_an_error_of_the_settings(tmp_path: Path, index: str) -> None:
    (tmp_path / "c.json").write_text("{}")
    result = tercet("ask", "Anything?", "--index", index, env={"TERCET_CALIBRATION": "c.json"})
    assert result.code == 2
    assert "c.json is no calibration file: it has no slope" in result.stderr
