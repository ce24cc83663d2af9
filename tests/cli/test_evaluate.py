"""`tercet eval` as a person and a CI job use it."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.run import tercet

DOCS = {
    "leave.md": "# Annual leave of employees\n\nEveryone has 25 days of leave in a year.\n",
    "lathe.md": (
        "# Oiling the old lathe\n\nEach Monday morning the apprentice oils the spindle "
        "of the lathe before work begins.\n"
    ),
    "travel.md": "# Hotels on business travel\n\nA night in London costs at most 180 pounds.\n",
}
QUESTIONS = """\
id,question,source
q1,How many days of leave are there?,leave.md
q2,When is the lathe oiled?,docs/lathe.md
q3,What may a hotel cost?,travel.md
q4,Who won the cup?,missing.md
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with documents, an index of them, questions, and a record of their evaluation."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "docs").mkdir()
    for name, text in DOCS.items():
        (folder / "docs" / name).write_text(text, encoding="utf-8")
    (folder / "q.csv").write_text(QUESTIONS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert tercet("ingest", "docs", "--index", "index").code == 0
        done = tercet("eval", "q.csv", "--index", "index", "--modes", "sparse,dense", "--json")
    assert done.code == 0
    (folder / "a.json").write_text(done.stdout, encoding="utf-8")
    record = json.loads(done.stdout)
    record["per_query"]["dense"] = {
        id: dict.fromkeys(scores, 0.0) for id, scores in record["per_query"]["dense"].items()
    }
    (folder / "worse.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def _at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)


def test_questions_on_an_index_are_measured(home: Path) -> None:
    record = json.loads((home / "a.json").read_text())
    assert (record["dataset"], record["documents"], record["queries"]) == ("q", 3, 4)
    assert record["unmatched"] == {"missing.md": "it is not in the index"}
    assert record["modes"]["dense"]["recall@100"] == 0.75
    assert record["found"]["dense"]["q2"]["first"] == "docs/lathe.md"
    assert record["questions"]["q2"]["expected"] == {"docs/lathe.md": 1}


def test_documents_can_be_ingested_for_the_questions() -> None:
    done = tercet(
        "eval", "q.csv", "--docs", "docs", "--modes", "sparse", "--metrics", "p@1,map", "--json"
    )
    record = json.loads(done.stdout)
    assert record["ingest"]["chunks"] == 3
    assert record["metrics"] == ["p@1", "map"]
    assert record["modes"]["sparse"]["p@1"] == pytest.approx(0.75)
    assert "missing.md counts as not found" in done.stderr


def test_the_terminal_shows_intervals_verdict_and_the_worst(home: Path) -> None:
    done = tercet(
        "eval", "q.csv", "--index", "index", "--modes", "fused,sparse", "--worst", "1",
        "--report", "page.html",
    )  # fmt: skip
    assert done.code == 0
    for part in (
        "q: 3 documents, 4 queries",
        "0.250–1.000",
        "No difference shown",
        "Who won the cup?",
        "expected    missing.md",
        "fused not found, sparse not found",
        "came first",
    ):
        assert part in done.stdout, part
    assert "How many days of leave" not in done.stdout
    assert "<h1>q</h1>" in (home / "page.html").read_text()


def test_gates_give_the_exit_code() -> None:
    measure = ("eval", "q.csv", "--index", "index", "--modes", "dense,sparse", "--json")
    gates = ("--fail-under", "recall@100=0.7", "--fail-under", "sparse:success@3=0.7")
    assert tercet(*measure, *gates).code == 0
    done = tercet(*measure, "--fail-under", "recall@100=0.8")
    assert done.code == 1
    assert "Failed: dense: recall@100 is 0.7500, 0.0500 below the gate of 0.8." in done.stderr
    assert json.loads(done.stdout)["dataset"] == "q"
    judged = tercet(*measure, "--fail-under", "recall@100=0.8", env={"TERCET_MODE": "sparse"})
    assert "Failed: sparse: recall@100" in judged.stderr


def test_records_are_compared(home: Path) -> None:
    same = tercet("eval", "--compare", "a.json", "a.json", "--fail-on-regression")
    assert same.code == 0
    assert "no difference shown" in same.stdout
    done = tercet("eval", "--compare", "a.json", "worse.json", "--report", "c.html", "--json")
    assert done.code == 0
    lines = json.loads(done.stdout)["differences"]
    assert {line["mode"] for line in lines if line["difference"] < 0} == {"dense"}
    assert "<h1>q to q</h1>" in (home / "c.html").read_text()
    assert "What may a hotel cost?" in tercet("eval", "--compare", "a.json", "worse.json").stdout


def test_a_shown_regression_fails(home: Path) -> None:
    ids = [f"q{n}" for n in range(40)]
    for name, score in (("good", 0.9), ("bad", 0.4)):
        rows = {id: {"map": score - 0.001 * n} for n, id in enumerate(ids)}
        record = {
            "format": 1,
            "dataset": "d",
            "metrics": ["map"],
            "modes": {"fused": {}},
            "questions": {id: {"text": id, "expected": {}} for id in ids},
            "per_query": {"fused": rows},
            "found": {"fused": {id: {"rank": 1, "first": "a"} for id in ids}},
        }
        (home / f"{name}.json").write_text(json.dumps(record))
    worse = tercet("eval", "--compare", "good.json", "bad.json", "--fail-on-regression")
    assert worse.code == 1
    assert "Failed: fused: map fell by 0.5000" in worse.stderr
    better = tercet("eval", "--compare", "bad.json", "good.json", "--fail-on-regression")
    assert better.code == 0
    assert "better" in better.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "parts"),
    [
        ((), 2, ("DATASET", "--compare")),
        (("q.csv", "--fail-on-regression"), 2, ("--compare",)),
        (("q.csv", "--fail-under", "ndcg@10"), 2, ("ndcg@10=0.7",)),
        (("q.csv", "--fail-under", "late:map=0.5"), 2, ("late",)),
        (("q.csv", "--metrics", "bleu"), 2, ("bleu", "ndcg")),
        (("q.csv", "--modes", ","), 2, ("fused",)),
        (("q.csv", "--split", "dev"), 2, ("--split",)),
        (("q.csv", "--docs", "docs", "--index", "index"), 2, ("--docs",)),
        (("q.csv", "--index", "nowhere"), 1, ("nowhere",)),
        (("docs/leave.md",), 2, (".jsonl",)),
        (("other.csv", "--index", "index"), 2, ("none.md for one",)),
        (("--compare", "a.json", "q.csv"), 2, ("q.csv", "no record")),
        (("--compare", "a.json", "none.json"), 2, ("none.json",)),
        (("q.csv", "--compare", "a.json", "a.json"), 2, ("--compare",)),
        (("init", "--index", "nowhere"), 1, ("nowhere",)),
        (("init", "--index", "index", "--out", "q.csv"), 2, ("q.csv is there already",)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_wrong_input_is_one_sentence(
    home: Path, arguments: tuple[str, ...], code: int, parts: tuple[str, ...]
) -> None:
    (home / "other.csv").write_text("question,source\nWhy?,none.md\n")
    result = tercet("eval", *arguments)
    assert (result.code, result.stdout) == (code, "")
    [line] = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    for part in parts:
        assert part in line


def test_made_questions_go_straight_into_eval(home: Path) -> None:
    made = tercet("eval", "init", "--index", "index", "-n", "3", "--out", "made.jsonl")
    assert made.code == 0
    assert "3 questions in made.jsonl" in made.stdout
    lines = [json.loads(line) for line in (home / "made.jsonl").read_text().splitlines()]
    assert {line["source"][0]["source"] for line in lines} == {f"docs/{name}" for name in DOCS}
    assert {line["how"] for line in lines} <= {"heading", "sentence"}
    again = tercet("eval", "init", "--index", "index", "-n", "3", "--json")
    assert json.loads(again.stdout) == lines
    record = json.loads(
        tercet("eval", "made.jsonl", "--index", "index", "--modes", "sparse", "--json").stdout
    )
    assert (record["queries"], record["unmatched"]) == (3, {})
    few = tercet("eval", "init", "--index", "index", "-n", "99")
    assert "Warning: The documents give" in few.stderr
    assert all(json.loads(line)["question"] for line in few.stdout.splitlines())


def test_a_folder_named_init_is_a_dataset_too(home: Path) -> None:
    (home / "init").mkdir(exist_ok=True)
    assert "corpus.jsonl" in tercet("eval", "./init").stderr


@pytest.fixture
def endpoint() -> Iterator[tuple[str, list[str]]]:
    """A chat endpoint that quotes the passage it is shown, and what it was asked."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            passage = body["messages"][-1]["content"]
            asked.append(passage)
            quote = passage.removesuffix("</passage>").strip().splitlines()[-1]
            content = json.dumps({"question": f"Question {len(asked)}?", "quote": quote})
            message = {"role": "assistant", "content": content}
            reply = {
                "id": "1",
                "object": "chat.completion",
                "created": 0,
                "model": "played",
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            }
            data = json.dumps(reply).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1", asked
    server.shutdown()
    server.server_close()


def test_a_model_writes_the_questions(endpoint: tuple[str, list[str]]) -> None:
    url, asked = endpoint
    env = {"OPENAI_BASE_URL": url}
    made = tercet("eval", "init", "--index", "index", "-n", "2", "--json", env=env)
    lines = json.loads(made.stdout)
    assert [line["question"] for line in lines] == ["Question 1?", "Question 2?"]
    assert {line["how"] for line in lines} == {"model"}
    for line in lines:
        [source] = line["source"]
        assert line["answer"] in DOCS[Path(source["source"]).name]
    tercet("eval", "init", "--index", "index", "-n", "2", "--without-model", env=env)
    assert len(asked) == 2


def test_a_model_that_is_away_is_told_and_done_without() -> None:
    env = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "x"}
    made = tercet("eval", "init", "--index", "index", "-n", "2", "--json", env=env)
    assert made.code == 0
    assert {line["how"] for line in json.loads(made.stdout)} <= {"heading", "sentence"}
    assert "made without a model" in made.stderr
