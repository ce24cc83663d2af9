from __future__ import annotations

import time

import pytest

from tercet.errors import NoText
from tercet.loaders import load
from tercet.loaders.markup.html import to_markdown

PAGE = """<!doctype html><html lang="en"><head>
<title> Warranty \n terms </title>
<meta name="author" content="Ann"><meta name="Description" content="What is covered">
<meta name="keywords" content="warranty, X200; returns"><meta name="date" content="2024-05-06">
<style>p {color: red}</style><script>var secret = 1</script></head>
<body><nav>Home | About</nav><header>Site</header>
<main><h1>Warranty</h1><p>Two <b>years</b> from <a href="/d">delivery</a>.</p>
<h2>Prices &amp; parts</h2>
<table><tr><th>Part</th><th>Price</th></tr><tr><td>Lamp</td><td>$ 12</td></tr></table>
<ul><li>one<ul><li>deep</li></ul></li></ul><p hidden>not shown</p>
<p style="display:none">nor this</p><aside>Advertisement</aside>
<form><input value="x">Subscribe</form><noscript>Turn it on</noscript>
<template>later</template><pre>a  = 1\n\n\nb</pre><img src="data:x" alt="A lamp"></main>
<footer>Imprint</footer></body></html>"""


def test_a_page(write) -> None:
    document = load(write("page.html", PAGE))
    assert document.text.startswith(
        "# Warranty\n\nTwo **years** from delivery.\n\n## Prices & parts"
    )
    assert "| Part | Price |\n| --- | --- |\n| Lamp | $ 12 |" in document.text
    assert "- one\n  - deep" in document.text
    assert "a  = 1" in document.text and "A lamp" in document.text
    assert document.title == "Warranty terms"
    assert [(h.level, h.text) for h in document.headings] == [
        (1, "Warranty"),
        (2, "Prices & parts"),
    ]
    for heading in document.headings:
        assert document.text[heading.start :].startswith("#" * heading.level + f" {heading.text}")
    for unseen in ("Home", "Site", "secret", "color", "shown", "nor", "Adver", "Subsc", "later"):
        assert unseen not in document.text


def test_fields_of_the_author_s_own_can_be_filtered_by(write) -> None:
    head = (
        '<meta name="category" content="hr"><meta name="Year" content="2024">'
        '<meta name="key" content="007"><meta name="viewport" content="width=device-width">'
        '<meta name="msapplication-config" content="x">'
    )
    metadata = load(write("page.html", f"<head>{head}</head><p>Leave is long.</p>")).metadata
    assert {**metadata, "modified": 0} == {
        "category": "hr",
        "year": 2024,
        "key": "007",
        "format": "html",
        "modified": 0,
    }


def test_metadata(write) -> None:
    metadata = dict(load(write("page.html", PAGE)).metadata)
    del metadata["modified"]
    assert metadata == {
        "author": "Ann",
        "date": "2024-05-06",
        "description": "What is covered",
        "format": "html",
        "keywords": ["warranty", "X200", "returns"],
        "language": "en",
    }


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="windows-1251">', "cp1251"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">', "koi8-r"),
        ("", "utf-8"),
        ("", "utf-16"),
        ('<meta charset="utf-8">', "utf-8-sig"),
        ('<meta charset="no-such-thing">', "utf-8"),
        ('<meta charset="ascii">', "utf-8"),
    ],
)
def test_encodings(write, head: str, encoding: str) -> None:
    page = f"<html><head>{head}<title>t</title></head><body><p>Гарантия два года</p></body></html>"
    text = load(write("page.html", page.encode(encoding))).text
    assert text == "Гарантия два года" or head == '<meta charset="ascii">'


def test_latin_1_pages_are_windows_1252(write) -> None:
    page = '<html><meta charset="iso-8859-1"><body>“5 €”</body></html>'.encode("cp1252")
    assert load(write("page.html", page)).text == "“5 €”"


def test_a_form_around_the_page_is_kept(write) -> None:
    page = "<html><body><form><h1>All</h1><p>of the text is in a form</p></form></body></html>"
    assert load(write("page.html", page)).text == "# All\n\nof the text is in a form"


def test_a_page_of_boilerplate_alone_is_kept(write) -> None:
    page = "<html><body><nav><p>only links</p></nav><footer>and more</footer></body></html>"
    assert "only links" in load(write("page.html", page)).text


def test_a_small_article_does_not_hide_the_rest(write) -> None:
    page = f"<html><body><article>teaser</article><p>{'long text ' * 20}</p></body></html>"
    assert "long text" in load(write("page.html", page)).text


def test_the_longest_article_without_main(write) -> None:
    page = (
        f"<html><body>menu<article>short</article><article>{'long ' * 50}</article></body></html>"
    )
    assert load(write("page.html", page)).text.startswith("long")


def test_a_page_without_text(write) -> None:
    with pytest.raises(NoText):
        load(write("page.html", "<html><body><script>x</script></body></html>"))


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 50_000 + "<p>hello</p>" + "</div>" * 50_000 + "<p>world</p>",
        "<div>" * 1_500 + "<p>hello</p>" + "</div>" * 1_500 + "<p>world</p>",
        "<span>" * 300 + "hello" + "</span>" * 300 + "<p>world</p>",
        "<table><tr><td>" * 5_000 + "hello <p>world</p>",
        "<pre>hello" + " " * 300_000 + "world</pre>",
        "<!---->" * 9_000 + "hello world",
    ],
    ids=["very deep", "deep", "inline", "tables", "spaces", "comments"],
)
def test_hostile_pages_neither_hang_nor_break(write, page: str) -> None:
    start = time.perf_counter()
    text = load(write("page.html", page)).text
    assert time.perf_counter() - start < 10
    assert text.split("hello")[1].split("world")


def test_tables_without_a_header_get_their_first_row() -> None:
    table = "<table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>"
    assert to_markdown(table) == "| a | 1 |\n| --- | --- |\n| b | 2 |"
