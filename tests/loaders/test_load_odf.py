from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tercet.errors import DamagedFile, EncryptedFile, LoadError, NoText
from tercet.loaders import load
from tercet.types import Heading, Page

OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMESPACES = (
    " ".join(
        f'xmlns:{name}="{OASIS}:{path}:1.0"'
        for name, path in {
            "office": "office",
            "text": "text",
            "table": "table",
            "draw": "drawing",
            "style": "style",
            "form": "form",
            "meta": "meta",
            "presentation": "presentation",
            "manifest": "manifest",
        }.items()
    )
    + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
STYLES = '<style:style style:name="P1" style:parent-style-name="Title"/>'
META = (
    "<dc:title>{title}</dc:title><meta:initial-creator>Ann</meta:initial-creator>"
    "<dc:creator>Bob</dc:creator><meta:creation-date>2024-05-06T07:08:09</meta:creation-date>"
    "<dc:date>2024-06-07T00:00:00</dc:date><dc:language>de-DE</dc:language>"
    "<meta:keyword>cost</meta:keyword><meta:keyword>plan</meta:keyword>"
    '<meta:document-statistic meta:page-count="3"/>'
)


def write(path: Path, body: str, *, title: str = "", manifest: str = "", head: str = "") -> Path:
    kind = "text" if path.suffix == ".odt" else "presentation"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr(
            "META-INF/manifest.xml",
            f"<manifest:manifest {NAMESPACES}>{manifest}</manifest:manifest>",
        )
        archive.writestr(
            "content.xml",
            f"{head}<office:document-content {NAMESPACES}><office:automatic-styles>{STYLES}"
            f"</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}>"
            "</office:body></office:document-content>",
        )
        archive.writestr(
            "meta.xml",
            f"<office:document-meta {NAMESPACES}><office:meta>{META.format(title=title)}"
            "</office:meta></office:document-meta>",
        )
    return path


def cell(text: str, times: int = 1) -> str:
    inside = f"<text:p>{text}</text:p>" if text else ""
    return f'<table:table-cell table:number-columns-repeated="{times}">{inside}</table:table-cell>'


def text_of(tmp_path: Path, body: str) -> str:
    return load(write(tmp_path / "a.odt", body)).text


def test_headings_by_outline_level_and_the_title_style(tmp_path: Path) -> None:
    document = load(
        write(
            tmp_path / "a.odt",
            '<text:p text:style-name="P1">The report</text:p>'
            '<text:h text:outline-level="2">Re<text:span>sults</text:span></text:h>'
            "<text:p>Good.</text:p>",
        )
    )
    assert document.text == "# The report\n\n## Results\n\nGood."
    assert document.headings == (Heading(1, "The report", 0), Heading(2, "Results", 14))
    assert document.title == "The report"


def test_properties(tmp_path: Path) -> None:
    document = load(write(tmp_path / "a.odt", "<text:p>x</text:p>", title="Stated"))
    assert document.title == "Stated"
    assert dict(document.metadata) == {
        "author": "Ann",
        "created": "2024-05-06",
        "format": "odt",
        "keywords": ["cost", "plan"],
        "language": "de",
        "modified": "2024-06-07",
        "page_count": 3,
    }


def test_spaces_tabs_and_line_breaks(tmp_path: Path) -> None:
    body = '<text:p>a \n  b<text:s text:c="3"/>c<text:tab/>d<text:line-break/>e</text:p>'
    assert text_of(tmp_path, body) == "a b c\td\ne"


def test_lists_with_levels_paragraphs_and_headings(tmp_path: Path) -> None:
    body = (
        "<text:list><text:list-item><text:p>One</text:p><text:p>more</text:p>"
        "<text:list><text:list-item><text:p>Deep</text:p></text:list-item></text:list>"
        '</text:list-item><text:list-item><text:h text:outline-level="1">Chapter</text:h>'
        "</text:list-item><text:list-item><text:p>Two</text:p></text:list-item></text:list>"
    )
    assert text_of(tmp_path, body) == "- One\n  more\n  - Deep\n\n# Chapter\n\n- Two"


def test_tables_with_header_rows_and_repeated_cells(tmp_path: Path) -> None:
    body = (
        "<table:table><table:table-header-rows><table:table-row>"
        f"{cell('Item')}{cell('2023')}{cell('')}{cell('2024')}{cell('', 16000)}"
        "</table:table-row></table:table-header-rows>"
        f"<table:table-row>{cell('a|b')}{cell('5', 3)}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="1000000">{cell("", 9)}</table:table-row>'
        "</table:table>"
    )
    assert text_of(tmp_path, body) == (
        "| Item | 2023 |  | 2024 |\n| --- | --- | --- | --- |\n| a\\|b | 5 | 5 | 5 |"
    )


def test_cells_repeated_without_end_are_capped(tmp_path: Path) -> None:
    row = f'<table:table-row table:number-rows-repeated="99999999">{cell("x" * 50, 99999999)}'
    text = text_of(tmp_path, f"<table:table>{row}</table:table-row></table:table>")
    assert len(text) < 50_000
    assert text.startswith(f"| {'x' * 50} | {'x' * 50} |")


def test_footnotes_follow_their_paragraph(tmp_path: Path) -> None:
    body = (
        "<text:p>Claim<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>Proof.</text:p></text:note-body></text:note> stands.</text:p><text:p>Next</text:p>"
    )
    assert text_of(tmp_path, body) == "Claim[1] stands.\n\n[1] Proof.\n\nNext"


def test_text_boxes_follow_and_comments_deletions_and_contents_are_left_out(tmp_path: Path) -> None:
    body = (
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        "<text:table-of-content><text:p>Contents 1</text:p></text:table-of-content>"
        "<text:p>Seen<office:annotation><text:p>remark</text:p></office:annotation>"
        "<draw:frame><draw:text-box><text:p>In the box</text:p></draw:text-box></draw:frame> too"
        "</text:p><text:section><text:p>In a section</text:p></text:section>"
    )
    assert text_of(tmp_path, body) == "Seen too\n\nIn the box\n\nIn a section"


def test_entities_are_not_unfolded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    head = f'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY f SYSTEM "file://{secret}">]>'
    path = write(tmp_path / "a.odt", "<text:p>Before &a;&f; after</text:p>", head=head)
    assert load(path).text == "Before after"


def test_an_encrypted_document(tmp_path: Path) -> None:
    entry = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    with pytest.raises(EncryptedFile, match="password"):
        load(write(tmp_path / "a.odt", "<text:p>x</text:p>", manifest=entry))


@pytest.mark.parametrize("content", [b"", b"<broken", b"<empty/>", b"\xff\xfe\x00"])
def test_broken_content_is_damage(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.odt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", content)
    with pytest.raises(DamagedFile, match=r"a\.odt is damaged") as caught:
        load(path)
    assert caught.value.help


def test_a_document_without_content_is_damage(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.odt", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    with pytest.raises(DamagedFile, match=r"content\.xml is missing"):
        load(tmp_path / "a.odt")


def test_deep_nesting_is_refused_not_followed(tmp_path: Path) -> None:
    body = "<text:section>" * 5000 + "<text:p>x</text:p>" + "</text:section>" * 5000
    with pytest.raises(DamagedFile, match="malformed"):
        load(write(tmp_path / "a.odt", body))


def test_a_zip_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    path = write(tmp_path / "a.odt", "<text:p>x</text:p>")
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    content[at + 24 : at + 28] = (2**31).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(LoadError, match="gigabyte"):
        load(path)


def test_an_empty_document_has_no_text(tmp_path: Path) -> None:
    with pytest.raises(NoText):
        load(write(tmp_path / "a.odt", "<text:p/>"))


def frame(kind: str, text: str) -> str:
    return (
        f'<draw:frame presentation:class="{kind}"><draw:text-box><text:p>{text}</text:p>'
        "</draw:text-box></draw:frame>"
    )


def test_slides_are_pages_with_titles_and_notes(tmp_path: Path) -> None:
    notes = (
        f"<presentation:notes>{frame('notes', 'Smile.')}{frame('page', '1')}</presentation:notes>"
    )
    shape = "<draw:g><draw:custom-shape><text:p>In a shape</text:p></draw:custom-shape></draw:g>"
    table = f"<table:table><table:table-row>{cell('a')}{cell('b')}</table:table-row></table:table>"
    slides = (
        f"<draw:page>{frame('subtitle', 'Board')}{frame('title', 'Strategy')}</draw:page>"
        f"<draw:page>{frame('title', 'Goals')}{shape}{frame('footer', '2024')}{notes}</draw:page>"
        f"<draw:page><draw:frame>{table}</draw:frame></draw:page><draw:page/>"
    )
    document = load(write(tmp_path / "a.odp", slides))
    assert document.text == (
        "# Strategy\n\nBoard\n\n## Goals\n\nIn a shape\n\nNotes:\nSmile.\n\n"
        "## Slide 3\n\n| a | b |\n| --- | --- |"
    )
    assert document.metadata["page_count"] == 4
    assert document.title == "Strategy"
    second, third = document.text.index("## Goals"), document.text.index("## Slide")
    end = len(document.text)
    assert document.pages == (
        Page(1, 0, second),
        Page(2, second, third),
        Page(3, third, end),
        Page(4, end, end),
    )


SOURCES = "files/docling-project__docling/tests/data"


def test_a_real_text(shared: Path) -> None:
    document = load(shared / SOURCES / "odf/sources/text_document_01.odt")
    assert [(heading.level, heading.text) for heading in document.headings] == [
        (1, "Title"),
        (2, "Subtitle"),
        (1, "heading level 1.0"),
        (2, "Heading level 2: A"),
        (2, "Heading level 2: B"),
    ]
    assert "\n- numbered list 1\n- numbered list 2\n" in document.text
    assert "\n  - bullet list 2.2\n    - bullet list 2.2.1\n  - bullet list 2.3\n" in document.text
    assert document.text.endswith("\n\nX2 + Y2 = Z")


def test_a_real_form(shared: Path) -> None:
    path = shared / "files/py-pdf__sample-files/012-libreoffice-form/libreoffice-form.odt"
    assert load(path).text == (
        "# Example for a Form\n\nFirst Name Alice Last Name\n\nBirthday\n\nGender:\n\n"
        "[ ] Female [ ] Male\n\nNationality:\n\n[ ] Agree to privacy policy\n\nBob [ ] Other"
    )


def test_a_real_presentation_says_what_its_powerpoint_original_says(shared: Path) -> None:
    slides = load(shared / SOURCES / "odf/sources/odf_presentation_01.odp")
    original = load(shared / SOURCES / "pptx/sources/powerpoint_sample.pptx")
    assert [h.text for h in slides.headings] == [h.text for h in original.headings]
    assert slides.text.replace("- ", "").split() == original.text.replace("- ", "").split()
    assert len(slides.pages) == len(original.pages) == 3
