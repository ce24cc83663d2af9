"""BEIR folders: both layouts, and errors that name file and line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tercet.errors import UsageError
from tercet.evaluation.dataset import read_beir


def write(folder: Path, qrels: str = "qrels.tsv") -> Path:
    corpus = [
        {"_id": "d1", "title": "Lathe", "text": "It needs oil."},
        {"_id": "d2", "text": "Holidays are long."},
        {"_id": "d3", "title": "Only a title", "text": ""},
    ]
    queries = [{"_id": "q1", "text": "oil?"}, {"_id": "q2", "text": "not judged"}]
    for name, records in (("corpus", corpus), ("queries", queries)):
        lines = "\n".join(json.dumps(record) for record in records)
        (folder / f"{name}.jsonl").write_text(lines + "\n\n", encoding="utf-8")
    path = folder / qrels
    path.parent.mkdir(exist_ok=True)
    path.write_text("query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("qrels", ["qrels.tsv", "qrels/test.tsv"])
def test_reads_both_layouts(tmp_path: Path, qrels: str) -> None:
    dataset = read_beir(write(tmp_path, qrels))
    assert [document.source for document in dataset.documents] == ["d1", "d2", "d3"]
    assert dataset.documents[0].title == "Lathe"
    assert dataset.documents[2].text == "Only a title"
    assert dataset.queries == {"q1": "oil?"}
    assert dataset.judgements == {"q1": {"d1": 2, "d2": 0}}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (write(tmp_path) / "queries.jsonl").unlink()
    with pytest.raises(UsageError, match=r"queries\.jsonl is missing"):
        read_beir(tmp_path)


@pytest.mark.parametrize(
    ("name", "line", "text"),
    [
        ("corpus.jsonl", 2, '{"_id": "d1", "text": "a"}\n{"_id": '),
        ("queries.jsonl", 1, '{"_id": "q1"}'),
        ("corpus.jsonl", 1, '{"_id": 7, "text": "a"}'),
        ("qrels.tsv", 2, "query-id\tcorpus-id\tscore\nq1 d1 1\n"),
        ("qrels.tsv", 2, "q1\td1\t1\nq1\td2\thigh\n"),
    ],
)
def test_a_malformed_line_is_pointed_at(tmp_path: Path, name: str, line: int, text: str) -> None:
    (write(tmp_path) / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=rf"{name}, line {line}"):
        read_beir(tmp_path)


def test_compressed_files_and_another_split(tmp_path: Path) -> None:
    write(tmp_path, "qrels/dev.tsv")
    for name in ("corpus.jsonl", "queries.jsonl", "qrels/dev.tsv"):
        path = tmp_path / name
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    dataset = read_beir(tmp_path, "dev")
    assert dataset.judgements == {"q1": {"d1": 2, "d2": 0}}
    assert len(dataset.documents) == 3
    with pytest.raises(UsageError, match=r"qrels/train\.tsv is missing"):
        read_beir(tmp_path, "train")


def test_a_damaged_archive_is_a_usage_error(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "corpus.jsonl").unlink()
    (tmp_path / "corpus.jsonl.gz").write_bytes(b"no gzip at all")
    with pytest.raises(UsageError, match=r"corpus\.jsonl\.gz cannot be read"):
        read_beir(tmp_path)


def test_queries_of_which_none_is_judged_are_refused(tmp_path: Path) -> None:
    (write(tmp_path) / "qrels.tsv").write_text("other\td1\t1\n")
    with pytest.raises(UsageError, match="judged"):
        read_beir(tmp_path)
