"""An index made with the guide's three models, or with one of them, works from end to end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import tercet
from tercet.config import read_settings
from tercet.errors import SchemaMismatch
from tercet.types import Mode
from tests.embedding.tiny_models import BM25, COLBERT, MINILM, SPLADE

DOCUMENTS = [
    tercet.Document("The warranty of the meter is two years.", source="warranty"),
    tercet.Document("A lathe needs oil every forty hours.", source="lathe"),
    tercet.Document("Leave is asked of the manager. " + "abc def ghi " * 40, source="leave"),
]


@pytest.fixture
def guide(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """The guide's three models, from the cache."""
    monkeypatch.setenv("TERCET_MODELS", "guide")
    monkeypatch.setenv("TERCET_MODEL_CACHE", str(cache))


@pytest.fixture(scope="module")
def rag(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tercet.Rag]:
    """An index of the guide's models, for tests that only read."""
    index = tmp_path_factory.mktemp("guide") / "index"
    settings = read_settings({"index": str(index), "models": "guide", "model_cache": cache})
    with tercet.open(settings=settings) as rag:
        rag.add(DOCUMENTS)
        yield rag


@pytest.mark.parametrize("mode", ["fused", "rerank", "hybrid", "dense", "sparse", "late"])
def test_the_guide_s_models_find_in_every_mode(rag: tercet.Rag, mode: Mode) -> None:
    assert rag.search("warranty of the meter", mode=mode)[0].source == "warranty"
    assert rag.search("the lathe needs oil", mode=mode)[0].source == "lathe"


def test_the_guide_s_models_are_written_into_the_index(rag: tercet.Rag) -> None:
    schema = rag.schema
    assert (schema.dense_model, schema.sparse_model, schema.late_model) == (MINILM, BM25, COLBERT)
    assert (schema.dense_dim, schema.late_dim, schema.late_datatype) == (384, 128, "float16")
    assert schema.sparse_idf
    assert rag.add(DOCUMENTS).unchanged == 3


def test_the_guide_s_index_is_found_again(guide: None) -> None:
    with tercet.open("index") as rag:
        rag.add(DOCUMENTS)
        before = [(hit.id, hit.score) for hit in rag.search("years of warranty", mode="rerank")]
    with tercet.open("index", create=False) as rag:
        after = [(hit.id, hit.score) for hit in rag.search("years of warranty", mode="rerank")]
    assert after == before
    assert len(after) == 3


def test_an_answer_from_the_guide_s_models_is_quoted(rag: tercet.Rag) -> None:
    answer = rag.ask("Is the warranty of the meter two years?")
    [citation] = answer.citations
    assert citation.source == "warranty"
    assert DOCUMENTS[0].text[citation.start : citation.end] == citation.quote
    assert citation.verified


def test_one_leg_alone_can_be_another_model(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    monkeypatch.setenv("TERCET_SPARSE_MODEL", SPLADE.lower())
    monkeypatch.setenv("TERCET_MODEL_CACHE", str(cache))
    with tercet.open("index") as rag:
        rag.add(DOCUMENTS)
        assert rag.schema.sparse_model == SPLADE
        assert not rag.schema.sparse_idf
        assert rag.schema.dense_model == rag.schema.late_model == "tercet-minilm-l6"
        assert rag.search("How long is the guarantee?", 1)[0].source == "warranty"
        assert len(rag.search("warranty", mode="sparse")) == 3


def test_an_index_of_the_built_in_models_refuses_the_guide_s(
    monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    with tercet.open("index") as rag:
        rag.add(DOCUMENTS)
    monkeypatch.setenv("TERCET_MODELS", "guide")
    monkeypatch.setenv("TERCET_MODEL_CACHE", str(cache))
    with pytest.raises(SchemaMismatch) as caught:
        tercet.open("index")
    for name in (MINILM, BM25, COLBERT, "tercet-minilm-l6", "--index", "--collection"):
        assert name in str(caught.value)
    monkeypatch.delenv("TERCET_MODELS")
    with tercet.open("index") as rag:
        assert len(rag.documents()) == 3


def test_bm25_speaks_the_language_of_the_settings(
    guide: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERCET_LANGUAGE", "german")
    with tercet.open("index") as rag:
        rag.add([tercet.Document("Die Garantien sind lang.", source="a")])
        assert [hit.source for hit in rag.search("die Garantie", mode="sparse")] == ["a"]
        assert rag.search("die", mode="sparse") == []
