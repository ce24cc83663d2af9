"""Collections in which it is known what a tuning must find."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from tercet.evaluation import Dataset
from tercet.types import Document

_PLACES = ("the boiler house", "hall two", "the paint shop", "the north gate", "the test bench")
_THINGS = ("pump", "valve", "motor", "sensor", "filter", "gearbox", "fan", "relay")
_MOST = 48  # questions; fewer are the first of these

# What is asked, and the same in other words.
_ASKED = (
    ("May employees bring dogs", "Staff can take their puppy along with them"),
    ("How long is the vacation", "Holidays last several weeks a year"),
    ("Where are vegetables bought", "Our kitchen gets its greens from a local farmer"),
    ("Who refunds train fares", "Rail tickets are paid back by accounting"),
)


def codes(questions: int = _MOST) -> Dataset:
    """Questions that mean one thing and name a code: passages that mean it too, with a code much
    like it, are wrong, and one on something else with the very code is right. Only words lead
    there."""
    numbers = np.random.default_rng(5).choice(45_000, size=_MOST, replace=False)
    numbers = numbers[:questions] * 2 + 10_000
    right = [
        Document(f"Spare part zx{number} is a {_thing(n)} of {_place(n)}.", f"part{n}")
        for n, number in enumerate(numbers)
    ]
    wrong = [
        Document(f"{_ASKED[n % 4][1]}, leaflet zx{number + 1}.", f"leaflet{n}")
        for n, number in enumerate(numbers)
    ]
    return Dataset(
        name="codes",
        documents=(*right, *wrong),
        queries={f"q{n}": f"{_ASKED[n % 4][0]} zx{number}" for n, number in enumerate(numbers)},
        judgements={f"q{n}": {f"part{n}": 1} for n in range(questions)},
    )


def chance(questions: int = _MOST) -> Dataset:
    """The same passages and questions, with right answers that were drawn: nothing helps."""
    planted = codes(questions)
    drawn = np.random.default_rng(1).permutation(len(planted.documents))
    judgements = {
        id: {planted.documents[drawn[n]].source: 1} for n, id in enumerate(planted.queries)
    }
    return Dataset("chance", planted.documents, planted.queries, judgements)


def write_beir(folder: Path, dataset: Dataset) -> Path:
    """The dataset as a BEIR folder."""
    folder.mkdir()
    corpus = ({"_id": document.source, "text": document.text} for document in dataset.documents)
    queries = ({"_id": id, "text": text} for id, text in dataset.queries.items())
    for name, rows in (("corpus", corpus), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    lines = [
        f"{id}\t{source}\t{grade}"
        for id, grades in dataset.judgements.items()
        for source, grade in grades.items()
    ]
    (folder / "qrels.tsv").write_text("\n".join(lines), encoding="utf-8")
    return folder


def _place(n: int) -> str:
    return _PLACES[n % len(_PLACES)]


def _thing(n: int) -> str:
    return _THINGS[n % len(_THINGS)]
