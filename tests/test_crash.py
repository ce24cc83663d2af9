"""`kill -9` at random moments, and the same command again: the index of an undisturbed run."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from benchmarks.crash.kills import clean_run, differences, ingest, killed_runs, state
from tests.conftest import HANDBOOK

KILLS = 25


@pytest.mark.long
def test_killed_ingests_end_as_undisturbed_ones(tmp_path: Path) -> None:
    clean, seconds = clean_run(HANDBOOK, tmp_path / "clean")
    assert clean["count"] > 50
    outcomes = list(killed_runs(HANDBOOK, tmp_path, clean, KILLS, seconds / 3, seed=7))
    assert sum(outcome.kills for outcome in outcomes) == KILLS
    assert [outcome.differences for outcome in outcomes if outcome.differences] == []


def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(tmp_path: Path) -> None:
    process = ingest(HANDBOOK, tmp_path / "index")
    while not (tmp_path / "index" / "rag-documents" / "ledger.db").exists():
        time.sleep(0.02)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Run the same command again to go on." in errors.decode()
    assert "Traceback" not in errors.decode()
    clean, _ = clean_run(HANDBOOK, tmp_path / "clean")
    assert clean_run(HANDBOOK, tmp_path / "index")[0] == clean
    assert differences(clean, state(tmp_path / "index")) == []
