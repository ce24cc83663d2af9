"""The parts of a tuning: halves without leakage, the grid, the choice, and the settings file."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tercet.build import default_query
from tercet.config import read_settings
from tercet.errors import UsageError
from tercet.evaluation import Dataset
from tercet.evaluation.dataset import page_name
from tercet.evaluation.tuning import DEFAULT, Setting
from tercet.evaluation.tuning.choose import best, choose
from tercet.evaluation.tuning.grid import DEPTHS, grid
from tercet.evaluation.tuning.settings_file import settings_file, write_settings
from tercet.evaluation.tuning.split import ENOUGH, source_of, split
from tercet.evaluation.tuning.verdict import verdict

# Each question seeks one to three of a few sources, some of them by page.
SOUGHT = st.lists(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2)), min_size=1, max_size=3),
    min_size=2,
    max_size=80,
)


def dataset_of(sought: list[list[tuple[int, int]]]) -> Dataset:
    judgements = {
        f"q{n}": {
            page_name(f"d{source}", page) if page else f"d{source}": 1 for source, page in names
        }
        for n, names in enumerate(sought)
    }
    return Dataset("drawn", (), {id: id for id in judgements}, judgements)


def sources(dataset: Dataset, ids: tuple[str, ...]) -> set[str]:
    return {source_of(name) for id in ids for name in dataset.judgements[id]}


@settings(max_examples=40, deadline=None)
@given(SOUGHT, st.integers(0, 5))
def test_the_halves_share_no_question_and_no_document(
    sought: list[list[tuple[int, int]]], seed: int
) -> None:
    dataset = dataset_of(sought)
    halves = split(dataset, seed)
    assert sorted(halves.tune + halves.held_out) == sorted(dataset.queries)
    assert halves.tune and halves.held_out
    assert halves == split(dataset, seed)
    if halves.apart:
        assert not sources(dataset, halves.tune) & sources(dataset, halves.held_out)
    else:
        assert abs(len(halves.tune) - len(halves.held_out)) <= 1


def test_single_documents_give_equal_halves_and_another_seed_others() -> None:
    dataset = dataset_of([[(n, 0)] for n in range(80)])
    halves = split(dataset)
    assert (len(halves.tune), len(halves.held_out), halves.apart) == (40, 40, True)
    assert split(dataset, 1).tune != halves.tune


def test_what_was_judged_wrong_ties_no_questions_together() -> None:
    judgements = {f"q{n}": {f"d{n}": 1, "all": 0} for n in range(80)}
    dataset = Dataset("d", (), {id: id for id in judgements}, judgements)
    assert split(dataset).apart


def test_one_document_for_all_is_split_by_question_and_said() -> None:
    halves = split(dataset_of([[(0, n % 3)] for n in range(50)]))
    assert (len(halves.tune), len(halves.held_out), halves.apart) == (25, 25, False)


def test_the_grid_has_the_default_first_and_nothing_twice() -> None:
    tried = grid()
    assert tried[0] == DEFAULT
    assert len(set(tried)) == len(tried) > 300
    assert {setting.mode for setting in tried} == {"fused", "hybrid", "rerank", "dense", "sparse"}
    assert {setting.prefetch_limit for setting in tried} == set(DEPTHS)
    assert grid(budget=7) == tried[:7]


def test_depths_below_the_limit_are_one() -> None:
    assert {setting.prefetch_limit for setting in grid(limit=100)} == {50, 200}


def test_every_chunk_size_is_tried_within_a_small_budget() -> None:
    assert {setting.chunk_size for setting in grid(sizes=(0, 128), budget=4)} == {0, 128}


@pytest.mark.parametrize("setting", grid(sizes=(0, 128))[::11], ids=Setting.words)
def test_a_setting_in_a_file_is_what_was_tried(setting: Setting, tmp_path: Path) -> None:
    record = record_of(setting)
    write_settings(tmp_path / ".env", settings_file(record, date(2024, 2, 29)), overwrite=False)
    read = read_settings()
    asked = default_query(read)
    assert read.chunk_size == setting.chunk_size
    assert asked == replace(setting.query(asked), rerank=True)


def record_of(setting: Setting) -> dict[str, Any]:
    held_out = {"mean": 0.7, "low": 0.6, "high": 0.8}
    side = {"words": setting.words(), "settings": setting.changes(), "held_out": held_out}
    return {
        "dataset": "two\nlines",
        "questions": {"tune": 30, "held_out": 31},
        "metric": "ndcg@10",
        "default": side,
        "challenger": side,
        "proposed": side,
        "difference": {"difference": 0.01, "low": 0.002, "high": 0.02, "p": 0.01},
        "verdict": {"words": "Change."},
    }


def test_the_file_says_what_was_measured_and_holds_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("QDRANT_API_KEY", "hidden")
    text = settings_file(record_of(Setting("sparse")), date(2024, 2, 29))
    comments = [line for line in text.splitlines() if line.startswith("#")]
    others = [line for line in text.splitlines() if not line.startswith("#")]
    assert others == ["TERCET_MODE=sparse"]
    assert "2024-02-29" in comments[0]
    assert comments[1] == "# two lines: 30 questions to tune, 31 held out."
    assert "secret" not in text and "hidden" not in text


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("OPENAI_API_KEY=mine\n", encoding="utf-8")
    with pytest.raises(UsageError, match="there already"):
        write_settings(path, "TERCET_MODE=sparse\n", overwrite=False)
    assert path.read_text(encoding="utf-8") == "OPENAI_API_KEY=mine\n"
    write_settings(path, "TERCET_MODE=sparse\n", overwrite=True)
    assert path.read_text(encoding="utf-8") == "TERCET_MODE=sparse\n"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("seed", range(20))
def test_of_settings_that_are_alike_the_default_is_chosen(seed: int) -> None:
    """What differs is noise, the same for all questions: the first, which changes nothing."""
    scores = np.random.default_rng(seed).normal(0.5, 0.2, (150, 1)).repeat(5, axis=1)
    assert choose(scores, grid()[:5]) == 0


def test_a_setting_that_is_better_throughout_is_chosen() -> None:
    rng = np.random.default_rng(0)
    tried = grid()[:40]
    scores = rng.normal(0.5, 0.05, (100, len(tried)))
    scores[:, 17] += 0.1
    assert choose(scores, tried) == best(scores) == 17


def test_of_two_that_are_close_the_one_that_changes_less_is_chosen() -> None:
    tried = [DEFAULT, Setting(method="vote", weights=(0.5, 1, 1)), Setting("sparse")]
    base = np.linspace(0, 0.5, 60)
    almost = base + 0.3 - np.where(np.arange(60) < 31, 0.01, -0.01)
    scores = np.stack([base, base + 0.3, almost], axis=1)
    assert best(scores) == 1
    assert choose(scores, tried) == 2


@pytest.mark.parametrize(
    ("low", "p", "proposed", "questions", "change", "words"),
    [
        (0.002, 0.01, "sparse", 30, True, "Change to mode sparse: .* adds \\+0.010 \\[\\+0.002, "),
        (
            -0.01,
            0.01,
            "sparse",
            30,
            False,
            "Keep the default: the difference of mode sparse .*-0.01",
        ),
        (0.0, 0.01, "sparse", 30, False, "Keep the default: the difference"),
        (0.002, 0.06, "sparse", 30, False, "Keep the default: the difference.* p = 0.0600"),
        (0.002, 0.01, "fused", 30, False, "Keep the default: no setting is better"),
        (0.002, 0.01, "sparse", ENOUGH - 1, False, "too few"),
    ],
)
def test_the_verdict(
    low: float, p: float, proposed: Any, questions: int, change: bool, words: str
) -> None:
    record = record_of(Setting("sparse"))
    record["difference"] |= {"low": low, "p": p}
    record["proposed"] = {"settings": Setting(proposed).changes()}
    record["questions"]["held_out"] = questions
    said = verdict(record)
    assert said["change"] is change
    assert re.search(words, said["words"])
