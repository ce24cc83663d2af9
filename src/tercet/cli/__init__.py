"""The command line: one file per command, no policy of its own."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit code: 0 done, 1 failed, 2 wrong usage."""
    from tercet.cli.app import run

    sys.exit(run(sys.argv[1:]))
