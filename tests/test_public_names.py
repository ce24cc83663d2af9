"""What `import tercet` offers, and what it does not load to offer it."""

from __future__ import annotations

import subprocess
import sys

import pytest

import tercet

HEAVY = ("onnxruntime", "qdrant_edge", "qdrant_client", "openai", "numpy", "pydantic", "fastembed")


def loaded_after(code: str) -> set[str]:
    """The modules in a new interpreter after `code`."""
    watch = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", watch], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_public_names_are_sorted_and_named_once() -> None:
    assert tercet.__all__ == sorted(set(tercet.__all__))


@pytest.mark.parametrize("name", tercet.__all__)
def test_every_public_name_is_there_and_says_what_it_is(name: str) -> None:
    assert getattr(tercet, name).__doc__


def test_dir_shows_the_public_names() -> None:
    assert set(tercet.__all__) <= set(dir(tercet))


def test_a_star_import_brings_the_public_names_and_no_others() -> None:
    names: dict[str, object] = {}
    exec("from tercet import *", names)
    assert set(names) - {"__builtins__"} == set(tercet.__all__)


def test_an_unknown_name_is_an_attribute_error_that_names_it() -> None:
    with pytest.raises(AttributeError, match="'tercet' has no attribute 'opne'"):
        tercet.opne  # noqa: B018
    with pytest.raises(ImportError, match="opne"):
        from tercet import opne  # noqa: F401


def test_the_guide_s_error_is_the_base_of_the_tree() -> None:
    assert tercet.RAGError is tercet.TercetError


def test_the_import_loads_nothing_heavy() -> None:
    loaded = loaded_after("import tercet")
    assert "tercet" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_the_records_load_no_engine_and_no_model() -> None:
    loaded = loaded_after("from tercet import Document, Query, Rag, TercetError")
    assert "tercet.rag" in loaded
    assert loaded.isdisjoint(set(HEAVY) - {"numpy"})


def test_opening_an_index_loads_no_client_and_no_other_model() -> None:
    loaded = loaded_after(
        "import tempfile, tercet\n"
        "with tempfile.TemporaryDirectory() as folder, tercet.open(folder) as rag:\n"
        "    rag.store.count()"
    )
    assert "qdrant_edge" in loaded
    assert loaded.isdisjoint({"qdrant_client", "openai", "fastembed"})
