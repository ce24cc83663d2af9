"""Kills an ingest hundreds of times and compares every finished index with an undisturbed one.

    python -m benchmarks.crash.run ../shared/data/corpora/rust-book --quick --mean 1.5

With `--quick`, a stand-in for the model makes a run a matter of seconds, most of which are reading
and writing: so more moments are hit in less time. Prints a line for each index and fails if any
differs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.crash.kills import QUICK, REAL, clean_run, killed_runs


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--mean", type=float, default=4.0, help="seconds to a kill, on average")
    parser.add_argument("--quick", action="store_true", help="with a stand-in for the model")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tercet-crash-") as folder:
        work = Path(folder)
        command = QUICK if given.quick else REAL
        clean, seconds = clean_run(given.corpus, work / "clean", command)
        print(f"undisturbed: {clean['count']} chunks in {seconds:.1f} s", flush=True)
        kills = bad = indexes = 0
        for outcome in killed_runs(
            given.corpus, work, clean, given.kills, given.mean, given.seed, command
        ):
            kills += outcome.kills
            indexes += 1
            bad += bool(outcome.differences)
            verdict = "; ".join(outcome.differences) or "the same"
            print(
                f"{kills} kills, index {indexes} after {outcome.runs} runs: {verdict}", flush=True
            )
    print(f"{kills} kills, {indexes} indexes, {bad} differ")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
