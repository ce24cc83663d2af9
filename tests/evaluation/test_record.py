"""What a record says is what the queries give."""

from __future__ import annotations

import json
from statistics import fmean

import numpy as np
import pytest

from tercet.errors import UsageError
from tercet.evaluation import Dataset, evaluate
from tercet.evaluation.gates import failed_gates, parse_gate
from tercet.evaluation.record import Record
from tercet.evaluation.runner import names_of
from tercet.evaluation.verdict import verdict
from tercet.evaluation.worst import worst_first
from tercet.rag import Rag
from tercet.types import Chunk, Hit, Page
from tests.evaluation.conftest import QUESTIONS, TEXTS

MODES = ("fused", "dense", "sparse")


def test_the_contract_s_keys_are_there(record: Record) -> None:
    assert (record["documents"], record["queries"]) == (len(TEXTS), len(QUESTIONS))
    assert record["ingest"] == {"chunks": 0, "seconds": 0.0, "chunks_per_s": None}
    for mode in MODES:
        row = record["modes"][mode]
        assert {"ndcg@10", "mrr@10", "recall@100", "p50_ms", "p95_ms", "p99_ms"} <= set(row)
        assert 0 < row["p50_ms"] <= row["p95_ms"] <= row["p99_ms"]
    assert json.loads(json.dumps(record)) == record


def test_means_are_those_of_the_queries_and_lie_in_their_intervals(record: Record) -> None:
    for mode in MODES:
        assert set(record["per_query"][mode]) == set(QUESTIONS)
        for metric in record["metrics"]:
            scores = [row[metric] for row in record["per_query"][mode].values()]
            assert record["modes"][mode][metric] == pytest.approx(fmean(scores), abs=1e-4)
            low, high = record["intervals"][mode][metric]
            assert low <= record["modes"][mode][metric] <= high
        times = list(record["latency_ms"][mode].values())
        assert record["modes"][mode]["p50_ms"] == pytest.approx(np.median(times), abs=0.01)


def test_ranks_are_those_of_the_search(record: Record, rag: Rag) -> None:
    for id, (text, expected) in QUESTIONS.items():
        names = [hit.source for hit in rag.search(text, 100, mode="dense")]
        rank = names.index(expected) + 1 if expected in names else None
        assert record["found"]["dense"][id] == {"rank": rank, "first": names[0]}
    assert record["found"]["dense"]["q5"]["rank"] is None
    assert record["unmatched"] == {"gone": "it is not in the index"}
    assert record["questions"]["q1"] == {"text": QUESTIONS["q1"][0], "expected": {"leave": 1}}


def test_recall_by_depth_ends_at_recall_100(record: Record) -> None:
    for mode in MODES:
        curve = record["recall_by_depth"][mode]
        assert len(curve) == 100
        assert curve == sorted(curve)
        assert curve[-1] == record["modes"][mode]["recall@100"]


def test_every_pair_of_modes_is_compared_in_every_metric(record: Record) -> None:
    lines = record["differences"]
    assert len(lines) == 3 * len(record["metrics"])
    for line in lines:
        one, other = (record["modes"][line[end]][line["metric"]] for end in ("first", "second"))
        assert line["difference"] == pytest.approx(one - other, abs=2e-4)
        assert line["low"] <= line["difference"] <= line["high"]
        assert line["p"] <= line["p_holm"] <= 1
        assert not line["shown"]  # five queries show nothing


def test_the_verdict_claims_no_more_than_is_shown(record: Record) -> None:
    best, *rest = verdict(record)
    assert best.startswith("ndcg@10 is highest in ")
    assert [line[:19] for line in rest] == ["No difference shown"]


def test_the_verdict_turns_a_difference_to_the_best_mode() -> None:
    line = {
        "metric": "map",
        "first": "dense",
        "second": "fused",
        "difference": -0.2,
        "low": -0.3,
        "high": -0.1,
        "p": 0.0001,
        "p_holm": 0.0001,
        "shown": True,
    }
    record = {
        "metrics": ["map"],
        "modes": {"dense": {"map": 0.5}, "fused": {"map": 0.7}},
        "differences": [line],
    }
    assert verdict(record) == [
        "map is highest in fused: 0.7000.",
        "It is shown to be better than dense (+0.2000 [+0.1000, +0.3000], p < 0.0002).",
    ]


def test_the_worst_come_first_and_one_not_found_before_all(record: Record) -> None:
    order = worst_first(record, "ndcg@10")
    assert order[0] == "q5"
    means = [fmean(record["per_query"][mode][id]["ndcg@10"] for mode in MODES) for id in order]
    assert means == sorted(means)


def test_pages_are_told_apart_where_they_are_judged() -> None:
    pages = (Page(2, 0, 10), Page(3, 10, 20))
    hits = [
        Hit(Chunk("", 0, 0, source="a", sources=("a",), pages=(Page(1, 0, 5),)), 3.0),
        Hit(Chunk("", 0, 0, source="a", sources=("a",), pages=pages), 2.0),
        Hit(Chunk("", 0, 0, source="b", sources=("b", "c"), pages=pages), 1.0),
    ]
    grades = {"q": {"a#page=3": 1, "b": 1}}
    dataset = Dataset("d", (), {"q": "?"}, grades, {"q": frozenset("a")})
    assert names_of(hits, dataset, "q") == ["a#page=1", "a#page=3", "b", "c"]
    plain = Dataset("d", (), {"q": "?"}, {"q": {"a": 1}})
    assert names_of(hits, plain, "q") == ["a", "b", "c"]


def test_a_deeper_metric_asks_a_deeper_query(rag: Rag) -> None:
    dataset = Dataset("d", (), {"q": "lathe"}, {"q": {"lathe": 1}})
    seen: list[tuple[str, int, int]] = []
    found = evaluate(
        rag, dataset, ["sparse"], "recall@200,p@1", tick=lambda *args: seen.append(args)
    )
    assert found["metrics"] == ["recall@200", "p@1"]
    assert found["modes"]["sparse"]["p@1"] == 1
    assert found["differences"] == []
    assert seen == [("sparse", 1, 1)]


def test_gates_are_judged_by_the_mean(record: Record) -> None:
    mean = fmean(row["mrr@10"] for row in record["per_query"]["dense"].values())
    passed = parse_gate(f"dense:mrr@10={mean - 0.001}")
    failed = parse_gate(f"mrr@10={mean + 0.01}")
    assert failed_gates(record, [passed], "fused") == []
    [words] = failed_gates(record, [passed, failed], "dense")
    assert words == (f"dense: mrr@10 is {mean:.4f}, 0.0100 below the gate of {failed.least:g}")
    with pytest.raises(UsageError, match="late was not measured"):
        failed_gates(record, [parse_gate("late:map=0.1")], "fused")


@pytest.mark.parametrize(
    "text", ["ndcg@10", "best:map=0.5", "map=high", "map=1.5", "map=nan", "x=1"]
)
def test_a_wrong_gate_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError):
        parse_gate(text)
