from __future__ import annotations

import time

import pytest

from tercet.loaders import load
from tercet.loaders.markup.rst import read
from tercet.types import Document
from tests.loaders.conftest import Write

MANUAL = """.. _top:

==========
The Manual
==========

:Author: Ann Lee; Bob Ray
:Date: 2024-05-06
:Keywords: one, two
:Organization: ACME

.. This is a comment
   that goes on.

.. |version| replace:: 3.2

Intro to |version| with ``code``.

Install
=======

Steps::

    pip install x
    ====

.. note:: Keep this.

The *title* of :ref:`x <y>`
---------------------------

Text

-----

More

Last
====
"""


def headings(document: Document) -> list[tuple[int, str, str]]:
    """Level, text and first line of every heading."""
    return [(h.level, h.text, document.text[h.start :].split("\n")[0]) for h in document.headings]


def test_the_source_without_comments_labels_and_fields(write: Write) -> None:
    assert load(write("a.rst", MANUAL)).text == (
        "==========\nThe Manual\n==========\n\n\nIntro to 3.2 with ``code``.\n\nInstall\n"
        "=======\n\n"
        "Steps::\n\n    pip install x\n    ====\n\n.. note:: Keep this.\n\n"
        "The *title* of :ref:`x <y>`\n---------------------------\n\nText\n\n-----\n\nMore\n\n"
        "Last\n===="
    )


def test_levels_come_by_order_of_first_use(write: Write) -> None:
    document = load(write("a.rst", MANUAL))
    assert headings(document) == [
        (1, "The Manual", "=========="),
        (2, "Install", "Install"),
        (3, "The title of x", "The *title* of :ref:`x <y>`"),
        (2, "Last", "Last"),
    ]
    assert document.title == "The Manual"


def test_fields_are_metadata(write: Write) -> None:
    metadata = dict(read(write("a.rst", MANUAL), "a.rst").metadata)
    assert metadata == {
        "author": ["Ann Lee", "Bob Ray"],
        "created": "2024-05-06",
        "keywords": ["one", "two"],
        "organization": "ACME",
    }


def test_the_meta_directive_and_fields_of_sphinx(write: Write) -> None:
    content = (
        ":orphan:\n:tocdepth: 2\n\n.. meta::\n   :description: All of it\n"
        "   :keywords: a, b\n\nT\n=\n"
    )
    document = load(write("a.rst", content))
    assert document.text == "T\n="
    assert document.metadata["description"] == "All of it"
    assert document.metadata["keywords"] == ["a", "b"]
    assert "tocdepth" not in document.metadata


def test_field_lists_further_down_stay(write: Write) -> None:
    content = "T\n=\n\nText.\n\n:param x: what\n:returns: that"
    assert load(write("a.rst", content)).text == content


@pytest.mark.parametrize(
    ("content", "table"),
    [
        (
            "+------+-------+\n| Name | Price |\n+======+=======+\n| Tea  | 3     |\n"
            "| cup  |       |\n"
            "+------+-------+\n| Milk | 4     |\n+------+-------+\n",
            "| Name | Price |\n| --- | --- |\n| Tea cup | 3 |\n| Milk | 4 |",
        ),
        (
            "===== =====\nInput Out\n===== =====\nFalse True\n      more\nTrue  a longer text\n"
            "===== =====\n",
            "| Input | Out |\n| --- | --- |\n| False | True more |\n| True | a longer text |",
        ),
        (
            "== ==\na  b\nc  d\n== ==\n",
            "| a | b |\n| --- | --- |\n| c | d |",
        ),
        (
            ".. list-table:: Frozen\n   :header-rows: 1\n\n   * - Treat\n     - Number\n"
            "   * - Ice\n"
            "       cream\n     -\n",
            "Frozen\n\n| Treat | Number |\n| --- | --- |\n| Ice cream |  |",
        ),
        (
            '.. csv-table::\n   :header: "Item", "Cost"\n\n   "Tea, green", 3\n   Milk, 4\n',
            "| Item | Cost |\n| --- | --- |\n| Tea, green | 3 |\n| Milk | 4 |",
        ),
    ],
    ids=["grid", "simple", "headless", "list", "csv"],
)
def test_tables(write: Write, content: str, table: str) -> None:
    assert load(write("a.rst", f"Before\n\n{content}\nAfter")).text == (
        f"Before\n\n\n{table}\n\n\nAfter"
    )


@pytest.mark.parametrize(
    "content",
    [
        "+---+---+\n| spanned |\n+---+---+\n| a | b |\n+---+---+",
        "=== ===\nspanned\n-------\na   b\n=== ===\nc   d\n=== ===",
        "=== ===\nnever closed",
        "+---+\n| a",
    ],
)
def test_tables_with_spans_and_broken_ones_stay(write: Write, content: str) -> None:
    assert load(write("a.rst", content)).text == content


@pytest.mark.parametrize(
    "content",
    [
        "A paragraph\nof two lines\n------------",
        "----\n\nText",
        "Long title\n==",
        " quoted\n=======",
    ],
)
def test_what_is_no_title(write: Write, content: str) -> None:
    assert load(write("a.rst", content)).headings == ()


def test_targets_footnotes_and_directives_stay(write: Write) -> None:
    content = (
        "See Tercet_.\n\n.. _Tercet: https://x\n.. [1] A note.\n.. image:: a.png\n   :alt: Alt"
    )
    assert load(write("a.rst", content)).text == content


@pytest.mark.parametrize("line", ["== ==\n", "+--+\n", "..\n", "x\n=\n", ":a: b\n", ".. |x| y\n"])
def test_time_grows_with_the_size_only(write: Write, line: str) -> None:
    path = write("a.rst", line * (100_000 // len(line)) + "end")
    begun = time.perf_counter()
    assert load(path).text.endswith("end")
    assert time.perf_counter() - begun < 20  # under 1 s
