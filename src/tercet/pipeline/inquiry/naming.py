"""Which source a person means by a name."""

from __future__ import annotations

import difflib
import itertools
from pathlib import Path

from tercet.ports import Ledger, Store
from tercet.types import And, DocumentInfo, Equals, Not, Or, is_url

_ALIKE = 3  # names that are offered in the place of one that is not there
_COMPARED = 20_000  # sources that are compared with it
_ALL_SOURCES = 1_000_000


def named(ledger: Ledger, name: str) -> list[DocumentInfo]:
    """The sources that a source, key, path, document id or the end of a path means. Copies with
    the same text count as one. A folder means all that lies in it."""
    found = ledger.named(name) or _below(ledger, key_of(name))
    if not found and name:
        found = [info for info in ledger.entries() if _ends(info.source, name)]
    return list({info.id or info.key: info for info in found}.values())


def _below(ledger: Ledger, key: str) -> list[DocumentInfo]:
    """The source with the key, or else all that lies in it."""
    entry = ledger.get(key)
    return [entry] if entry else list(ledger.below(key))


def alike(ledger: Ledger, name: str) -> tuple[str, ...]:
    """Sources whose name resembles the given one, those of the same file name first."""
    sources = [info.source for info in itertools.islice(ledger.entries(), _COMPARED)]
    file = _file(name).lower()
    same = [source for source in sources if _file(source).lower() == file]
    files = {_file(source).lower(): source for source in sources}
    near = difflib.get_close_matches(file, files, _ALIKE)
    return tuple(dict.fromkeys([*same, *(files[match] for match in near)]))[:_ALIKE]


def other_tenants(store: Store, tenant: str, name: str) -> tuple[str, ...]:
    """The tenants but `tenant` that have a document of that name in the index."""
    others = Not(Equals("tenant", (tenant,)))
    sources = store.facet("source", _ALL_SOURCES, others)
    meant = tuple(source for source in sources if source == name or _ends(source, name))
    places = (
        Equals("source", meant),
        Equals("folders", (key_of(name),)),
        Equals("document", (name,)),
    )
    return tuple(store.facet("tenant", filter=And((others, Or(places)))))


def key_of(name: str) -> str:
    """The key of the source at a path: absolute, or the URL itself."""
    return name if is_url(name) else Path(name).resolve().as_posix()


def _ends(source: str, name: str) -> bool:
    """Whether a name is the end of a source, from a whole part of the path on."""
    return source.endswith((f"/{name}", f"\\{name}"))


def _file(source: str) -> str:
    return source.replace("\\", "/").rstrip("/").rpartition("/")[2]
