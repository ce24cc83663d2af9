"""The options that say which hits are shown, in what order, and with how much text."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import Result, tercet
from tests.retrieval.played import played_endpoint

POLICY = "---\nvalid: {}\n---\n# Leave\n\nEveryone has {} days of leave in a year.\n"
HANDBOOK = "# Pumps\n\n{}\n\n## Service\n\n{}\n"
LINE = "The pump of the hall is serviced in spring, and its valve is changed then. "
DOCS = {
    "leave-2015.md": POLICY.format("2015-01-01", 20),
    "leave-2024.md": POLICY.format("2024-01-01", 25),
    "pumps.md": HANDBOOK.format(LINE * 20, LINE * 20),
    "note.md": "# Note\n\nThe pump of the yard was seen in May.\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that the tests only read."""
    folder = tmp_path_factory.mktemp("options")
    for name, text in DOCS.items():
        (folder / name).write_text(text, encoding="utf-8")
    before = Path.cwd()
    os.chdir(folder)
    try:
        assert tercet("ingest", *DOCS, "--index", str(folder / "index")).code == 0
    finally:
        os.chdir(before)
    return folder / "index"


def search(index: Path, *arguments: str, env: dict[str, str] | None = None) -> dict[str, Any]:
    result = tercet("search", *arguments, "--index", str(index), "--json", env=env)
    assert result.code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def sources(found: dict[str, Any]) -> list[str]:
    return [Path(hit["source"]).name for hit in found["hits"]]


def refused(result: Result, *parts: str) -> None:
    """Exit code 2 and one sentence."""
    assert (result.code, result.stdout) == (2, "")
    [line] = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    for part in parts:
        assert part in line


def test_recency_puts_the_newer_version_first(index: Path) -> None:
    question = ("20 days of leave", "-k", "2")
    assert sources(search(index, *question))[0] == "leave-2015.md"
    assert sources(search(index, *question, "--recency", "valid:30"))[0] == "leave-2024.md"
    assert sources(search(index, *question, env={"TERCET_RECENCY": "valid:30"}))[0] == (
        "leave-2024.md"
    )


def test_per_document_lets_others_in(index: Path) -> None:
    question = ("When is the pump serviced?", "-k", "3")
    assert Counter(sources(search(index, *question))) == {"pumps.md": 3}
    found = sources(search(index, *question, "--per-document", "1"))
    assert len(found) == 3
    assert max(Counter(found).values()) == 1
    # 0 takes back what the settings say.
    set_ = {"TERCET_PER_DOCUMENT": "1"}
    assert Counter(sources(search(index, *question, "--per-document", "0", env=set_))) == {
        "pumps.md": 3
    }


def test_diversity_lets_unlike_ones_in(index: Path) -> None:
    question = ("When is the pump serviced?", "-k", "3")
    assert len(set(sources(search(index, *question, "--diversity", "0.6")))) > 1
    plain = search(index, *question)["hits"]
    assert search(index, *question, "--diversity", "0")["hits"] == plain


def test_a_window_is_more_of_the_same_text(index: Path) -> None:
    question = ("When is the pump serviced?", "-k", "1")
    [plain] = search(index, *question)["hits"]
    for window in ("neighbours", "section"):
        [hit] = search(index, *question, "--window", window)["hits"]
        assert DOCS["pumps.md"][hit["start"] : hit["end"]] == hit["text"]
        assert plain["text"] in hit["text"]
        assert len(hit["text"]) > len(plain["text"])
        assert hit["id"] == plain["id"]


def test_ask_takes_them_too(index: Path) -> None:
    arguments = ("--index", str(index), "--json", "--window", "section", "--per-document", "1")
    result = tercet("ask", "When is the pump of the hall serviced?", *arguments)
    answer = json.loads(result.stdout)
    assert result.code == 0
    assert answer["citations"]
    for citation in answer["citations"]:
        text = DOCS[Path(citation["source"]).name]
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert citation["verified"]
    assert max(Counter(hit["source"] for hit in answer["hits"]).values()) == 1


@pytest.mark.parametrize("command", ["search", "ask"])
@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (("--diversity", "1.5"), ("--diversity", "0<=x<=1")),
        (("--diversity", "nan"), ("Diversity", "0 to 1")),
        (("--diversity", "much"), ("--diversity", "'much'")),
        (("--per-document", "-1"), ("--per-document", "x>=0")),
        (("--recency", "modified"), ("--recency", "modified:365")),
        (("--recency", ""), ("--recency", "modified:365")),
        (("--recency", "modified:0"), ("--recency", "modified:365")),
        (("--recency", "modified:soon"), ("--recency", "'modified:soon'")),
        (("--window", "page"), ("--window", "'section'")),
        (("--rerank",), ("TERCET_RERANKER",)),
    ],
)
def test_wrong_values_are_one_sentence(
    index: Path, command: str, arguments: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    refused(tercet(command, "pump", "--index", str(index), *arguments), *parts)


def test_an_unknown_reranker_is_one_sentence(index: Path) -> None:
    env = {"TERCET_RERANKER": "Xenova/ms-marco-minilm-l-6"}
    result = tercet("search", "pump", "--index", str(index), env=env)
    refused(result, "Xenova/ms-marco-MiniLM-L-6-v2")


def test_a_model_as_reranker_needs_one(index: Path) -> None:
    result = tercet("search", "pump", "--index", str(index), env={"TERCET_RERANKER": "model"})
    refused(result, "OPENAI_API_KEY")


def test_a_model_reranks_and_its_failure_is_a_warning(index: Path) -> None:
    question = ("When is the pump serviced?", "-k", "3")
    plain = search(index, *question)
    assert "warnings" not in plain
    with played_endpoint() as endpoint:
        env = {"TERCET_RERANKER": "model", "OPENAI_BASE_URL": endpoint.url}
        env["TERCET_RERANK_LIMIT"] = "3"
        endpoint.reply = lambda message: "[3] > [1] > [2]"
        places = [hit["id"] for hit in plain["hits"]]
        found = search(index, *question, env=env)
        assert [hit["id"] for hit in found["hits"]] == [places[2], places[0], places[1]]
        assert "warnings" not in found

        endpoint.reply = lambda message: 429
        failed = search(index, *question, env=env)
        assert failed["hits"] == plain["hits"]
        [warning] = failed["warnings"]
        assert warning.startswith("Without the reranker")
        sent = len(endpoint.requests)
        shown = tercet("search", *question, "--index", str(index), "--no-rerank", env=env)
        assert (shown.stderr, len(endpoint.requests)) == ("", sent)
        shown = tercet("search", *question, "--index", str(index), env=env)
        assert shown.code == 0
        assert f"Warning: {warning}" in shown.stderr
        assert "Warning" not in shown.stdout


def test_models_lists_the_rerankers() -> None:
    name = "Xenova/ms-marco-MiniLM-L-6-v2"
    models = json.loads(tercet("models", "--json").stdout)
    [reranker] = [model for model in models if model["name"] == name]
    assert (reranker["leg"], reranker["in_use"]) == ("reranker", False)
    models = json.loads(tercet("models", "--json", env={"TERCET_RERANKER": name.lower()}).stdout)
    assert [m["name"] for m in models if m["leg"] == "reranker" and m["in_use"]] == [name]
