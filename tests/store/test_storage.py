"""Every way to store vectors finds what exact arithmetic finds, and an index keeps its own."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from tercet import build
from tercet.config import read_settings
from tercet.errors import SchemaMismatch, SettingsError
from tercet.store.edge import EdgeStore
from tercet.store.remote_request import vector_params
from tercet.store.schema import check_schema, schema_from_json, schema_to_json
from tercet.testing.doubles import WordEncoder
from tercet.testing.store import QUERIES, TEXTS, chunk_of, fill
from tercet.types import Equals, Leg, Schema, Search
from tercet.types.index import LateDatatype, Quantization

ENCODER = WordEncoder()
SCHEMA = ENCODER.schema()
LATE: tuple[LateDatatype, ...] = get_args(LateDatatype)
QUANTIZATIONS: tuple[Quantization, ...] = get_args(Quantization)
# Of a MaxSim, by query token: the rounding of bytes and of four bits.
TOLERANCE = {"float16": 0.002, "uint8": 0.05, "turbo8": 0.02, "turbo4": 0.2}


def stored_as(late: LateDatatype, quantization: Quantization = "none") -> Schema:
    return dataclasses.replace(SCHEMA, late_datatype=late, quantization=quantization)


@pytest.mark.parametrize("late", LATE)
def test_late_scores_are_those_of_the_vectors(tmp_path: Path, late: LateDatatype) -> None:
    store = EdgeStore.open(tmp_path, stored_as(late), create=True)
    _, vectors = fill(store)
    for text in QUERIES:
        asked = ENCODER.query(text)
        # Tokens weigh: twice the vectors, twice the score, however they are stored.
        for weight in (1.0, 0.5):
            query = dataclasses.replace(asked, late=asked.late * np.float32(weight))
            [hits] = store.search([Search(Leg("late_interaction", 8), query)])
            for hit in hits:
                exact = (query.late @ vectors[hit.id].late.T).max(axis=1).sum()
                error = TOLERANCE[late] * len(query.late)
                assert hit.score == pytest.approx(float(exact), abs=error)
    store.close()


@pytest.mark.parametrize("late", LATE)
def test_stored_vectors_put_in_again_are_the_same(tmp_path: Path, late: LateDatatype) -> None:
    store = EdgeStore.open(tmp_path, stored_as(late), create=True)
    chunks = [chunk_of(number, text) for number, text in enumerate([*TEXTS, "?!"])]
    store.upsert(chunks, list(ENCODER.passages([chunk.text for chunk in chunks])))
    everything = Equals("tenant", ("",))
    first = {chunk.id: (chunk, vectors) for chunk, vectors in store.embedded(everything)}
    store.upsert([chunk for chunk, _ in first.values()], [vectors for _, vectors in first.values()])
    for chunk, vectors in store.embedded(everything):
        np.testing.assert_allclose(vectors.late, first[chunk.id][1].late, atol=1e-3)
    assert len(first[chunks[-1].id][1].late) == 0
    store.close()


@pytest.mark.parametrize("quantization", QUANTIZATIONS)
def test_a_quantised_index_finds_the_same(tmp_path: Path, quantization: Quantization) -> None:
    store = EdgeStore.open(tmp_path, stored_as("uint8", quantization), create=True)
    _, vectors = fill(store)
    store.optimize()
    for text in QUERIES:
        query = ENCODER.query(text)
        [hits] = store.search([Search(Leg("dense", 8), query)])
        best = max(vectors, key=lambda id: float(query.dense @ vectors[id].dense))
        assert best in {hit.id for hit in hits[:3]}
    store.close()


@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize("quantization", QUANTIZATIONS)
def test_a_server_is_asked_for_the_same(late: LateDatatype, quantization: Quantization) -> None:
    params = vector_params(stored_as(late, quantization))
    assert params["late_interaction"].datatype == late
    config = params["dense"].quantization_config
    assert (next(iter(config.model_dump())) if config else "none") == quantization


def test_a_record_from_before_is_read() -> None:
    record = schema_to_json(SCHEMA)
    del record["quantization"]
    assert schema_from_json(record, "here") == SCHEMA


def test_storage_differs_only_if_it_was_chosen() -> None:
    stored, wanted = stored_as("uint8"), stored_as("turbo4", "scalar")
    check_schema(stored, wanted, "here", chosen=())
    with pytest.raises(SchemaMismatch, match="late_datatype is 'uint8', now 'turbo4'"):
        check_schema(stored, wanted, "here", chosen=("late_datatype",))
    with pytest.raises(SchemaMismatch, match="quantization is 'none', now 'scalar'"):
        check_schema(stored, wanted, "here")


def test_an_index_keeps_the_storage_it_was_made_with(tmp_path: Path) -> None:
    given = {"index": str(tmp_path), "late_datatype": "turbo4", "quantization": "binary"}
    build.open_store(read_settings(given), SCHEMA, create=True).close()
    again = build.open_store(read_settings({"index": str(tmp_path)}), SCHEMA, create=False)
    assert (again.schema.late_datatype, again.schema.quantization) == ("turbo4", "binary")
    again.close()
    with pytest.raises(SchemaMismatch, match="late_datatype"):
        build.open_store(
            read_settings({"index": str(tmp_path), "late_datatype": "float16"}),
            SCHEMA,
            create=False,
        )


def test_bytes_are_for_vectors_that_sum_to_zero(tmp_path: Path) -> None:
    settings = read_settings({"index": str(tmp_path), "late_datatype": "uint8"})
    with pytest.raises(SettingsError, match="cannot be stored as uint8"):
        build.open_store(settings, stored_as("float16"), create=True)
    with pytest.raises(SettingsError, match="TERCET_LATE_DATATYPE"):
        read_settings({"late_datatype": "int4"})
