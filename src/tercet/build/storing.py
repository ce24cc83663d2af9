"""The index: a folder or a server, and its ledger."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from tercet.config import Settings
from tercet.errors import SettingsError
from tercet.ports import Ledger, Store
from tercet.types import (
    Schema,
)


def open_store(settings: Settings, wanted: Schema, *, create: bool) -> Store:
    """The embedded engine for a folder, a server for a URL."""
    chosen = _chosen_storage(settings, wanted)
    wanted = dataclasses.replace(wanted, **chosen)
    if settings.remote:
        from tercet.store.remote import RemoteStore

        key = settings.qdrant_api_key
        client = RemoteStore.connect(
            settings.index,
            key.get_secret_value() if key else None,
            grpc=settings.qdrant_grpc,
            timeout=settings.timeout,
        )
        return RemoteStore.open(
            client, settings.collection, wanted, create=create, chosen=chosen.keys()
        )
    from tercet.store.edge import EdgeStore

    return EdgeStore.open(
        # Absolute, so that it stays the same when the working directory changes.
        Path(settings.index).absolute() / settings.collection,
        wanted,
        create=create,
        chosen=chosen.keys(),
        lock_timeout=settings.lock_timeout,
        min_free=settings.min_free_mb * 2**20,
    )


def _chosen_storage(settings: Settings, wanted: Schema) -> dict[str, Any]:
    """The fields of the schema that the settings decide. Raises `SettingsError`."""
    late, quantization = settings.late_datatype, settings.quantization
    if late == "uint8" and wanted.late_datatype != "uint8":
        raise SettingsError(
            f"The token vectors of {wanted.late_model} cannot be stored as uint8.",
            "Set TERCET_LATE_DATATYPE to turbo8, turbo4 or float16.",
        )
    fields = {"late_datatype": late, "quantization": quantization}
    return {name: value for name, value in fields.items() if value != "auto"}


def open_ledger(settings: Settings, store: Store) -> Ledger:
    """The ledger that lies with the index."""
    from tercet.store.ledger import SqliteLedger

    if not settings.remote:
        folder = Path(settings.index).absolute() / settings.collection
        return SqliteLedger(folder / "ledger.db", settings.tenant)
    from tercet.store.remote import RemoteStore
    from tercet.store.remote_ledger import RemoteLedger

    assert isinstance(store, RemoteStore)
    return RemoteLedger(store.client, settings.collection, settings.tenant)
