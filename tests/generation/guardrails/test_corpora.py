"""False alarms on real texts."""

from __future__ import annotations

import json
from pathlib import Path

from tercet.build import make_chunker
from tercet.config import read_settings
from tercet.embedding.encoder import ThreeVectorEncoder
from tercet.generation.guardrails.injections import find_injections
from tercet.types import Document


def test_few_chunks_of_a_manual_are_flagged(shared: Path, encoder: ThreeVectorEncoder) -> None:
    """Every sixth chapter; benchmarks/guardrails.py reads all of them."""
    cut = make_chunker(read_settings(), encoder)
    chapters = sorted((shared / "corpora" / "rust-book").rglob("*.md"))[::8]
    chunks = [
        chunk.text
        for path in chapters
        for chunk in cut(Document(path.read_text("utf-8"), path.name))
    ]
    flagged = [text for text in chunks if find_injections(text)]
    assert len(chunks) > 150
    assert len(flagged) < 0.005 * len(chunks), flagged


def test_few_abstracts_are_flagged(shared: Path) -> None:
    lines = (shared / "ir" / "scifact" / "corpus.jsonl").read_text("utf-8").splitlines()[::24]
    flagged = [line for line in lines if find_injections(json.loads(line)["text"])]
    assert len(flagged) < 0.005 * len(lines), flagged
