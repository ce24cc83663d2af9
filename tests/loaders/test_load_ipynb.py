from __future__ import annotations

import json
from pathlib import Path

import pytest

from tercet.errors import DamagedFile
from tercet.loaders import load
from tests.loaders.conftest import Write


def notebook(*cells: dict[str, object], **metadata: object) -> str:
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def code(source: str | list[str], *outputs: dict[str, object]) -> dict[str, object]:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": outputs}


def prose(source: str | list[str]) -> dict[str, object]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


PYTHON = {"name": "python"}


def test_cells_and_outputs_in_order(write: Write) -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": ["\x1b[31mred\x1b[0m\n", "two\n"]}
    result = {"output_type": "execute_result", "data": {"text/plain": ["42"]}}
    failure = {"output_type": "error", "ename": "ValueError", "evalue": "bad", "traceback": ["x"]}
    content = notebook(
        prose(["# Study\n", "Text."]),
        code("x = 1\n\nprint(x)", stream, result, failure),
        code("silent()"),
        language_info=PYTHON,
        authors=[{"name": "Ann"}, {"name": "Bob"}],
    )
    document = load(write("a.ipynb", content))
    assert document.text == (
        "# Study\nText.\n\n```python\nx = 1\n\nprint(x)\n```\n\n```\nred\ntwo\n```\n\n"
        "```\n42\n```\n\n```\nValueError: bad\n```\n\n```python\nsilent()\n```"
    )
    assert document.title == "Study"
    assert document.metadata["programming_language"] == "python"
    assert document.metadata["author"] == ["Ann", "Bob"]


def test_comments_in_code_are_no_headings(write: Write) -> None:
    document = load(write("a.ipynb", notebook(code("# not a heading"), prose("## Real"))))
    assert [(h.level, h.text) for h in document.headings] == [(2, "Real")]


def test_fences_are_longer_than_those_inside(write: Write) -> None:
    document = load(write("a.ipynb", notebook(code('"""\n```\n"""'))))
    assert document.text == '````\n"""\n```\n"""\n````'


def test_tables_come_as_markdown_and_images_not_at_all(write: Write) -> None:
    html = "<table><tr><th>a</th></tr><tr><td>1</td></tr></table>"
    frame = {"output_type": "execute_result", "data": {"text/html": html, "text/plain": "a\n0 1"}}
    plot = {"output_type": "display_data", "data": {"image/png": "iVBO", "text/plain": "<Figure>"}}
    document = load(write("a.ipynb", notebook(code("df", frame), code("plot()", plot))))
    assert document.text == "```\ndf\n```\n\n| a |\n| --- |\n| 1 |\n\n```\nplot()\n```"


def test_notebooks_of_version_3(write: Write) -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Old"]},
        {
            "cell_type": "code",
            "input": ["1 + 1"],
            "outputs": [{"output_type": "pyout", "text": "2"}],
        },
    ]
    document = load(write("a.ipynb", json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3})))
    assert document.text == "## Old\n\n```\n1 + 1\n```\n\n```\n2\n```"


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", "[" * 100_000, '{"cells"', b"\x80abc {"])
def test_what_is_no_notebook_is_damaged(write: Write, content: str | bytes) -> None:
    from tercet.loaders.plain.ipynb import read

    with pytest.raises(DamagedFile, match=r"^a\.ipynb is damaged") as caught:
        read(write("a.ipynb", content), "a.ipynb")
    assert caught.value.help


@pytest.mark.parametrize("odd", [None, 1, "x", [None], {"cell_type": 3, "source": {"a": 1}}])
def test_odd_cells_are_passed_over(write: Write, odd: object) -> None:
    content = json.dumps({"cells": [odd, prose("Kept.")], "metadata": odd})
    assert load(write("a.ipynb", content)).text == "Kept."


def test_shared_file(shared: Path) -> None:
    folder = shared / "files/microsoft__markitdown/packages/markitdown/tests/test_files"
    document = load(folder / "test_notebook.ipynb")
    assert document.title == "Test Notebook Title"
    assert document.text == (
        '# Test Notebook\n\n```python\nprint("markitdown")\n```\n\n```\nmarkitdown\n```\n\n'
        "## Code Cell Below\n\n```python\n# comment in code\nprint(42)\n```\n\n```\n42\n```\n\n"
        "End\n\n---"
    )
