"""The sweep: candidates once, settings offline, the proposed one through the engine."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from tercet.errors import UsageError
from tercet.evaluation.dataset import Dataset
from tercet.evaluation.measures import Measure, deepest, parse_measure
from tercet.evaluation.runner import DEEP, SHALLOW, Tick, names_of, no_tick
from tercet.evaluation.tuning.choose import best, choose
from tercet.evaluation.tuning.fusions import score_settings
from tercet.evaluation.tuning.grid import grid
from tercet.evaluation.tuning.legs import Floats, Place, find_candidates
from tercet.evaluation.tuning.record import Measured, Record, Sweep, make_record
from tercet.evaluation.tuning.setting import DEFAULT, Setting
from tercet.evaluation.tuning.split import split


def tune(
    places: Sequence[Place],
    dataset: Dataset,
    metric: str = "ndcg@10",
    *,
    seed: int = 0,
    budget: int = 0,
    tick: Tick = no_tick,
) -> Record:
    """The record of `tercet tune --json` (docs/tuning.md says what each key is).

    The dataset's documents must be in the index of each place; the first place is the default's.
    Half of the questions, drawn with the seed, choose among the settings (at most `budget` of
    them, 0: all); the other half only judges the choice. `tick` is told what is done, how many
    questions of it, and all. Raises `UsageError` for an unknown metric or a single question.
    """
    if len(dataset.queries) < 2:
        raise UsageError("One question cannot be split in halves.", "Give 40 or more.")
    begin = time.perf_counter()
    search = _Search(parse_measure(metric))
    halves = split(dataset, seed)
    settings = grid(search.limit, [place.chunk_size for place in places], budget)
    scores = _sweep(places, dataset, settings, search, tick)
    ids = list(dataset.queries)
    learnt = scores[[ids.index(id) for id in halves.tune]]
    sweep = Sweep(
        settings, scores, highest=best(learnt), proposed=choose(learnt, settings), halves=halves
    )
    wanted = list(dict.fromkeys((DEFAULT, sweep.challenger)))
    measured = [_through_engine(places, dataset, setting, search, tick) for setting in wanted]
    record = make_record(dataset, search.measure.name, sweep, measured)
    return record | {"seed": seed, "seconds": round(time.perf_counter() - begin, 1)}


class _Search(NamedTuple):
    """The measure, and how many hits it needs: as many as `eval` asks for."""

    measure: Measure

    @property
    def limit(self) -> int:
        depth = self.measure.depth
        return SHALLOW if depth and depth <= SHALLOW else deepest([self.measure], DEEP)


def _sweep(
    places: Sequence[Place],
    dataset: Dataset,
    settings: Sequence[Setting],
    search: _Search,
    tick: Tick,
) -> Floats:
    """The score of every question [questions, settings] in the order of both."""
    scores = np.zeros((len(dataset.queries), len(settings)))
    for place in places:
        own = [n for n, setting in enumerate(settings) if setting.chunk_size == place.chunk_size]
        if own:
            what = f"settings, chunks of {place.chunk_size}" if place.chunk_size else "settings"
            rows = _offline(place, dataset, [settings[n] for n in own], search)
            for done, row in enumerate(rows):
                scores[done, own] = row
                tick(what, done + 1, len(dataset.queries))
    return scores


def _offline(
    place: Place, dataset: Dataset, settings: Sequence[Setting], search: _Search
) -> Iterator[list[float]]:
    depth = max(search.limit, *(setting.prefetch_limit for setting in settings))
    for id in dataset.queries:
        found = find_candidates(place, dataset, id, depth)
        grades = dataset.judgements[id]

        def score(ranking: list[str]) -> float:
            return search.measure(ranking, grades)  # noqa: B023 - called within the turn

        yield score_settings(found, settings, search.limit, score)


def _through_engine(
    places: Sequence[Place], dataset: Dataset, setting: Setting, search: _Search, tick: Tick
) -> Measured:
    """The setting as a user would have it: every question through the engine."""
    rag = next(place.rag for place in places if place.chunk_size == setting.chunk_size)
    scores, seconds = [], []
    for done, (id, text) in enumerate(dataset.queries.items(), start=1):
        query = setting.query(replace(rag.query(text, search.limit), filter=None))
        begin = time.perf_counter()
        hits = rag.find(query).hits
        seconds.append(time.perf_counter() - begin)
        scores.append(search.measure(names_of(hits, dataset, id), dataset.judgements[id]))
        tick(f"checking, {setting.words()}", done, len(dataset.queries))
    return Measured(setting, np.array(scores), float(np.median(seconds)) * 1000)
