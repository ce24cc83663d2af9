"""The measures of answers, against figures worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercet.errors import GenerationError, UsageError
from tercet.evaluation.answers.abstaining import abstention_curve, ranking_quality
from tercet.evaluation.answers.judging import LocalJudge, ModelJudge
from tercet.evaluation.answers.matching import contains, exact_match, f1, normalised
from tercet.evaluation.answers.measures import is_right, measure, statements
from tercet.evaluation.answers.questions import AnswerQuestion, drawn, read_answer_questions
from tercet.evaluation.answers.record import make_answer_record
from tercet.evaluation.answers.report import answers_page, state
from tercet.evaluation.answers.run import measure_answers
from tercet.types import Answer, Chunk, Citation, Hit

LEAVE = "Everyone has 25 days of annual leave."
MARCH = "Unused days expire in March."


class WordJudge:
    """Supports a statement if the text holds all of its words."""

    name = "words"

    def supports(self, text: str, statement: str) -> bool:
        return set(normalised(statement).split()) <= set(normalised(text).split())

    def relevancy(self, question: str, answer: str) -> float:
        return 0.5


def hit(text: str, source: str) -> Hit:
    return Hit(Chunk(text, 0, len(text), source=source, document=source), 1.0)


def cite(marker: int, text: str, source: str) -> Citation:
    return Citation(marker, source, text, 0, len(text), verified=True)


def test_answers_are_compared_as_squad_does() -> None:
    assert normalised("The  Eiffel-Tower, [1] a   tower!") == "eiffeltower tower"
    assert exact_match("the March.", ["in March", "March"]) == 1
    assert exact_match("in March 2025", ["March"]) == 0
    # 2 of 3 words are right, 2 of 2 found: 2 * (2/3) * 1 / (2/3 + 1)
    assert f1("exactly 25 days", ["25 days"]) == pytest.approx(0.8)
    assert f1("nothing alike", ["25 days", "alike"]) == pytest.approx(2 / 3)
    assert (exact_match("", []), f1("", []), f1("a guess", [])) == (1, 1, 0)
    assert contains("It has 25 days.", ["25 days"]) == 1
    assert contains("It has 125 days.", ["25 days"]) == 0


@given(st.text(max_size=30), st.lists(st.text(max_size=30), max_size=3))
def test_f1_is_a_share_and_an_exact_match_is_the_best(answer: str, golds: list[str]) -> None:
    assert 0 <= f1(answer, golds) <= 1
    if exact_match(answer, golds):
        assert f1(answer, golds) == 1


def test_an_answer_is_cut_into_statements_by_its_markers() -> None:
    answer = Answer("q", f"{LEAVE} [1] {MARCH} [2][3] That is all.", abstained=False)
    found = [(one.text, one.markers) for one in statements(answer)]
    assert found == [(LEAVE, (1,)), (MARCH, (2, 3)), ("That is all.", ())]


def test_citations_are_measured_as_alce_does() -> None:
    """Of three statements two are supported; of three citations one is beside the point and one
    supports nothing."""
    hits = (hit(LEAVE, "leave"), hit(MARCH, "march"))
    citations = (cite(1, LEAVE, "leave"), cite(2, MARCH, "march"))
    text = f"{LEAVE} [1][2] {MARCH} [1] Leave can be sold."
    answer = Answer("q", text, abstained=False, citations=citations, hits=hits)
    question = AnswerQuestion("1", "q", ("25 days",), True, ("leave",))
    found = measure(question, answer, WordJudge())
    assert found["citation_recall"] == pytest.approx(1 / 3)
    assert found["citation_precision"] == pytest.approx(1 / 3)
    assert found["faithfulness"] == pytest.approx(2 / 3)
    assert found["quote_contains"] == found["first_quote_contains"] == 1
    assert found["answer_relevancy"] == 0.5


def test_context_is_measured_as_ragas_does() -> None:
    """Right ones at ranks 2 and 3 of 3: (1/2 + 2/3) / 2."""
    hits = (hit(MARCH, "march"), hit(LEAVE, "docs/leave"), hit(LEAVE, "leave"))
    answer = Answer("q", "No.", abstained=True, hits=hits)
    found = measure(AnswerQuestion("1", "q", ("25 days",), True, ("leave",)), answer, WordJudge())
    assert found["context_precision"] == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert found["context_recall"] == 1
    assert found["f1"] == 0
    assert "faithfulness" not in found
    lost = measure(AnswerQuestion("1", "q", ("9 kg",), True), answer, WordJudge())
    assert (lost["context_precision"], lost["context_recall"]) == (0, 0)


def test_a_refusal_is_right_only_where_there_is_no_answer() -> None:
    refusal = Answer("q", "Not in the documents.", abstained=True)
    found = measure(AnswerQuestion("1", "q", (), False), refusal, WordJudge())
    assert found == {"exact_match": 1, "f1": 1}
    assert not is_right(AnswerQuestion("1", "q", (), False), found)


def test_the_abstention_curve_by_hand() -> None:
    curve = abstention_curve([0.9, 0.5, 0.7, 0.5], [True, False, True, True], total=8)
    assert curve == [(1 / 8, 1.0), (2 / 8, 1.0), (4 / 8, 3 / 4)]
    assert abstention_curve([], [], 5) == []
    # right: .9 .7 .5, wrong: .5; two wins and a tie
    assert ranking_quality([0.9, 0.5, 0.7, 0.5], [True, False, True, True]) == pytest.approx(
        2.5 / 3
    )
    assert ranking_quality([0.9], [True]) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30))
def test_the_curve_ends_at_all_answers(pairs: list[tuple[float, bool]]) -> None:
    sure, right = [p[0] for p in pairs], [p[1] for p in pairs]
    points = abstention_curve(sure, right, 2 * len(pairs))
    assert points[-1].coverage == pytest.approx(0.5)
    assert points[-1].precision == pytest.approx(sum(right) / len(right))
    assert [p.coverage for p in points] == sorted({p.coverage for p in points})


def test_the_local_judge_takes_what_stands_there_and_asks_for_the_rest() -> None:
    judge = LocalJudge(lambda text, statement: 0.6, lambda one, other: -0.2, enough=0.65)
    assert judge.supports(f"So: {LEAVE}", LEAVE.upper())
    assert not judge.supports(LEAVE, "Everyone has 26 days.")
    assert not judge.supports("", "Everyone has 26 days.")
    assert judge.relevancy("a", "b") == 0


def test_the_model_as_judge_is_asked_once_and_must_decide() -> None:
    asked: list[str] = []

    def complete(system: str, user: str) -> str:
        asked.append(user)
        return "1. What? \n2. How?" if "questions" in system else "<think>no</think> Yes."

    judge = ModelJudge("played", complete, lambda one, other: 0.4)
    assert judge.supports(LEAVE, "x")
    assert judge.supports(LEAVE, "x")
    assert len(asked) == 1
    assert judge.relevancy("q", "a") == pytest.approx(0.4)
    unsure = ModelJudge("played", lambda system, user: "perhaps", lambda one, other: 0)
    with pytest.raises(GenerationError, match="neither"):
        unsure.supports(LEAVE, "x")


def test_question_files_are_read(tmp_path: Path) -> None:
    rows = [
        {"question": "A?", "answer": "x", "spans": [{"source": "a.md"}]},
        {"question": "B?", "answers": ["x", "y"], "id": 7},
        {"question": "C?", "answerable": False, "answer": "not there"},
        {"question": "D?", "impossible": True},
        {"question": "E?"},
    ]
    path = tmp_path / "q.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    a, b, c, d = read_answer_questions(path)
    assert (a.answers, a.sources, a.answerable) == (("x",), ("a.md",), True)
    assert (b.id, b.answers) == ("7", ("x", "y"))
    assert (c.answers, c.answerable, d.answerable) == ((), False, False)
    assert drawn([a, b, c, d], 2, 0) == drawn([a, b, c, d], 2, 0)
    path.write_text('{"answer": "x"}', encoding="utf-8")
    with pytest.raises(UsageError, match="line 1"):
        read_answer_questions(path)


def test_squad_is_read(shared: Path) -> None:
    questions = read_answer_questions(shared / "ir" / "squad_dev_v2.0")
    assert len(questions) > 10_000
    assert sum(not q.answerable for q in questions) == 5945
    assert all(bool(q.answers) == q.answerable for q in questions)


def test_the_record_and_the_page() -> None:
    questions = [
        AnswerQuestion("1", "How many <days>?", ("25 days",), True),
        AnswerQuestion("2", "When?", ("March",), True),
        AnswerQuestion("3", "Who?", (), False),
    ]
    good = Answer("q", f"{LEAVE} [1]", False, (cite(1, LEAVE, "leave"),), (hit(LEAVE, "leave"),))
    refusal = Answer("q", "No.", abstained=True)
    given = {questions[0].text: good, questions[1].text: refusal, questions[2].text: refusal}
    measured = measure_answers(given.__getitem__, questions, WordJudge(), lambda q, a: 0.8)
    record = make_answer_record("<set>", "words", measured)
    assert record["abstention"]["right"] == pytest.approx(2 / 3, abs=1e-4)
    assert record["abstention"]["unanswerable_refused"] == 1
    assert record["curve"] == [[0.3333, 1.0]]
    assert record["measures"]["f1"]["n"] == 3
    assert [state(one) for one in record["answers"]] == ["right", "refused", "rightly refused"]
    page = answers_page(json.loads(json.dumps(record)))
    assert "&lt;set&gt;" in page
    assert "<days>" not in page
    assert "polyline" in page
