"""Settings that are written as small texts, read."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from tercet.types import LegName, Recency

# What is masked before a model sees it.
MaskKind: TypeAlias = Literal["secrets", "personal"]


def names_in(text: str) -> tuple[str, ...]:
    """The names in a list with commas, each once."""
    names = (name.strip() for name in text.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def weights_in(text: str) -> dict[LegName, float]:
    """The weights of legs in `dense=1,sparse=0.5,late=1`. Raises `ValueError` for what is none."""
    return dict(_weight(part) for part in names_in(text))


def recency_in(text: str) -> Recency | None:
    """The preference in `modified:365`; None for "". Raises `ValueError` for what is none."""
    if not text:
        return None
    field, _, days = text.rpartition(":")
    if not field or not days.replace(".", "", 1).isdigit() or float(days) == 0:
        raise ValueError(f"recency is {text!r}, and not like modified:365 (field:days)")
    return Recency(field, float(days))


def masks_in(text: str) -> tuple[MaskKind, ...]:
    """The kinds of data in `secrets,personal`. Raises `ValueError` for an unknown one."""
    names = names_in(text)
    if unknown := [name for name in names if name not in get_args(MaskKind)]:
        raise ValueError(f"mask holds {unknown[0]!r}; write secrets,personal")
    return tuple(kind for kind in get_args(MaskKind) if kind in names)


def _weight(text: str) -> tuple[LegName, float]:
    name, _, value = text.partition("=")
    legs: dict[str, LegName] = {"dense": "dense", "sparse": "sparse", "late": "late_interaction"}
    try:
        weight = float(value)
        return legs[name.strip()], weight
    except (KeyError, ValueError):
        raise ValueError(
            f"fusion_weights holds {text!r}; write dense=1,sparse=0.5,late=1"
        ) from None
