"""The questions in two halves: one to tune on, one to judge by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from tercet.evaluation.dataset import Dataset

ENOUGH = 20  # questions on a side below which nothing is concluded


class Halves(NamedTuple):
    """Ids of the questions on either side. `apart` is whether no document is sought on both."""

    tune: tuple[str, ...]
    held_out: tuple[str, ...]
    apart: bool


def split(dataset: Dataset, seed: int = 0) -> Halves:
    """The questions in halves of about the same size, drawn with the seed.

    Questions that seek the same document, directly or by way of others, stand on one side: what
    was learnt about a document must not count as learnt about the rest. Where that would leave
    a side with none, or too few though there are enough questions, they are split one by one.
    """
    rng = np.random.default_rng(seed)
    groups = list(_groups(dataset.judgements, list(dataset.queries)).values())
    halves = _dealt(dataset, groups, rng, apart=True)
    enough = ENOUGH if len(dataset.queries) >= 2 * ENOUGH else 1
    if min(len(halves.tune), len(halves.held_out)) >= enough:
        return halves
    return _dealt(dataset, [[id] for id in dataset.queries], rng, apart=False)


def source_of(name: str) -> str:
    """The source of what is sought, which may be a page of it."""
    return name.partition("#page=")[0]


def _dealt(
    dataset: Dataset, groups: list[list[str]], rng: np.random.Generator, *, apart: bool
) -> Halves:
    """The groups in a drawn order, large ones first, each to the side that has fewer."""
    sides: tuple[set[str], set[str]] = (set(), set())
    drawn = [groups[place] for place in rng.permutation(len(groups))]
    for group in sorted(drawn, key=len, reverse=True):
        min(sides, key=len).update(group)
    tune, held_out = (tuple(id for id in dataset.queries if id in side) for side in sides)
    return Halves(tune, held_out, apart)


def _groups(judgements: Mapping[str, Mapping[str, int]], ids: list[str]) -> dict[int, list[str]]:
    """The connected components of questions that share a relevant source (union by label, with
    the smaller part relabelled)."""
    label = {id: place for place, id in enumerate(ids)}
    members: dict[int, list[str]] = {place: [id] for id, place in label.items()}
    seekers: dict[str, list[str]] = defaultdict(list)
    for id in ids:
        for source in {source_of(name) for name, grade in judgements[id].items() if grade > 0}:
            seekers[source].append(id)
    for first, *others in seekers.values():
        for other in others:
            _join(label[first], label[other], label, members)
    return members


def _join(one: int, other: int, label: dict[str, int], members: dict[int, list[str]]) -> None:
    if one == other:
        return
    small, large = sorted((one, other), key=lambda part: len(members[part]))
    for id in members[small]:
        label[id] = large
    members[large] += members.pop(small)
