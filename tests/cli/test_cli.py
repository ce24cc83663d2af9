"""The command line as a person and a script use it: output, exit codes, one clear sentence."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.run import Result, tercet

DOCS = {
    "manual.md": "# X200\n\nThe X200 is covered for two (2) years from delivery.\n",
    "leave.md": "---\ncategory: hr\nyear: 2024\n---\n# Leave\n\nEveryone has 25 days of leave.\n",
    "old/leave.md": (
        "---\ncategory: hr\nyear: 2021\n---\n# Leave\n\nEveryone has 20 days of leave.\n"
    ),
}


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    for name, text in DOCS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def index(docs: Path) -> Path:
    assert tercet("ingest", "docs").code == 0
    return docs


def one_sentence(result: Result, *parts: str) -> None:
    """The error is one line on stderr that names what matters, and no traceback."""
    assert result.stdout == ""
    lines = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert len(lines) == 1
    assert "Traceback" not in result.stderr
    for part in parts:
        assert part in lines[0]


def test_a_first_question_needs_one_command(docs: Path) -> None:
    result = tercet("ask", "How long is the X200 covered?", "--docs", "docs")
    assert result.code == 0
    assert "two (2) years from delivery" in result.stdout
    assert "[1] docs/manual.md" in result.stdout
    assert "verified" in result.stdout


def test_ask_json_is_the_contract(index: Path) -> None:
    result = tercet("ask", "How long is the X200 covered?", "--json")
    answer = json.loads(result.stdout)
    assert set(answer) == {
        "question", "answer", "abstained", "citations", "statements", "warnings", "hits", "usage",
        "cost", "ms",
    }  # fmt: skip
    assert answer["abstained"] is False
    citation = answer["citations"][0]
    assert set(citation) == {"marker", "source", "page", "start", "end", "quote", "verified"}
    text = DOCS["manual.md"]
    assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_ask_abstains_and_shows_what_came_nearest(index: Path) -> None:
    result = tercet("ask", "Who won the football cup in 1998?")
    assert result.code == 0
    assert "do not answer" in result.stdout
    assert "Nearest passages" in result.stdout


def test_docs_confine_the_question(index: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "note.md").write_text("Leave is asked of the head of hall two.")
    result = tercet("ask", "How many days of leave?", "--docs", "other", "--json")
    assert {hit["source"] for hit in json.loads(result.stdout)["hits"]} == {"other/note.md"}


def test_search_json_is_the_contract(index: Path) -> None:
    result = tercet("search", "days of leave", "-k", "2", "--explain", "--json")
    found = json.loads(result.stdout)
    assert set(found) == {"query", "mode", "hits", "ms"}
    assert (found["query"], found["mode"]) == ("days of leave", "fused")
    assert len(found["hits"]) == 2
    hit = found["hits"][0]
    assert {
        "id", "score", "source", "page", "start", "end", "heading", "text", "metadata", "legs",
    } <= set(hit)  # fmt: skip
    assert hit["heading"] == "Leave"
    assert set(hit["legs"]) == {"dense", "sparse", "late_interaction"}
    assert set(hit["legs"]["dense"]) == {"score", "rank"}


@pytest.mark.parametrize("mode", ["fused", "hybrid", "rerank", "dense", "sparse", "late"])
def test_every_mode_finds(index: Path, mode: str) -> None:
    result = tercet("search", "X200 covered", "--mode", mode, "--json")
    assert json.loads(result.stdout)["hits"][0]["source"] == "docs/manual.md"


def test_filters_are_obeyed_and_an_empty_one_is_none(index: Path) -> None:
    search = ("search", "leave", "--json", "--filter")
    found = json.loads(tercet(*search, 'category = "hr" and year >= 2023').stdout)
    assert [hit["source"] for hit in found["hits"]] == ["docs/leave.md"]
    assert len(json.loads(tercet(*search, "").stdout)["hits"]) == 3


def test_ingest_is_done_once_and_prunes(index: Path) -> None:
    again = json.loads(tercet("ingest", "docs", "--json").stdout)
    assert (again["unchanged"], again["chunks"]) == (3, 0)
    (index / "old" / "leave.md").unlink()
    dry = json.loads(tercet("ingest", "docs", "--prune", "--dry-run", "--json").stdout)
    assert (dry["removed"], dry["dry_run"]) == (1, True)
    pruned = json.loads(tercet("ingest", "docs", "--prune", "--json").stdout)
    assert pruned["removed"] == 1
    left = json.loads(tercet("documents", "list", "--json").stdout)
    assert [info["source"] for info in left] == ["docs/leave.md", "docs/manual.md"]


def test_documents_are_shown_and_deleted(index: Path) -> None:
    assert "docs/manual.md" in tercet("documents", "list").stdout
    shown = tercet("documents", "show", "docs/manual.md").stdout
    assert "two (2) years" in shown
    info = json.loads(tercet("documents", "show", "docs/manual.md", "--json").stdout)
    assert [chunk["text"] for chunk in info["passages"]] == [DOCS["manual.md"]]
    assert (info["chunks"], info["characters"]) == (1, len(DOCS["manual.md"]))
    assert tercet("documents", "delete", "docs/manual.md").code == 0
    gone = tercet("documents", "show", "docs/manual.md")
    assert gone.code == 1
    one_sentence(gone, "docs/manual.md", "tercet documents list")


def test_status_and_doctor_tell_the_state(index: Path) -> None:
    status = json.loads(tercet("status", "--json").stdout)
    assert (status["documents"], status["chunks"]) == (3, 3)
    assert status["schema"]["dense_model"] == "tercet-minilm-l6"
    doctor = tercet("doctor", "--json")
    assert doctor.code == 0
    assert all(finding["ok"] for finding in json.loads(doctor.stdout))
    assert "tercet-minilm-l6" in tercet("status").stdout
    assert "writes and finds" in tercet("doctor").stdout


def test_models_lists_bundled_and_fastembed_models() -> None:
    models = json.loads(tercet("models", "--json").stdout)
    in_use = {(model["leg"], model["name"]) for model in models if model["in_use"]}
    assert in_use == {
        ("dense", "tercet-minilm-l6"),
        ("sparse", "bm25"),
        ("late_interaction", "tercet-minilm-l6"),
    }
    assert "colbert-ir/colbertv2.0" in {model["name"] for model in models}
    assert "in use" in tercet("models").stdout


def test_problems_are_reported_and_the_rest_is_ingested(docs: Path) -> None:
    (docs / "junk.pdf").write_bytes(bytes(range(256)) * 20)
    (docs / "empty.txt").write_text("")
    result = tercet("ingest", "docs", "--json")
    report = json.loads(result.stdout)
    assert result.code == 0
    assert report["added"] == 3
    assert {problem["source"] for problem in report["problems"]} == {
        "docs/junk.pdf",
        "docs/empty.txt",
    }
    assert all(problem["reason"] for problem in report["problems"])
    assert "docs/junk.pdf" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "parts"),
    [
        (("ingest", "missing"), 2, ("missing",)),
        (("ask", "Why?", "--docs", "missing"), 2, ("missing",)),
        (("ingest", "void"), 1, ("void",)),
        (("ingest", "junk.bin"), 1, ("junk.bin",)),
        (("ingest",), 2, ("PATHS",)),
        (("search", "x", "--filter", "year >"), 2, ("position 6",)),
        (("search", "x", "--mode", "best"), 2, ("best", "fused")),
        (("search", "x", "-k", "0"), 2, ("0",)),
        (("search", "  "), 2, ("empty",)),
        (("search", "x", "--index", "nowhere"), 1, ("nowhere", "tercet ingest")),
        (("search", "x", "--index", "junk.bin"), 1, ("junk.bin",)),
        (("search", "x", "--index", "http://127.0.0.1:9"), 1, ("does not answer",)),
        (("status", "--collection", "other"), 1, ("other",)),
        (("documents", "show", "none.md"), 1, ("none.md",)),
        (("eval", "missing"), 2, ("missing",)),
        (("eval", "void"), 2, ("corpus.jsonl",)),
        (("eval", "void", "--modes", "best"), 2, ("best",)),
        (("nonsense",), 2, ("nonsense",)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_wrong_input_is_one_sentence(
    index: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, parts: tuple[str, ...]
) -> None:
    (tmp_path / "void").mkdir()
    (tmp_path / "junk.bin").write_bytes(bytes(range(256)) * 20)
    result = tercet(*arguments)
    assert result.code == code
    one_sentence(result, *parts)


@pytest.mark.parametrize(
    ("variable", "value", "part"),
    [
        ("TERCET_CHUNK_OVERLAP", "200", "chunk_overlap (200)"),
        ("TERCET_MODE", "best", "TERCET_MODE"),
        ("TERCET_DENSE_MODEL", "all-minilm", "all-MiniLM-L6-v2"),
        ("TERCET_LANGUAGE", "klingon", "klingon"),
    ],
)
def test_wrong_settings_are_one_sentence(docs: Path, variable: str, value: str, part: str) -> None:
    result = tercet("ingest", "docs", env={variable: value})
    assert result.code == 2
    one_sentence(result, part)


def test_another_model_on_an_old_index_is_named(index: Path) -> None:
    result = tercet("search", "x", env={"TERCET_MODELS": "guide"})
    assert result.code == 1
    one_sentence(
        result, "late_model is 'tercet-minilm-l6', now 'colbert-ir/colbertv2.0'", "--index"
    )


def test_no_space_stops_cleanly(index: Path) -> None:
    (index / "new.md").write_text("Something new.")
    result = tercet("ingest", "docs", env={"TERCET_MIN_FREE_MB": "100000000"})
    assert result.code == 1
    one_sentence(result, "MB left", "goes on where it stopped")
    assert json.loads(tercet("status", "--json").stdout)["documents"] == 3


@pytest.mark.skipif(os.geteuid() == 0, reason="the system lets root read everything")
def test_an_unreadable_file_is_reported(docs: Path) -> None:
    (docs / "manual.md").chmod(0)
    report = json.loads(tercet("ingest", "docs", "--json").stdout)
    assert [problem["source"] for problem in report["problems"]] == ["docs/manual.md"]


def test_a_held_index_says_who_holds_it(index: Path) -> None:
    from tercet import build

    with build.open(".tercet"):
        result = tercet("search", "x", env={"TERCET_LOCK_TIMEOUT": "0.1"})
    assert result.code == 1
    one_sentence(result, f"process {os.getpid()}", "Qdrant server")


def test_settings_come_from_the_env_file(index: Path, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TERCET_INDEX=elsewhere\n")
    one_sentence(tercet("search", "x"), "elsewhere")


def test_eval_measures_a_labelled_folder(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    folder.mkdir()
    texts = ["The lathe needs oil.", "Leave is 25 days.", "Two signatures are needed."]
    corpus = [{"_id": f"d{i}", "text": text} for i, text in enumerate(texts)]
    queries = [{"_id": f"q{i}", "text": text} for i, text in enumerate(texts)]
    for name, records in (("corpus", corpus), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("\n".join(json.dumps(record) for record in records))
    (folder / "qrels.tsv").write_text("".join(f"q{i}\td{i}\t1\n" for i in range(3)))
    result = tercet("eval", "tiny", "--modes", "fused,sparse", "--report", "page.html", "--json")
    record = json.loads(result.stdout)
    assert (record["dataset"], record["documents"], record["queries"]) == ("tiny", 3, 3)
    assert record["ingest"]["chunks"] == 3
    assert set(record["modes"]) == {"fused", "sparse"}
    figures = record["modes"]["fused"]
    assert figures["ndcg@10"] == figures["mrr@10"] == figures["recall@100"] == 1
    assert 0 < figures["p50_ms"] <= figures["p95_ms"] <= figures["p99_ms"]
    assert "<td>fused</td><td>1.0</td>" in (tmp_path / "page.html").read_text()
    assert "ndcg@10" in tercet("eval", "tiny", "--modes", "dense").stdout


def test_help_is_instant_and_loads_nothing_heavy() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = "import sys; sys.argv = ['tercet', '--help']; from tercet.cli import main; main()"
    watch = f"import atexit, sys; atexit.register(lambda: print(*sys.modules)); {code}"
    done = subprocess.run([sys.executable, "-c", watch], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    for heavy in ("numpy", "onnxruntime", "qdrant_edge", "pydantic", "rich", "openai"):
        assert f" {heavy} " not in done.stdout
    assert after.ru_utime - before.ru_utime < 1.0  # a ceiling against accidents, no benchmark


def test_the_module_runs_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tercet", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("tercet, version ")
