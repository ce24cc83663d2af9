"""The searches of a query with its expansions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from tercet.errors import GenerationError, UsageError
from tercet.ports import Expander, FirstPass
from tercet.types import Query, Search


class Expansion(NamedTuple):
    """The plain search, those beside it, and what the user should know."""

    searches: list[Search]
    warnings: tuple[str, ...] = ()


def expand(
    query: Query, search: Search, expanders: Mapping[str, Expander], first: FirstPass
) -> Expansion:
    """The searches for a query: the plain one, and one for each of its expansions' vectors.

    An expansion whose model fails is left out, with a warning. Raises `UsageError` for a name
    that is no expansion.
    """
    searches, warnings = [search], []
    for name in query.expand:
        if name not in expanders:
            known = ", ".join(expanders) or "none, without a model"
            raise UsageError(f"There is no query expansion {name!r}.", f"There are: {known}.")
        try:
            found = expanders[name](query, search.vectors, first)
        except GenerationError as error:
            warnings.append(f"Without the expansion {name}: {error}")
            continue
        searches += [replace(search, vectors=vectors) for vectors in found]
    return Expansion(searches, tuple(warnings))
