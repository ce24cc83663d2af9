"""Documents that are missing from the hits for planted reasons: each reason is told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

import tercet
from tercet.embedding.encoder import ThreeVectorEncoder
from tercet.pipeline.inquiry import Remedy, Verdict, WhyNot, why_not
from tercet.retrieval.retriever import Retriever
from tercet.types import Hit, Query
from tests.cli.planted import QUERY, plant
from tests.cli.run import Result
from tests.cli.run import tercet as run

LEAVE = "How many days of leave?"
HOTEL = "What may a night in a hotel in London cost?"
PASSWORD = "How do I reset a forgotten password?"


class Case(NamedTuple):
    """A question, the document that is missed, what else the query says, and what is told."""

    verdict: Verdict
    source: str
    text: str = QUERY
    query: Mapping[str, Any] = MappingProxyType({})
    told: Mapping[str, Any] = MappingProxyType({})


CASES = {
    "never read": Case("unknown", "unread.md"),
    "misspelt": Case("unknown", "leavee.md", LEAVE),
    "moved away": Case("unknown", "docs/moved.md"),
    "deleted": Case("unknown", "deleted.md"),
    "of another tenant": Case("unknown", "secret.md", "When is the merger?", told={"names": ()}),
    "not in the archive": Case("unknown", "bundle.zip!/none.md"),
    "two of that name": Case("ambiguous", "notes.md"),
    "damaged": Case("failed", "damaged.pdf"),
    "only a container": Case("empty", "bundle.zip"),
    "filtered by text": Case(
        "filtered", "people/leave.md", LEAVE, {"filter": 'category = "it"'},
        {"condition": 'category = "it"', "value": 'category: "hr"'},
    ),
    "filtered by number": Case(
        "filtered", "people/old.md", LEAVE, {"filter": "year >= 2023"},
        {"condition": "year >= 2023", "value": "year: 2021"},
    ),
    "filtered by one of two": Case(
        "filtered", "people/old.md", LEAVE, {"filter": 'category = "hr" and year > 2022'},
        {"condition": "year > 2022", "value": "year: 2021"},
    ),
    "filtered by a negation": Case(
        "filtered", "people/leave.md", LEAVE, {"filter": 'not category = "hr"'},
        {"condition": 'not (category = "hr")', "value": 'category: "hr"'},
    ),
    "filtered by a choice": Case(
        "filtered", "people/leave.md", LEAVE, {"filter": 'category = "it" or year < 2000'},
        {"value": 'category: "hr"; year: 2024'},
    ),
    "filtered by a field it lacks": Case(
        "filtered", "travel/hotel.md", HOTEL, {"filter": "year in [2024, 2025]"},
        {"condition": "year in [2024, 2025]", "value": "year: not there"},
    ),
    "filtered by place": Case(
        "filtered", "travel/hotel.md", HOTEL, {"filter": 'folder = "people"'},
        {"condition": 'folder = "people"'},
    ),
    "no passage meets all": Case(
        "filtered", "long.md", "step 1 of the calibration", {"filter": "index = 0 and index = 1"},
        {"condition": "index = 0 and index = 1"},
    ),
    "cut by the limit": Case("limit", "hall.md", query={"limit": 3}),
    "cut by the limit in dense": Case(
        "limit", "hall.md", query={"limit": 1, "mode": "dense"}
    ),
    "cut by the candidates": Case(
        "prefetch", "passwords/desk.md", PASSWORD,
        {"limit": 2, "prefetch_limit": 2, "mode": "rerank"},
    ),
    "no common term": Case("no common term", "travel/hotel.md", query={"mode": "sparse"}),
    **{
        f"outranked in {mode}": Case(
            "outranked", "travel/hotel.md", query={"mode": mode, "limit": 5, "prefetch_limit": 20}
        )
        for mode in ("dense", "late", "hybrid", "rerank", "fused")
    },
    "outranked in sparse": Case(
        "outranked", "hall.md", query={"mode": "sparse", "limit": 2, "prefetch_limit": 4}
    ),
    "moved and found": Case("found", "people/moved.md", "lunch in the canteen", told={"rank": 1}),
    "member and found": Case("found", "inside.md", "gloves at the grinder", told={"rank": 1}),
    "found after all": Case("found", "people/leave.md", "25 days of leave", told={"rank": 1}),
}  # fmt: skip

by_case = pytest.mark.parametrize("name", CASES)


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plant(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def rag(docs: Path) -> Iterator[tercet.Rag]:
    with tercet.open(docs.parent / "index", tenant="") as rag:
        yield rag


@pytest.fixture(scope="module")
def findings(rag: tercet.Rag) -> dict[str, WhyNot]:
    return {name: rag.why_not(asked(rag, case), case.source) for name, case in CASES.items()}


def asked(rag: tercet.Rag, case: Case) -> Query:
    settings = {key: value for key, value in case.query.items() if key != "filter"}
    return replace(rag.query(case.text, filter=case.query.get("filter")), **settings)


@by_case
def test_the_reason_is_the_planted_one(findings: dict[str, WhyNot], name: str) -> None:
    found = findings[name]
    assert found.verdict == CASES[name].verdict
    assert found.reason
    for key, value in CASES[name].told.items():
        assert getattr(found, key) == value


@by_case
def test_what_is_said_to_bring_it_in_does(
    rag: tercet.Rag, findings: dict[str, WhyNot], name: str
) -> None:
    found = findings[name]
    if CASES[name].verdict in ("filtered", "limit", "prefetch", "outranked"):
        assert found.remedies
    for remedy in found.remedies:
        query = asked(rag, CASES[name])
        if remedy.setting == "filter":
            tree = rag.query(QUERY, filter=str(remedy.value)).filter
            changed = replace(query, filter=tree)
        else:
            changed = replace(query, **{remedy.setting: remedy.value})
        sources = [hit.source for hit in rag.find(changed).hits]
        assert sources.index(found.source) + 1 == remedy.rank


def test_the_ranks_in_the_legs_are_exact(rag: tercet.Rag, findings: dict[str, WhyNot]) -> None:
    found = findings["cut by the limit"]
    assert set(found.legs) == {"dense", "sparse", "late_interaction"}
    for leg, mode in (("dense", "dense"), ("sparse", "sparse"), ("late_interaction", "late")):
        hits = rag.search(QUERY, 1000, mode=mode)  # type: ignore[arg-type]
        rank = [hit.source for hit in hits].index(found.source) + 1
        assert found.legs[leg].rank == rank
        assert found.legs[leg].score == pytest.approx(hits[rank - 1].score, abs=1e-4)
    assert "sparse" not in findings["outranked in fused"].legs


def test_more_candidates_than_are_named_are_not_needed(
    rag: tercet.Rag, findings: dict[str, WhyNot]
) -> None:
    found = findings["cut by the candidates"]
    [remedy] = [remedy for remedy in found.remedies if remedy.setting == "prefetch_limit"]
    assert isinstance(remedy.value, int)
    query = asked(rag, CASES["cut by the candidates"])
    fewer = rag.find(replace(query, prefetch_limit=remedy.value - 1)).hits
    assert found.source not in [hit.source for hit in fewer]


def test_words_that_the_document_lacks_are_named(findings: dict[str, WhyNot]) -> None:
    found = findings["no common term"]
    assert found.missing == ("lathes", "oiled")
    assert set(found.unheard) == {"how", "often", "are", "the"}
    assert findings["cut by the limit"].missing == ("oiled",)


def test_names_like_it_are_offered(findings: dict[str, WhyNot], docs: Path) -> None:
    assert f"{docs}/people/leave.md" in findings["misspelt"].names
    assert findings["moved away"].names[0] == f"{docs}/people/moved.md"
    assert findings["only a container"].names == (f"{docs}/bundle.zip!/inside.md",)
    assert findings["two of that name"].names == (
        f"{docs}/people/notes.md",
        f"{docs}/travel/notes.md",
    )


def test_a_failed_reading_says_why(findings: dict[str, WhyNot], rag: tercet.Rag) -> None:
    [failure] = rag.failures()
    assert failure.reason in findings["damaged"].reason
    assert findings["damaged"].help == failure.help


def test_a_file_that_lies_there_unread_is_seen(rag: tercet.Rag, docs: Path) -> None:
    for name in ("unread.md", "deleted.md"):
        found = rag.why_not(QUERY, str(docs / name))
        assert found.verdict == "unknown"
        assert f"tercet ingest {docs / name}" in found.help


def test_a_document_is_named_by_path_id_or_end(rag: tercet.Rag, docs: Path) -> None:
    info = rag.document(f"{docs}/people/leave.md")
    for name in (info.source, info.key, info.id, "leave.md", "people/leave.md"):
        assert rag.why_not("25 days of leave", name).source == info.source
    assert rag.why_not(QUERY, "eave.md").verdict == "unknown"


def test_the_library_tells_of_other_tenants_only_if_it_may(rag: tercet.Rag, docs: Path) -> None:
    source = rag.why_not("When is the merger?", f"{docs.parent}/secret.md")
    assert (source.verdict, source.names) == ("unknown", ())
    told = rag.why_not("When is the merger?", "secret.md", all_tenants=True)
    assert (told.verdict, told.names) == ("other tenant", ("board",))
    # The own document of a name comes before that of another tenant.
    own = rag.why_not("25 days of leave", "people/leave.md", all_tenants=True)
    assert own.verdict == "found"


class Backwards:
    """A reranker that turns the order round."""

    name, depth = "backwards", 20

    def __call__(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        return [replace(hit, score=float(n)) for n, hit in enumerate(hits)][::-1]


def test_a_step_that_took_it_out_is_named(
    rag: tercet.Rag, encoder: ThreeVectorEncoder, docs: Path
) -> None:
    encoder.avg_terms = rag.schema.avg_terms
    find = Retriever(encoder, rag.store, reranker=Backwards())
    query = rag.query("25 days of leave", 3)
    assert rag.why_not(query, "people/leave.md").verdict == "found"
    found = why_not(query, "people/leave.md", find, rag.store, rag.ledger)
    assert (found.verdict, found.condition) == ("stage", "rerank")
    assert found.remedies == (Remedy("rerank", False, 1),)


@pytest.fixture
def closed(docs: Path, tmp_path: Path) -> Path:
    """An index that no one holds open."""
    with tercet.open(tmp_path / "small") as rag:
        rag.ingest(docs / "people")
    with tercet.open(tmp_path / "small", tenant="board") as rag:
        rag.ingest(docs.parent / "secret.md")
    return tmp_path / "small"


def test_the_command_speaks_to_people_and_machines(closed: Path) -> None:
    def why(*arguments: str) -> Result:
        return run("why-not", LEAVE, *arguments, "--index", str(closed))

    filtered = why("leave.md", "--filter", "year > 2030")
    assert filtered.code == 0
    assert "condition: year > 2030" in filtered.stdout
    assert "the document has year: 2024" in filtered.stdout
    assert "with no --filter" in filtered.stdout
    cut = json.loads(why("people/moved.md", "-k", "1", "--json").stdout)
    assert cut["verdict"] == "limit"
    assert cut["legs"]["dense"]["rank"] > 1
    assert {"setting": "limit", "value": cut["rank"], "rank": cut["rank"]} in cut["remedies"]
    assert f"with -k {cut['rank']}" in why("people/moved.md", "-k", "1").stdout
    other = why("secret.md")
    assert "belongs to another tenant: 'board'" in other.stdout
    assert "board" not in why("secret.md", "--own-tenant").stdout
    wrong = why("leave.md", "--filter", "year >")
    assert (wrong.code, wrong.stdout) == (2, "")
