"""Two records compared: exact where the answer is known, and clear where there is none."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from tercet.errors import UsageError
from tercet.evaluation.compare import compare_records, read_record, regressions
from tercet.evaluation.record import Record


def made(scores: list[float], dataset: str = "d") -> Record:
    """A record of one mode and metric with these scores."""
    ids = [f"q{number}" for number in range(len(scores))]
    return {
        "format": 1,
        "dataset": dataset,
        "metrics": ["map"],
        "modes": {"fused": {}},
        "questions": {id: {"text": f"What is {id}?", "expected": {"a": 1}} for id in ids},
        "per_query": {"fused": {id: {"map": s} for id, s in zip(ids, scores, strict=True)}},
        "found": {"fused": {id: {"rank": 1, "first": "a"} for id in ids}},
    }


def test_a_record_against_itself_shows_nothing(record: Record) -> None:
    comparison = compare_records(record, record)
    assert comparison["warnings"] == []
    assert len(comparison["differences"]) == 3 * len(record["metrics"])
    for line in comparison["differences"]:
        assert (line["difference"], line["p"], line["shown"]) == (0, 1, False)
    assert regressions(comparison) == []


def test_a_fall_of_most_queries_is_a_regression() -> None:
    a = made([0.5 + 0.01 * n for n in range(30)])
    b = made([0.3 + 0.01 * n for n in range(29)] + [1.0])
    comparison = compare_records(a, b)
    [line] = comparison["differences"]
    assert line["difference"] == pytest.approx((29 * -0.2 + 0.21) / 30, abs=1e-6)
    assert line["shown"]
    assert (line["a"], line["b"]) == (pytest.approx(0.645), pytest.approx(0.4587, abs=1e-4))
    [words] = regressions(comparison)
    assert words.startswith("fused: map fell by 0.1863 [")
    assert list(comparison["queries"])[-1] == "q29"  # the one that gained
    assert regressions(compare_records(b, a)) == []


def test_a_small_fall_is_not_called_one() -> None:
    a, b = made([0.5, 0.6, 0.1, 0.9]), made([0.4, 0.7, 0.0, 0.9])
    [line] = compare_records(a, b)["differences"]
    assert line["difference"] < 0
    assert not line["shown"]


def test_only_what_both_have_is_compared_and_told(record: Record) -> None:
    other = copy.deepcopy(record)
    other["dataset"] = "another"
    del other["modes"]["dense"]
    other["metrics"] = ["map", "ndcg@10"]
    del other["questions"]["q1"]
    other["questions"]["q2"]["text"] = "Something else?"
    comparison = compare_records(record, other)
    assert comparison["modes"] == ["fused", "sparse"]
    assert comparison["metrics"] == ["ndcg@10", "map"]
    assert set(comparison["queries"]) == {"q2", "q3", "q4", "q5"}
    assert [warning.split()[0] for warning in comparison["warnings"]] == ["A", "Only", "1"]


@pytest.mark.parametrize(("key", "part"), [("modes", "mode"), ("questions", "query")])
def test_nothing_in_common_is_refused(record: Record, key: str, part: str) -> None:
    other = copy.deepcopy(record)
    other[key] = {}
    with pytest.raises(UsageError, match=f"no {part} in common"):
        compare_records(record, other)


@pytest.mark.parametrize(
    ("text", "part"),
    [("{", "no record"), ("[]", "no record"), ('{"dataset": "x"}', "no record")],
)
def test_another_file_is_no_record(tmp_path: Path, text: str, part: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(UsageError, match=rf"a\.json is {part}"):
        read_record(tmp_path / "a.json")


def test_a_record_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(made([1.0]) | {"format": 7}))
    with pytest.raises(UsageError, match="format 7, not 1"):
        read_record(tmp_path / "a.json")


def test_a_written_record_is_read_as_it_was(tmp_path: Path, record: Record) -> None:
    (tmp_path / "a.json").write_text(json.dumps(record))
    assert read_record(tmp_path / "a.json") == record
