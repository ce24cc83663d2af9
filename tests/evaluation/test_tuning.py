"""What a tuning finds in collections where it is known what there is to find."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tercet import build
from tercet.config import read_settings
from tercet.errors import UsageError
from tercet.evaluation.tuning import DEFAULT, Place, tune
from tercet.evaluation.tuning.fusions import cut, fused, score_settings
from tercet.evaluation.tuning.grid import DEPTHS, grid
from tercet.evaluation.tuning.legs import find_candidates
from tercet.types import Document
from tests.evaluation import planted


@contextlib.contextmanager
def opened(folder: Path, documents: tuple[Document, ...]) -> Iterator[Place]:
    settings = read_settings({"index": str(folder)})
    encoder, chunker = build.make_encoder(settings), build.make_whole_chunker()
    store = build.open_store(settings, build.schema_of(encoder, chunker), create=True)
    with build.assemble(settings, encoder, chunker, store) as rag:
        rag.add(documents)
        yield Place(rag, encoder)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """An index of the planted collections, which have the same documents."""
    with opened(tmp_path_factory.mktemp("tuning"), planted.codes().documents) as place:
        yield place


def test_codes_want_the_word_leg(place: Place) -> None:
    record = tune([place], planted.codes())
    assert record["verdict"]["change"] is True
    assert record["verdict"]["words"].startswith("Change to ")
    assert record["challenger"]["settings"] == {"TERCET_MODE": "sparse"}
    assert record["difference"]["low"] > 0
    assert record["challenger"]["held_out"]["mean"] > record["default"]["held_out"]["mean"]
    assert record["questions"] == {"tune": 24, "held_out": 24}


def test_where_nothing_helps_the_default_stays(place: Place) -> None:
    record = tune([place], planted.chance(), budget=60)
    assert record["verdict"]["change"] is False
    assert record["verdict"]["words"].startswith("Keep the default: ")


def test_the_same_seed_gives_the_same_record(place: Place) -> None:
    first, second = (tune([place], planted.codes(12), seed=3, budget=6) for _ in range(2))
    for record in (first, second):
        del record["seconds"], record["default"]["p50_ms"], record["challenger"]["p50_ms"]
    assert first == second


def test_few_questions_conclude_nothing(place: Place) -> None:
    record = tune([place], planted.codes(12), budget=40)
    assert record["verdict"]["change"] is False
    assert "6 and 6 questions are too few" in record["verdict"]["words"]


def test_one_question_cannot_be_split(place: Place) -> None:
    with pytest.raises(UsageError, match="halves"):
        tune([place], planted.codes(1))


def test_what_was_held_out_has_no_part_in_the_choice(place: Place) -> None:
    """Labels of the held-out half turned round leave the proposal as it was."""
    dataset = planted.codes(24)
    record = tune([place], dataset, budget=20)
    held_out = record["split"]["held_out"]
    moved = dict(zip(held_out, held_out[1:] + held_out[:1], strict=True))
    turned = {id: dataset.judgements[moved.get(id, id)] for id in dataset.queries}
    other = tune([place], replace(dataset, judgements=turned), budget=20)
    assert other["split"] == record["split"]
    assert other["proposed"] == record["proposed"]
    assert other["default"]["held_out"] != record["default"]["held_out"]


def test_every_trial_is_in_the_record_highest_first(place: Place) -> None:
    record = tune([place], planted.codes(12), "mrr@10", budget=20)
    means = [trial["tune"]["mean"] for trial in record["trials"]]
    assert means == sorted(means, reverse=True)
    assert len(means) == record["tried"] == 20
    assert record["metric"] == "mrr@10"


@pytest.mark.parametrize("id", ["q0", "q7", "q31"])
def test_rankings_without_the_engine_are_those_of_the_engine(place: Place, id: str) -> None:
    """In every seventh setting of the grid the engine's hits have, in its order, the scores that
    are highest here; equal scores may come in any order."""
    dataset = planted.codes()
    found = find_candidates(place, dataset, id, max(DEPTHS))
    asked = place.rag.query(dataset.queries[id], 10)
    columns = {names[0]: column for column, names in enumerate(found.names)}
    for setting in grid()[::7]:
        mine = fused(cut(found, setting.prefetch_limit), setting)
        theirs = [columns[hit.source] for hit in place.rag.find(setting.query(asked)).hits]
        best = sorted(mine[np.isfinite(mine)], reverse=True)[:10]
        assert mine[theirs].tolist() == pytest.approx(best, abs=1e-5), setting


def test_one_candidate_is_scored_as_it_stands(place: Place) -> None:
    found = find_candidates(place, planted.codes(), "q0", 1)
    scores = score_settings(found, [DEFAULT], 1, lambda ranking: float(len(ranking)))
    assert scores == [1.0]
