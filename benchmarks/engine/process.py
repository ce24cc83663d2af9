"""Fresh processes: what one command costs, from its start to its end."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

LAUNCH = Path(__file__).with_name("launch.py")
RUNS = 7


def measure_processes(index: Path, query: str, runs: int = RUNS) -> dict[str, dict[str, float]]:
    """Median wall and processor seconds and peak memory of a search and of `--help`.

    The index must be closed. One run of each goes before, for the system's file cache.
    """
    search = ["search", query, "--index", str(index), "--json"]
    return {"search": _command(search, index, runs), "help": _command(["--help"], index, runs)}


def _command(arguments: Sequence[str], folder: Path, runs: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tercet", *arguments]
    measured = [_launch(command, folder) for _ in range(runs + 1)][1:]
    return {key: median(run[key] for run in measured) for key in measured[0]}


def _launch(command: Sequence[str], folder: Path) -> dict[str, float]:
    # In the index's folder: no .env of the user's lies there.
    done = subprocess.run(
        [sys.executable, str(LAUNCH), *command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stderr.strip()}")
    figures: dict[str, float] = json.loads(done.stdout)
    return figures
