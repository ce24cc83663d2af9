"""Signs of all sentences that are looked at for a question, and which of them answer it."""

from __future__ import annotations

import contextlib
import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from engine.bench import settings_for

from answers.evidence import HITS, Answerer, holds
from answers.squad import read_part
from tercet import build
from tercet.generation.context import everything
from tercet.generation.extractive.support import rank_sentences

ROOT = Path(__file__).parents[2]
HANDBOOK = ROOT / "examples" / "handbook"
QUESTIONS = Path(__file__).parent / "handbook_questions.jsonl"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question of "squad" or "handbook": its kind, the signs of its sentences with a leading 1,
    and whether each answers."""

    of: str
    id: str
    kind: str
    x: np.ndarray
    y: np.ndarray


def read_squad(folder: Path, part: str, limit: int) -> Iterator[Labelled]:
    """The questions of a part of SQuAD over its paragraphs."""
    read = read_part(folder, part, limit)
    with tempfile.TemporaryDirectory(prefix="tercet-train-") as place:
        answerer = Answerer(read, settings_for(Path(place)))
        for question in read.questions:
            supports = answerer.evidence(question).supports
            y = [
                question.kind == "answerable"
                and one.hit.source == question.paragraph
                and holds(question, [one.sentence.text])
                for one in supports
            ]
            yield Labelled(
                "squad", question.id, question.kind, _signs(supports), np.array(y, dtype=bool)
            )
        answerer.close()


def read_handbook(questions: Path = QUESTIONS) -> Iterator[Labelled]:
    """The questions of a file with spans, over the handbook."""
    rows = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory(prefix="tercet-train-") as place:
        settings = settings_for(Path(place))
        encoder = build.make_encoder(settings)
        with contextlib.chdir(HANDBOOK), build.open(settings=settings) as rag:
            rag.ingest(".")
            encoder.avg_terms = rag.schema.avg_terms
            for row in rows:
                hits = everything(rag.search(row["question"], HITS)).hits
                supports = rank_sentences(row["question"], hits, encoder)
                y = [any(_quoted(span, one) for span in row["spans"]) for one in supports]
                kind = "answerable" if row["answerable"] else "absent"
                yield Labelled(
                    "handbook", row["id"], kind, _signs(supports), np.array(y, dtype=bool)
                )


def _signs(supports: Any) -> np.ndarray:
    return np.array([[1.0, *one.signs] for one in supports]).reshape(len(supports), -1)


def _quoted(span: dict[str, Any], support: Any) -> bool:
    """Whether a sentence holds the span or lies within it."""
    gold, text = _words(span["quote"]), _words(support.sentence.text)
    return span["source"] == support.hit.source and (gold in text or text in gold)


def _words(text: str) -> str:
    return " ".join(["", *re.findall(r"[^\W_]+", text.lower()), ""])
