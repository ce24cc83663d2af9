"""Weights and calibration of the extractive answerer, from labelled questions.

    python training/train_evidence.py PATH/squad_dev_v2.0 [--keep FILE.pickle]

Questions of the SQuAD v2.0 articles in the part `tune` (benchmarks/answers/squad.py) over its
paragraphs, 150 of each kind, and those of benchmarks/answers/handbook_questions.jsonl over
examples/handbook. A sentence answers if it holds a marked answer in the paragraph the question was
written for, or the marked quote in its document.

1. weights: a logistic regression over the answering sentences and, of each question, the five
   others that score best by the weights of the round before, three rounds; the handbook's count
   twice. A penalty (`RIDGE`) holds the weights near `PRIOR`, which was set by hand before any fit:
   free weights learn SQuAD's way of asking, which repeats the paragraph's words, and rank worse on
   other documents (docs/decisions/extractive-answers.md). A weight whose sign is not the one its
   name says (`DIRECTION`) is set to zero and the rest fitted again.
2. calibration: Platt scaling of the score of each question's best sentence, on the answerable SQuAD
   questions and those whose article is not indexed.

Writes src/tercet/generation/extractive/evidence.json and calibration.json.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from answers.labelled import Labelled, read_handbook, read_squad  # noqa: E402

from tercet.generation.extractive.calibration import fit_calibration, logistic, write_calibration  # noqa: E402
from tercet.generation.extractive.evidence import Signs  # noqa: E402

OUT = ROOT / "src" / "tercet" / "generation" / "extractive"
DIRECTION = np.array(Signs(1, 1, 1, 1, 1, 1, -1, -1, -1, 1, -1, -1))
PRIOR = np.array([-10, *Signs(8, 2, 2, 2, 0.5, 2, -1.5, -0.5, -3, 0.5, -4, -0.2)])
ROUNDS = 3
HARD = 5  # other sentences of each question that a round sees
# The intercept is free. The weight of `rank` stays as set: the paragraph of a SQuAD question nearly
# always comes first, a statement in a long report does not.
RIDGE = np.array([1e-3, *Signs(*[30.0] * len(Signs._fields))._replace(rank=1e6)])


@dataclass(frozen=True)
class Set:
    """Signs of sentences, with a leading 1, and whether each answers."""

    x: np.ndarray
    y: np.ndarray


def main() -> None:
    args = _arguments()
    labelled = _labelled(args.squad, args.limit, args.keep)
    weights = train([*labelled, *(one for one in labelled if one.of == "handbook")])
    _write_weights(weights, len(labelled))
    best = [(float((one.x @ weights).max()), one) for one in labelled if len(one.x)]
    kinds = ("answerable", "not indexed")
    used = [(score, one) for score, one in best if one.kind in kinds]
    right = [bool(one.y[np.argmax(one.x @ weights)]) for _, one in used]
    about = {
        "data": "SQuAD v2.0 dev, part tune: answerable, and not indexed, in equal parts",
        "questions": len(used),
        "made_by": "training/train_evidence.py",
    }
    found = fit_calibration([score for score, _ in used], right, about)
    write_calibration(found, OUT / "calibration.json")
    print(json.dumps({"slope": found.slope, "intercept": found.intercept}))


def train(labelled: Sequence[Labelled]) -> np.ndarray:
    """The intercept and the weights."""
    weights = PRIOR
    for _ in range(ROUNDS):
        chosen = _hard(labelled, weights)
        weights = _directed(chosen)
    return weights


def _hard(labelled: Sequence[Labelled], weights: np.ndarray) -> Set:
    xs, ys = [], []
    for one in labelled:
        order = np.argsort(-(one.x @ weights), kind="stable")
        others = [i for i in order if not one.y[i]][:HARD]
        mine = [i for i in order if one.y[i]][:2]
        xs.append(one.x[mine + others])
        ys.append(one.y[mine + others])
    return Set(np.concatenate(xs), np.concatenate(ys).astype(float))


def _directed(chosen: Set) -> np.ndarray:
    """The regression without the signs that would count in the wrong direction."""
    free = np.ones(len(DIRECTION), dtype=bool)
    while True:
        columns = np.array([True, *free])
        fitted = logistic(chosen.x[:, columns], chosen.y, RIDGE[columns], PRIOR[columns])
        weights = np.zeros(len(columns))
        weights[columns] = fitted
        wrong = weights[1:] * DIRECTION < 0
        if not wrong.any():
            return weights
        free &= ~wrong


def _labelled(squad: Path, limit: int, keep: Path | None) -> list[Labelled]:
    if keep and keep.exists():
        found: list[Labelled] = pickle.loads(keep.read_bytes())
        return found
    labelled = [*read_squad(squad, "tune", limit), *read_handbook()]
    if keep:
        keep.write_bytes(pickle.dumps(labelled))
    return labelled


def _write_weights(weights: np.ndarray, questions: int) -> None:
    values = {
        "about": {
            "data": "SQuAD v2.0 dev, part tune, and benchmarks/answers/handbook_questions.jsonl",
            "questions": questions,
            "made_by": "training/train_evidence.py",
        },
        "intercept": round(float(weights[0]), 4),
        "weights": {
            name: round(float(weight), 4)
            for name, weight in zip(Signs._fields, weights[1:], strict=True)
        },
    }
    (OUT / "evidence.json").write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(values["weights"]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("squad", type=Path, help="the folder squad_dev_v2.0")
    parser.add_argument("--limit", type=int, default=150, help="questions of each kind")
    parser.add_argument("--keep", type=Path, help="keep the signs there, or take them from there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
