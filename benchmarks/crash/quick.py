"""`tercet ingest` with a stand-in for the model, so that most of a run is reading and writing.

    python benchmarks/crash/quick.py CORPUS INDEX

Files, reader processes, chunker, engine, ledger and the order of writing are the real ones.
"""

from __future__ import annotations

import re
import sys
from unittest.mock import patch

from tercet.build import opening
from tercet.cli.app import run
from tercet.config import Settings
from tercet.embedding.encoder import ThreeVectorEncoder
from tercet.testing.doubles import WordEncoder


class QuickEncoder(WordEncoder):
    """The stand-in, with token spans as the chunker needs them: words."""

    def token_spans(self, text: str) -> list[tuple[int, int]]:
        return [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]


def quick_encoder(settings: Settings) -> ThreeVectorEncoder:
    """In the place of `build.make_encoder`."""
    encoder: ThreeVectorEncoder = QuickEncoder()  # type: ignore[assignment]
    return encoder


def main() -> int:
    with patch.object(opening, "make_encoder", quick_encoder):
        return run(["ingest", sys.argv[1], "--index", sys.argv[2]])


if __name__ == "__main__":
    sys.exit(main())
