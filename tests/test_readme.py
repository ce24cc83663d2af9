"""The examples in the README and in the pages of docs/ do what they say.

They run in a folder that holds `examples/` as the project's own folder does, in the order of
the page, through real processes, against one index. Two kinds are not run: what needs a key or
a server (it says so by naming its variable or URL), and parts that are no command of Tercet
(`pip install`, `pytest`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

import tercet
from tercet.config import Settings
from tercet.store.filters import parse_filter
from tests.conftest import ROOT
from tests.markdown import Block, blocks, commands, inline_code

README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
# What a reader brings: a key, a server, a page, questions (tests/cli/test_tune.py has some).
NEEDS_MORE = ("OPENAI_", "QDRANT_URL", "http://", "https://", "questions.csv", "labelled.jsonl")
PROGRAMS = ("tercet", "pip", "pytest")
# Read by the command line itself, before there are settings.
NO_SETTING = {"TERCET_DEBUG"}

COMMANDS = [arguments for command in commands(README) for arguments in command.arguments("tercet")]


class Ran(NamedTuple):
    """A command that has run."""

    code: int
    stdout: str
    stderr: str


def run(arguments: Sequence[str], folder: Path) -> Ran:
    """Python with these arguments in the folder, with none of the machine's settings."""
    ours = ("TERCET_", "OPENAI_", "QDRANT_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=env, capture_output=True, text=True
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def runnable(page: Path) -> list[Block]:
    found = blocks(page, "python")
    return [block for block in found if not any(word in block.text for word in NEEDS_MORE)]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reader")
    (folder / "examples").symlink_to(ROOT / "examples")
    return folder


@pytest.fixture(scope="module")
def ran(place: Path) -> dict[str, Ran]:
    """Every command of the README, run in its order."""
    return {" ".join(given): run(["-m", "tercet", *given], place) for given in COMMANDS}


@pytest.fixture(scope="module")
def python(place: Path, ran: dict[str, Ran]) -> dict[str, list[Ran]]:
    """Every Python block of every page, run in its order on a copy of the commands' index."""
    shutil.copytree(place / ".tercet", place / "index")
    return {
        page.name: [run(["-c", block.text], place) for block in runnable(page)] for page in PAGES
    }


def test_the_readme_opens_with_a_question() -> None:
    assert COMMANDS[0][0] == "ask"
    assert len(COMMANDS) > 5


def test_every_part_of_a_command_is_known() -> None:
    parts = [part for page in PAGES for command in commands(page) for part in command.parts]
    assert [part for part in parts if part.split()[0] not in PROGRAMS] == []


@pytest.mark.parametrize("given", COMMANDS, ids=" ".join)
def test_a_command_of_the_readme_succeeds(ran: dict[str, Ran], given: list[str]) -> None:
    done = ran[" ".join(given)]
    assert done.code == 0, done.stderr
    assert done.stdout.strip()


def test_the_readme_shows_what_is_printed(ran: dict[str, Ran]) -> None:
    shown = [command for command in commands(README) if command.shown]
    assert shown
    for command in shown:
        [arguments] = command.arguments("tercet")
        assert ran[" ".join(arguments)].stdout.strip() == command.shown


@pytest.mark.parametrize("page", [page.name for page in PAGES if runnable(page)])
def test_the_python_of_a_page_runs(python: dict[str, list[Ran]], page: str) -> None:
    for done in python[page]:
        assert done.code == 0, done.stderr
        assert done.stdout.strip()


def test_the_readme_s_python_gives_the_answer_of_its_command(
    python: dict[str, list[Ran]], ran: dict[str, Ran]
) -> None:
    [done] = python["README.md"]
    assert done.stdout.splitlines()[0] == ran[" ".join(COMMANDS[0])].stdout.splitlines()[0]


@pytest.mark.parametrize("page", PAGES[1:], ids=lambda page: page.name)
def test_the_commands_of_a_page_succeed(place: Path, ran: dict[str, Ran], page: Path) -> None:
    for command in commands(page):
        for arguments in command.arguments("tercet"):
            if not any(word in part for part in command.parts for word in NEEDS_MORE):
                done = run(["-m", "tercet", *arguments], place)
                assert done.code == 0, f"{page.name}, {arguments}: {done.stderr}"


def test_the_filters_that_are_shown_can_be_read() -> None:
    shown = blocks(ROOT / "docs" / "search.md", "")[0].text.splitlines()
    assert len(shown) > 2
    assert all(parse_filter(expression) for expression in shown)


def test_the_calls_that_the_guide_s_page_names_can_be_made(place: Path) -> None:
    calls = [code for code in inline_code(ROOT / "docs" / "guide.md") if code.startswith("rag.")]
    assert len(set(calls)) > 4
    (place / "rota.md").write_text("# Rota\n\nThe rota is made on Mondays.\n")
    names = {
        "query": "When is the rota made?",
        "paths": place / "rota.md",
        "documents": [tercet.Document("The meter is blue.", source="note")],
    }
    with tercet.open(place / "guide") as rag:
        for call in calls:
            assert eval(call, {"rag": rag, **names}) is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_variable_that_is_named_is_a_setting(page: Path) -> None:
    named = {code.split("=")[0] for code in inline_code(page) if code.startswith("TERCET_")}
    known = {f"TERCET_{name.upper()}" for name in Settings.model_fields} | NO_SETTING
    assert named <= known
