from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tercet.errors import DamagedFile, EncryptedFile
from tercet.loaders import load

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book%201.opf"/></rootfiles></container>'
)
STATED = (
    "<dc:title>Whales</dc:title><dc:creator>Ann</dc:creator><dc:creator>Bob</dc:creator>"
    "<dc:language>en</dc:language><dc:date>1851</dc:date><dc:subject>Sea</dc:subject>"
    "<dc:description>&lt;p&gt;A &lt;b&gt;long&lt;/b&gt; tale&lt;/p&gt;</dc:description>"
    '<meta property="dcterms:modified">2024-05-06T07:08:09Z</meta>'
)
CHAPTERS = {
    "OEBPS/text/two words.xhtml": "<h1>Second<a id='p2'/></h1><p>It rained,<br/>\n  a lot.</p>",
    "OEBPS/text/one.xhtml": "<h1>First</h1><p>Call me Ish\u00admael.</p>",
    "OEBPS/nav.xhtml": "<nav><ol><li>First</li></ol></nav>",
}
ITEMS = (
    '<item id="b" href="text/two%20words.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="a" href="text/one.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    '<item id="p" href="cover.jpg" media-type="image/jpeg"/>'
    '<item id="m" href="missing.xhtml" media-type="application/xhtml+xml"/>'
)


def page(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title/></head><body>{body}</body></html>"
    )


def book(folder: Path, parts: dict[str, str] | None = None, stated: str = STATED) -> Path:
    order = "".join(f'<itemref idref="{key}"/>' for key in ("p", "n", "a", "b", "m", "a"))
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf">'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{stated}</metadata>'
        f"<manifest>{ITEMS}</manifest><spine>{order}</spine></package>"
    )
    members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book 1.opf": opf,
        **{name: page(body) for name, body in CHAPTERS.items()},
        **(parts or {}),
    }
    path = folder / "book.epub"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


TEXT = "# First\n\nCall me Ishmael.\n\n# Second\n\nIt rained,\na lot."


def test_chapters_in_reading_order_without_the_contents(tmp_path: Path) -> None:
    document = load(book(tmp_path))
    assert document.text == TEXT
    assert [(h.text, h.start) for h in document.headings] == [
        ("First", 0),
        ("Second", TEXT.index("# Second")),
    ]


def test_what_the_book_states(tmp_path: Path) -> None:
    document = load(book(tmp_path))
    assert document.title == "Whales"
    assert dict(document.metadata) == {
        "author": ["Ann", "Bob"],
        "created": "1851",
        "description": "A long tale",
        "format": "epub",
        "keywords": ["Sea"],
        "language": "en",
        "modified": "2024-05-06",
    }


def test_without_a_title_the_first_heading_is_it(tmp_path: Path) -> None:
    assert load(book(tmp_path, stated="")).title == "First"


def test_content_decides_not_the_name(tmp_path: Path) -> None:
    path = book(tmp_path)
    assert load(path.rename(tmp_path / "book.bin")).metadata["format"] == "epub"


def protected(name: str) -> dict[str, str]:
    return {
        "META-INF/encryption.xml": (
            '<encryption xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>'
            f'<enc:CipherData><enc:CipherReference URI="{name}"/></enc:CipherData>'
            "</enc:EncryptedData></encryption>"
        )
    }


def test_protected_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncryptedFile, match=r"book\.epub is encrypted: digital rights"):
        load(book(tmp_path, protected("OEBPS/text/two%20words.xhtml")))


def test_protected_fonts_are_no_matter(tmp_path: Path) -> None:
    assert load(book(tmp_path, protected("OEBPS/fonts/a.otf"))).text == TEXT


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("META-INF/container.xml", "<container/>"),
        ("META-INF/container.xml", CONTAINER.replace("book", "other")),
        ("OEBPS/book 1.opf", "<package"),
        ("OEBPS/book 1.opf", "<package/>"),
    ],
)
def test_broken_parts_are_damage(tmp_path: Path, part: str, content: str) -> None:
    with pytest.raises(DamagedFile, match=r"book\.epub is damaged") as caught:
        load(book(tmp_path, {part: content}))
    assert caught.value.help


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_truncated_files_are_damaged(tmp_path: Path, share: float) -> None:
    path = book(tmp_path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(DamagedFile):
        load(path)


def test_a_real_book_of_poems(shared: Path) -> None:
    folder = shared / "files/docling-project__docling/tests/data/epub/sources"
    document = load(folder / "epub_purvis_poetry.epub")
    assert document.title == "Poetry"
    assert document.metadata["author"] == "Sarah Louisa Forten Purvis"
    assert document.metadata["created"] == "2023-12-06"
    assert [heading.text for heading in document.headings][:4] == [
        "Poetry",
        "Imprint",
        "The Grave of the Slave",
        "The Slave Girl’s Address to Her Mother",
    ]
    assert (
        "The cold storms of winter shall chill him no more,\n"
        "His woes and his sorrows, his pains are all o’er;\n"
    ) in document.text


def test_a_real_small_book(shared: Path) -> None:
    folder = shared / "files/microsoft__markitdown/packages/markitdown/tests/test_files"
    document = load(folder / "test.epub")
    assert document.text == (
        "# Chapter 1: Test Content\n\nThis is a **test** paragraph with some formatting.\n\n"
        "It includes:\n\n- A bullet point\n- Another point\n\n# Chapter 2: More Content\n\n"
        "Here's a second chapter with a *different* style.\n\n> This is a blockquote for testing."
    )
    assert document.metadata["author"] == "Test Author"
