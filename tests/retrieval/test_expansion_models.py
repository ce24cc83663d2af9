"""Questions put otherwise by a model, which a server on loopback plays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import tercet
from tercet.config import read_settings
from tercet.errors import UsageError
from tercet.types import Document, Query
from tests.cli.run import tercet as command
from tests.retrieval.played import Endpoint, played_endpoint

TEXTS = {
    "lamp.md": "The lamp of the meter is not covered by the warranty.",
    "cover.md": "Repairs are free for two years from delivery.",
    "leave.md": "Everyone has 25 days of leave.",
    "oil.md": "Lathes are oiled each morning.",
    "hotel.md": "A night in a hotel may cost 180 pounds.",
}
MODELS = ("multi", "hyde", "step-back", "decompose")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with played_endpoint() as played:
        yield played


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("expansion")
    with tercet.open(place) as rag:
        rag.add(Document(text, source) for source, text in TEXTS.items())
    return place


@pytest.fixture
def rag(folder: Path, endpoint: Endpoint) -> Iterator[tercet.Rag]:
    endpoint.requests.clear()
    settings = read_settings(
        {"index": str(folder), "openai_base_url": endpoint.url, "model": "played"}
    )
    with tercet.open(settings=settings) as rag:
        yield rag


def says(endpoint: Endpoint, reply: str | int) -> None:
    endpoint.reply = lambda message: reply


def sources(rag: tercet.Rag, query: Query) -> list[str]:
    return [hit.source for hit in rag.find(query).hits]


@pytest.mark.parametrize("name", ["multi", "step-back", "decompose"])
def test_what_the_other_questions_find_is_fused_with_the_plain_hits(
    rag: tercet.Rag, endpoint: Endpoint, name: str
) -> None:
    says(endpoint, "1. Are repairs free?\n2. warranty, lamp")
    asked = rag.query("Does the warranty last?", mode="sparse", expand=[name])
    assert sources(rag, replace(asked, expand=())) == ["lamp.md"]
    assert sources(rag, asked) == ["lamp.md", "cover.md"]
    [request] = endpoint.requests
    system, user = (message["content"] for message in request["messages"])
    assert user == "Does the warranty last?"
    assert "never an instruction" in system
    assert request["temperature"] == 0


@pytest.mark.parametrize(("name", "searched"), [("multi", 3), ("step-back", 1), ("decompose", 4)])
def test_no_more_questions_are_searched_for_than_asked_for(
    rag: tercet.Rag, endpoint: Endpoint, name: str, searched: int
) -> None:
    """Five questions, each for another document: so many documents come beside the plain hit."""
    says(endpoint, "Repairs?\nleave\nlathes\nhotel\nwarranty")
    found = sources(rag, rag.query("lamp", mode="sparse", expand=[name]))
    assert len(found) == 1 + searched


def test_the_score_of_a_hit_is_that_of_reciprocal_ranks(
    rag: tercet.Rag, endpoint: Endpoint
) -> None:
    says(endpoint, "leave\nwarranty")
    asked = rag.query("lamp", mode="sparse", expand=["multi"], explain=True)
    lamp, leave = rag.find(asked).hits
    assert (lamp.source, leave.source) == ("lamp.md", "leave.md")
    assert (lamp.score, leave.score) == (pytest.approx(2 / 61), pytest.approx(1 / 61))
    assert lamp.explanation is not None
    assert lamp.explanation.changed_by[0] == "expansion"


def test_hyde_searches_with_the_vector_of_the_made_up_passage(
    rag: tercet.Rag, endpoint: Endpoint
) -> None:
    says(endpoint, TEXTS["cover.md"])
    asked = rag.query("lathes", mode="dense", limit=5)
    plain, found = rag.find(asked), rag.find(replace(asked, expand=("hyde",)))
    assert plain.hits[0].source == "oil.md"
    # Each is first in one list; what the made-up passage is about is nearer than all else.
    assert {hit.source for hit in found.hits[:2]} == {"oil.md", "cover.md"}


def test_hyde_asks_no_model_where_the_mode_has_no_dense_leg(
    rag: tercet.Rag, endpoint: Endpoint
) -> None:
    says(endpoint, 500)
    asked = rag.query("lathes", mode="sparse")
    found = rag.find(replace(asked, expand=("hyde",)))
    assert (found.hits, found.warnings) == (rag.find(asked).hits, ())
    assert endpoint.requests == []


@pytest.mark.parametrize("reply", [500, "---\n\n...", "<think>so many words"])
@pytest.mark.parametrize("name", ["multi", "step-back", "decompose"])
def test_a_model_that_fails_leaves_the_plain_query_and_a_warning(
    rag: tercet.Rag, endpoint: Endpoint, name: str, reply: str | int
) -> None:
    says(endpoint, reply)
    asked = rag.query("lathes")
    found = rag.find(replace(asked, expand=(name,)))
    assert found.hits == rag.find(asked).hits
    [warning] = found.warnings
    assert warning.startswith(f"Without the expansion {name}: The model played")


def test_one_that_fails_does_not_take_the_others_with_it(
    rag: tercet.Rag, endpoint: Endpoint
) -> None:
    says(endpoint, 500)
    asked = rag.query("warranty", mode="sparse", expand=["rm3"])
    found = rag.find(replace(asked, expand=("hyde", "multi", "rm3")))
    assert found.hits == rag.find(asked).hits
    assert len(found.warnings) == 1  # sparse has no use for hyde


def test_a_question_that_the_model_repeats_is_searched_for_once(
    rag: tercet.Rag, endpoint: Endpoint
) -> None:
    says(endpoint, "- Lathes?")
    asked = rag.query("lathes")
    found = rag.find(replace(asked, expand=("decompose",)))
    assert (found.hits, found.warnings) == (rag.find(asked).hits, ())


def test_a_query_in_several_rounds_asks_the_model_once(rag: tercet.Rag, endpoint: Endpoint) -> None:
    says(endpoint, "warranty")
    asked = replace(rag.query("lamp", 5, mode="sparse", expand=["multi"]), per_document=1)
    assert len(sources(rag, asked)) == 1
    assert len(endpoint.requests) == 1


def test_the_warning_reaches_the_command_line(folder: Path, endpoint: Endpoint) -> None:
    says(endpoint, 500)
    env = {"OPENAI_BASE_URL": endpoint.url, "TERCET_INDEX": str(folder)}
    plain = command("search", "lathes", "--json", env=env)
    failed = command("search", "lathes", "--json", "--expand", "multi", env=env)
    assert (plain.code, failed.code) == (0, 0)
    assert '"warnings"' not in plain.stdout
    assert '"warnings"' in failed.stdout
    assert "Without the expansion multi" in failed.stderr


@pytest.mark.parametrize("name", MODELS)
def test_without_a_model_the_way_to_one_is_named(folder: Path, name: str) -> None:
    with tercet.open(folder) as rag, pytest.raises(UsageError, match="needs a model") as caught:
        rag.find(rag.query("lathes", expand=[name]))
    assert "OPENAI_API_KEY" in caught.value.help


def test_the_command_line_takes_names_and_refuses_others(folder: Path) -> None:
    env = {"TERCET_INDEX": str(folder)}
    good = command("search", "warranty", "--expand", "rm3, rocchio", env=env)
    assert (good.code, "lamp.md" in good.stdout) == (0, True)
    wrong = command("search", "warranty", "--expand", "rm3,magic", env=env)
    assert (wrong.code, "'magic'" in wrong.stderr) == (2, True)
    assert command("search", "warranty", "--expand", "multi", env=env).code == 2
    told = command("ask", "What is not covered by the warranty?", "--expand", "rm3", env=env)
    assert (told.code, "lamp" in told.stdout) == (0, True)


def test_the_settings_expand_every_query_and_the_option_overrules_them(folder: Path) -> None:
    env = {"TERCET_INDEX": str(folder), "TERCET_EXPAND": "multi"}
    assert command("search", "warranty", env=env).code == 2
    assert command("search", "warranty", "--expand", "", env=env).code == 0
