"""The searches of a query with its expansions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from tercet.errors import GenerationError, UsageError
from tercet.ports import Expander, FirstPass
from tercet.types import Query, Search, Vectors


class Expansion(NamedTuple):
    """The search with the query's vectors (or what feedback made of them), those beside it, and
    what the user should know."""

    searches: list[Search]
    warnings: tuple[str, ...] = ()


def expand(
    query: Query, search: Search, expanders: Mapping[str, Expander], first: FirstPass
) -> Expansion:
    """The searches for a query whose plain search is `search`.

    The expansions are applied in the order of their names, each to the vectors that the one
    before left. Several searches go as deep as the query's candidates, since what is third in two
    lists may be first in both together. An expansion whose model fails is left out, with a warning.
    Raises `UsageError` for a name that is no expansion, before any is applied.
    """
    names = dict.fromkeys(query.expand)
    _check(names, expanders)
    vectors, warnings = search.vectors, []
    others: list[Vectors] = []
    for name in names:
        try:
            found = expanders[name](query, vectors, first)
        except GenerationError as error:
            warnings.append(f"Without the expansion {name}: {error}")
            continue
        vectors = found.vectors
        others += found.others
    if others:
        search = replace(search, plan=replace(search.plan, limit=_deep(query, search)))
    searches = [replace(search, vectors=each) for each in (vectors, *others)]
    return Expansion(searches, tuple(warnings))


def _deep(query: Query, search: Search) -> int:
    return max(search.plan.limit, query.prefetch_limit)


def _check(names: Mapping[str, None], expanders: Mapping[str, Expander]) -> None:
    for name in names:
        if name not in expanders:
            known = ", ".join(expanders) or "none"
            raise UsageError(f"There is no query expansion {name!r}.", f"There are: {known}.")
