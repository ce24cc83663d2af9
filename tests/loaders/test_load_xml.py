from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from tercet.errors import DamagedFile, LoadError
from tercet.loaders import load
from tercet.types import Document
from tests.loaders.conftest import Write


def headings(document: Document) -> list[tuple[int, str]]:
    return [(heading.level, heading.text) for heading in document.headings]


def test_data_becomes_lines_and_tables(write: Write) -> None:
    content = """<?xml version="1.0"?>
    <shop xmlns:xsi="x" xsi:noNamespaceSchemaLocation="y" name="Corner"><!-- hidden -->
      <book id="1"><title>Dune</title><price cur="EUR">9</price></book>
      <city>Bonn</city><empty/>
      <tea id="a">green</tea><tea id="b">black</tea>
    </shop>"""
    document = load(write("a.xml", content))
    assert document.text == (
        "name: Corner\ncity: Bonn\n\n# book\n\nid: 1\ntitle: Dune\nprice.cur: EUR\n"
        "price.text: 9\n\n"
        "# tea\n\n| id | text |\n| --- | --- |\n| a | green |\n| b | black |"
    )
    assert document.title == "Corner"
    assert headings(document) == [(1, "book"), (1, "tea")]


def test_documents_become_headings_and_paragraphs(write: Write) -> None:
    content = """<book xml:lang="en"><title>Guide</title><author>Ann Lee</author>
    <keyword>one</keyword><keyword>two</keyword>
    <chapter><title>First <emphasis>steps</emphasis></title>
    <para>Take a <code>cup</code>
      of tea.</para><section><title>More</title><programlisting>a
  b</programlisting><itemizedlist><listitem><para>one</para></listitem>
    <listitem><para>two</para></listitem></itemizedlist></section></chapter>
    <chapter><title>Last</title><table><title>Prices</title><tgroup><thead><row><entry>Item</entry>
    <entry>Cost</entry></row></thead><tbody><row><entry>Tea</entry><entry>3</entry></row></tbody>
    </tgroup></table></chapter></book>"""
    document = load(write("a.xml", content))
    assert document.text == (
        "# Guide\n\nauthor: Ann Lee\nkeyword: one\nkeyword: two\n\n## First steps\n\n"
        "Take a cup of tea.\n\n### More\n\n```\na\n  b\n```\n\n- one\n- two\n\n## Last\n\n"
        "| Item | Cost |\n| --- | --- |\n| Tea | 3 |"
    )
    assert headings(document) == [(1, "Guide"), (2, "First steps"), (3, "More"), (2, "Last")]
    assert document.title == "Guide"
    assert document.metadata["author"] == "Ann Lee"
    assert document.metadata["keywords"] == ["one", "two"]
    assert document.metadata["language"] == "en"


def test_blocks_inside_paragraphs_and_citations(write: Write) -> None:
    content = """<article><title>T</title><p>Before <b>bold</b>
    <list><list-item>a <i>b</i></list-item></list> after.</p>
    <fig><label>1</label><caption><title>Shown</title><p>Here.</p></caption></fig>
    <ref><element-citation><surname>Lee</surname><article-title>On tea</article-title>
    <year>2020</year></element-citation></ref></article>"""
    document = load(write("a.xml", content))
    assert document.text == (
        "# T\n\nBefore bold\n\n- a b\n\nafter.\n\nlabel: 1\n\nShown\n\nHere.\n\nLee On tea 2020"
    )
    assert headings(document) == [(1, "T")]


def test_rss(write: Write) -> None:
    content = """<rss version="2.0" xmlns:content="c" xmlns:dc="d"><channel><title>News</title>
    <description>All of it</description><language>en</language>
    <item><title>Tea &amp;amp; more</title><link>http://x/1</link><dc:creator>Ann</dc:creator>
    <category>a</category><category>b</category><pubDate>Mon, 1 Jan 2024</pubDate>
    <description>Short</description>
    <content:encoded>&lt;h2&gt;Part&lt;/h2&gt;&lt;p&gt;The &lt;b&gt;long&lt;/b&gt; text.&lt;/p&gt;
    </content:encoded></item><item><title>Second</title></item></channel></rss>"""
    document = load(write("a.xml", content))
    assert document.text == (
        "# News\n\nAll of it\n\n## Tea & more\n\nLink: http://x/1\nAuthor: Ann\nCategory: a, b\n"
        "Date: Mon, 1 Jan 2024\n\n#### Part\n\nThe **long** text.\n\n## Second"
    )
    assert headings(document) == [(1, "News"), (2, "Tea & more"), (4, "Part"), (2, "Second")]
    assert document.title == "News"
    assert document.metadata["description"] == "All of it"


