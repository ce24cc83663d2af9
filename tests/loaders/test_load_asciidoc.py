from __future__ import annotations

import time
from pathlib import Path

import pytest

from tercet.loaders import load
from tercet.loaders.markup.asciidoc import read
from tests.loaders.conftest import Write

GUIDE = """// hidden
= The Guide to {product}
Ann Lee <ann@x.org>; Bob Ray
v1.2, 2024-05-06
:product: Tercet
:keywords: one, two
:lang: en
:description: All of it

Read {product} and {unknown}.

////
hidden too
= No title
////

[#install]
== Install ==

.How to do it
[source,python]
----
= not a title
# nor this
----

* one
** two
+
more
. first
.. second

NOTE: See <<install,the part>>, https://x.org[the site] or link:a.html[].

image::a.png[A picture]
include::other.adoc[]

[cols="1,2*"]
|===
|Name |Price
|Old

|Tea
|3 |

2+|Milk \\| cream | 4
|===

....
literal
....
"""


def test_all_of_it(write: Write) -> None:
    document = load(write("a.adoc", GUIDE))
    assert document.text == (
        "# The Guide to Tercet\n\nRead Tercet and {unknown}.\n\n## Install\n\nHow to do it\n\n"
        "```python\n= not a title\n# nor this\n```\n\n- one\n  - two\n\nmore\n1. first\n"
        "  1. second\n\n"
        "NOTE: See the part, the site or a.html.\n\nA picture\n\n"
        "| Name | Price | Old |\n| --- | --- | --- |\n| Tea | 3 |  |\n| Milk \\| cream |  | 4 |\n"
        "\n```\nliteral\n```"
    )


def test_headings_and_metadata(write: Write) -> None:
    document = read(write("a.adoc", GUIDE), "a.adoc")
    assert [(h.level, h.text) for h in document.headings] == [
        (1, "The Guide to Tercet"),
        (2, "Install"),
    ]
    assert document.title == "The Guide to Tercet"
    metadata = dict(document.metadata)
    assert metadata == {
        "author": ["Ann Lee", "Bob Ray"],
        "created": "2024-05-06",
        "description": "All of it",
        "keywords": ["one", "two"],
        "language": "en",
    }


def test_a_title_without_author(write: Write) -> None:
    document = load(write("a.adoc", "= Title\n\nText that is no author.\n"))
    assert document.text == "# Title\n\nText that is no author."
    assert "author" not in document.metadata


@pytest.mark.parametrize(
    ("content", "table"),
    [
        ("|===\n|a |b\n\n|1 |2\n|3 |4\n|===", "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |"),
        (
            '[cols="2*"]\n|===\n|a\n|b\n|1\nmore\n|2\n|===',
            "| a | b |\n| --- | --- |\n| 1 more | 2 |",
        ),
        (',===\na,b\n1,"2,3"\n,===', "| a | b |\n| --- | --- |\n| 1 | 2,3 |"),
        ("|===\n|a |b\na|* x |2\n|===", "| a | b |\n| --- | --- |\n| * x | 2 |"),
        ("|Head 1|Head 2|\n|a|b|", "| Head 1 | Head 2 |\n| --- | --- |\n| a | b |"),
        ("|===\n|a |b\n|never |closed", "| a | b |\n| --- | --- |\n| never | closed |"),
    ],
)
def test_tables(write: Write, content: str, table: str) -> None:
    assert load(write("a.adoc", f"Before\n\n{content}\n")).text == f"Before\n\n{table}"


@pytest.mark.parametrize(
    "line", ["|===\n", "----\n", "////\n", "|a|\n", "[a]\n", "{a}\n", "=\n", "||||"]
)
def test_time_grows_with_the_size_only(write: Write, line: str) -> None:
    path = write("a.adoc", "x\n" + line * (100_000 // len(line)))
    begun = time.perf_counter()
    assert load(path).text.startswith("x")
    assert time.perf_counter() - begun < 20  # under 1 s


def test_shared_file(shared: Path) -> None:
    folder = shared / "files/docling-project__docling/tests/data/asciidoc/sources"
    document = load(folder / "asciidoc_01.asciidoc")
    assert document.title == "1st Sample Document Title"
    assert [(h.level, h.text) for h in document.headings] == [
        (1, "1st Sample Document Title"),
        (2, "Section 1"),
        (3, "Subsection 1.1"),
        (2, "Section 2"),
    ]
    assert document.text.endswith(
        "This is some text in section 2.\n\n| Header 1 | Header 2 |\n| --- | --- |\n"
        "| Value 1 | Value 2 |\n| Value 3 | Value 4 |"
    )
