"""The schema record: written when an index is made, compared whenever it is opened."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any

from tercet.errors import SchemaMismatch, StoreError
from tercet.types import Schema

# What may differ between two openings: the mean length is a property of the data, and
# another chunker changes only what is ingested from now on.
_MUTABLE = ("avg_terms", "chunker")

# How the vectors are stored: the index keeps its own way, and says so only if another was chosen.
STORAGE = ("late_datatype", "quantization")


def check_schema(
    stored: Schema, wanted: Schema, where: str, chosen: Collection[str] = STORAGE
) -> None:
    """Nothing if an index with the record `stored` can serve `wanted`. Of the fields in
    `STORAGE` those in `chosen` must be equal.

    Raises `SchemaMismatch` naming every difference and the two ways out.
    """
    free = {*_MUTABLE, *STORAGE}.difference(chosen)
    differences = [
        f"{field.name} is {have!r}, now {want!r}"
        for field in dataclasses.fields(Schema)
        if field.name not in free
        and (have := getattr(stored, field.name)) != (want := getattr(wanted, field.name))
    ]
    if differences:
        raise SchemaMismatch(
            f"The index {where} was made with other settings: {'; '.join(differences)}.",
            "Set them back, or ingest into another --index or --collection.",
        )


def schema_to_json(schema: Schema) -> dict[str, Any]:
    """The record as plain JSON values."""
    return dataclasses.asdict(schema)


def schema_from_json(record: Mapping[str, Any], where: str) -> Schema:
    """The record read back. Raises `StoreError` when it is not one of ours."""
    try:
        return Schema(**record)
    except TypeError:
        raise StoreError(
            f"The schema record of {where} is not readable by this version of Tercet.",
            "Upgrade Tercet, or ingest into a new index.",
        ) from None