def test_atom(write: Write) -> None:
    content = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Log</title><entry>
    <title>One</title><link href="http://x/1"/><updated>2024-01-02</updated>
    <author><name>Bob</name></author><content type="xhtml">
    <div xmlns="http://www.w3.org/1999/xhtml"><p>Said <i>so</i>.</p></div></content></entry>
    </feed>"""
    assert load(write("a.xml", content)).text == (
        "# Log\n\n## One\n\nLink: http://x/1\nUpdated: 2024-01-02\nAuthor: Bob\n\nSaid *so*."
    )


def test_xhtml_is_read_as_html(write: Write) -> None:
    content = (
        '<?xml version="1.0"?><x:html xmlns:x="http://www.w3.org/1999/xhtml"></x:html>',
        '<!DOCTYPE html SYSTEM "x"><html><head><title>T</title></head><body><p>A</p></body></html>',
    )
    assert load(write("b.xml", content[1])).text == "A"
    with pytest.raises(LoadError):
        load(write("a.xml", content[0]))


def test_internal_entities_are_carried_out(write: Write) -> None:
    content = '<!DOCTYPE a [<!ENTITY n "Tercet"><!ENTITY m "&n; 2">]><a><b>x &m;</b></a>'
    assert load(write("a.xml", content)).text == "b: x Tercet 2"


def test_entities_of_html_without_a_definition(write: Write) -> None:
    assert load(write("a.xml", "<a><b>x&eacute;y&mdash;z &lt; &other;</b></a>")).text == (
        "b: xéy—z < &other;"
    )


@pytest.mark.parametrize("kind", ["<!ENTITY s SYSTEM {}>", "<!ENTITY % p SYSTEM {}> %p;"])
def test_other_files_are_never_read(write: Write, kind: str) -> None:
    secret = write("secret.txt", "hidden words")
    entity = kind.format(f'"{secret.as_uri()}"')
    document = load(write("a.xml", f"<!DOCTYPE a [{entity}]><a><b>x&s;y</b></a>"))
    assert "hidden" not in document.text


def bomb(levels: int) -> str:
    names = "abcdefghijklmn"[: levels + 1]
    inner = "".join(f'<!ENTITY {name} "{f"&{below};" * 10}">' for below, name in pairwise(names))
    return f'<!DOCTYPE x [<!ENTITY a "lol lol">{inner}]><x>&{names[-1]};</x>'


@pytest.mark.parametrize(
    "content",
    [
        bomb(9),
        f'<!DOCTYPE x [<!ENTITY a "{"a" * 10_000}">]><x>{"&a;" * 10_000}</x>',
        '<!DOCTYPE x [<!ENTITY a "&a;">]><x>&a;</x>',
        '<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]><x y="&a;"/>',
    ],
)
def test_entity_bombs_are_damage(write: Write, content: str) -> None:
    path = write("a.xml", content)
    with pytest.raises(DamagedFile) as caught:
        load(path)
    assert caught.value.message.startswith(str(path))
    assert caught.value.help


@pytest.mark.parametrize(
    "content", ["<a><b></a>", "<a>", "text", "<a>" * 300 + "</a>" * 300, "<a/><b/>"]
)
def test_what_is_not_well_formed_is_damaged(write: Write, content: str) -> None:
    with pytest.raises(DamagedFile, match="damaged"):
        load(write("a.xml", content))


def test_deep_data_is_read(write: Write) -> None:
    content = "<a>" * 200 + "<b>x</b>" + "</a>" * 200
    assert load(write("a.xml", content)).text == "a: x"


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("iso-8859-1", "latin-1"), ("utf-8", "cp1252"), ("nonsense", "utf-8"), ("utf-16", "utf-16")],
)
def test_encodings(write: Write, declared: str, encoding: str) -> None:
    content = f'<?xml version="1.0" encoding="{declared}"?><a><b>Größe</b></a>'.encode(encoding)
    assert load(write("a.xml", content)).text == "b: Größe"


def test_article_of_a_journal(shared: Path) -> None:
    folder = shared / "files/docling-project__docling/tests/data/jats/sources"
    document = load(folder / "elife-56337.xml")
    title = (
        "KRAB-zinc finger protein gene expansion in response to active retrotransposons in the "
        "murine lineage"
    )
    assert document.title == title
    authors = document.metadata["author"]
    assert isinstance(authors, list)
    assert authors[:2] == ["Gernot Wolf", "Alberto de Iaco"]
    assert authors[-1] == "Todd S Macfarlan"
    assert document.metadata["created"] == "2020-06-01"
    found = headings(document)
    assert found[0] == (1, title)
    assert (2, "Introduction") in found
    assert (3, "Mouse KRAB-ZFPs target retrotransposons") in found
    assert (
        "\n\nNearly half of the human and mouse genomes consist of transposable elements (TEs). "
        "TEs shape the evolution of species, serving as a source for genetic innovation "
        "(Chuong et al., 2016; Frank and Feschotte, 2017)."
    ) in document.text
    assert "\n| --- |" in document.text


def test_feed_of_a_blog(shared: Path) -> None:
    folder = shared / "files/microsoft__markitdown/packages/markitdown/tests/test_files"
    document = load(folder / "test_rss.xml")
    assert document.title == "The Official Microsoft Blog"
    assert document.metadata["language"] == "en"
    items = [text for level, text in headings(document) if level == 2]
    assert items[0].startswith("Ignite 2024: Why nearly 70% of the Fortune 500 now use Microsoft")
    assert len(items) == 10
    assert "\nDate: Tue, 19 Nov 2024 13:30:02 +0000\n" in document.text
    assert "\n\nTwo things can be true at the same time.\n\n" in document.text
