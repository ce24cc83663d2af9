"""Document types in XML can make gigabytes of a kilobyte, or read files. Here they do not."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pptx
import pytest
import xlsxwriter

from tercet.errors import LoadError
from tercet.loaders.registry import load_all

Write = Callable[[str, bytes | str], Path]
Build = Callable[[str, str], bytes]

SECRET = "the-content-of-another-file"
WORD = "flower"
MOST = 100_000  # characters; a harmless text of these files has a dozen
SECONDS = 10

_LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 11))
DOCTYPES: dict[str, tuple[str, str]] = {
    "billion laughs": (f'<!DOCTYPE x [<!ENTITY l0 "haha">{_LAUGHS}]>', "&l10;"),
    "quadratic": (f'<!DOCTYPE x [<!ENTITY l "{"haha" * 25_000}">]>', "&l;" * 25_000),
    "external": ('<!DOCTYPE x [<!ENTITY l SYSTEM "{secret}">]>', "&l;"),
    "parameter": ('<!DOCTYPE x [<!ENTITY % p SYSTEM "{secret}"> %p;]>', ""),
    "external subset": ('<!DOCTYPE x SYSTEM "{secret}">', ""),
    "recursive": ('<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', "&a;"),
}
"""What stands before the root element, and what calls it up in a text."""

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_KINDS = "application/vnd.openxmlformats-officedocument"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
_DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
_XML = '<?xml version="1.0" encoding="UTF-8"?>'


def zipped(members: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def rewritten(content: bytes, name: str, change: Callable[[str], str]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {member: archive.read(member).decode() for member in archive.namelist()}
    return zipped(members | {name: change(members[name])})


def docx(doctype: str, call: str, core_doctype: str = "", core_call: str = "") -> bytes:
    return zipped(
        {
            "[Content_Types].xml": f'{_XML}<Types xmlns="{_TYPES}">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/word/document.xml" '
            f'ContentType="{_KINDS}.wordprocessingml.document.main+xml"/></Types>',
            "_rels/.rels": f'{_XML}<Relationships xmlns="{_RELS}"><Relationship Id="r1" Type='
            '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
            "docProps/core.xml": f"{_XML}{core_doctype}<p {_DC}>"
            f"<dc:title>{WORD}{core_call}</dc:title></p>",
            "word/document.xml": f'{_XML}{doctype}<w:document xmlns:w="{_W}"><w:body><w:p><w:r>'
            f"<w:t>{WORD} {call}</w:t></w:r></w:p></w:body></w:document>",
        }
    )


def docx_core(doctype: str, call: str) -> bytes:
    return docx("", "", doctype, call)


def odt(doctype: str, call: str, meta_doctype: str = "", meta_call: str = "") -> bytes:
    kind = "application/vnd.oasis.opendocument.text"
    spaces = f'xmlns:office="{_OFFICE}:office:1.0" xmlns:text="{_OFFICE}:text:1.0"'
    return zipped(
        {
            "mimetype": kind,
            "META-INF/manifest.xml": f'{_XML}<m:manifest xmlns:m="{_OFFICE}:manifest:1.0">'
            f'<m:file-entry m:full-path="/" m:media-type="{kind}"/>'
            '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>',
            "meta.xml": f"{_XML}{meta_doctype}<office:document-meta {spaces} {_DC}><office:meta>"
            f"<dc:title>{WORD}{meta_call}</dc:title></office:meta></office:document-meta>",
            "content.xml": f"{_XML}{doctype}<office:document-content {spaces}><office:body>"
            f"<office:text><text:p>{WORD} {call}</text:p></office:text></office:body>"
            "</office:document-content>",
        }
    )


def odt_meta(doctype: str, call: str) -> bytes:
    return odt("", "", doctype, call)


def epub(doctype: str, call: str, opf_doctype: str = "", opf_call: str = "") -> bytes:
    container = "urn:oasis:names:tc:opendocument:xmlns:container"
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": f'{_XML}<container version="1.0" xmlns="{container}">'
            '<rootfiles><rootfile full-path="book.opf" '
            'media-type="application/oebps-package+xml"/></rootfiles></container>',
            "book.opf": f'{_XML}{opf_doctype}<package xmlns="http://www.idpf.org/2007/opf" '
            f'version="3.0"><metadata {_DC}><dc:title>{WORD}{opf_call}</dc:title></metadata>'
            '<manifest><item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="c"/></spine></package>',
            "c.xhtml": f'{_XML}{doctype}<html xmlns="http://www.w3.org/1999/xhtml"><head>'
            f"<title>t</title></head><body><p>{WORD} {call}</p></body></html>",
        }
    )


def epub_package(doctype: str, call: str) -> bytes:
    return epub("", "", doctype, call)


def slides(doctype: str, call: str) -> bytes:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = WORD
    buffer = io.BytesIO()
    presentation.save(buffer)
    with zipfile.ZipFile(io.BytesIO(buffer.getvalue())) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    part = "ppt/slides/slide1.xml"
    members[part] = _with(members[part].decode(), doctype, call).encode()
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return changed.getvalue()


def sheet(doctype: str, call: str) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        workbook.add_worksheet().write("A1", WORD)
    return rewritten(
        buffer.getvalue(), "xl/sharedStrings.xml", lambda xml: _with(xml, doctype, call)
    )


def _with(xml: str, doctype: str, call: str) -> str:
    head, end, body = xml.partition("?>")
    return head + end + doctype + body.replace(WORD, f"{WORD} {call}", 1)


def xml(doctype: str, call: str) -> bytes:
    return f"{_XML}{doctype}<x><title>{WORD}</title><p>{WORD} {call}</p></x>".encode()


def html(doctype: str, call: str) -> bytes:
    return f"<!doctype html>{doctype}<html><body><p>{WORD} {call}</p></body></html>".encode()


FILES: dict[str, tuple[str, Build]] = {
    "docx": ("a.docx", docx),
    "docx core": ("a.docx", docx_core),
    "epub": ("a.epub", epub),
    "epub package": ("a.epub", epub_package),
    "html": ("a.html", html),
    "odt": ("a.odt", odt),
    "odt meta": ("a.odt", odt_meta),
    "pptx": ("a.pptx", slides),
    "xhtml": ("a.xhtml", lambda doctype, call: _XML.encode() + html(doctype, call)[15:]),
    "xlsx": ("a.xlsx", sheet),
    "xml": ("a.xml", xml),
}


@pytest.mark.parametrize("kind", FILES)
def test_the_files_are_sound_without_a_document_type(write: Write, kind: str) -> None:
    name, build = FILES[kind]
    document = load_all(write(name, build("", "")), name, Path("spool")).document
    assert document and WORD in document.text


@pytest.mark.parametrize("attack", DOCTYPES)
@pytest.mark.parametrize("kind", FILES)
def test_a_document_type_neither_unfolds_nor_reads_files(
    write: Write, kind: str, attack: str
) -> None:
    secret = write("secret.txt", SECRET)
    name, build = FILES[kind]
    doctype, call = DOCTYPES[attack]
    path = write(name, build(doctype.replace("{secret}", secret.as_uri()), call))
    begin = time.process_time()
    try:
        document = load_all(path, name, Path("spool")).document
    except LoadError as error:
        assert error.message.startswith(name) and error.help
    else:
        assert document and len(document.text) < MOST
        assert SECRET not in f"{document.text}{document.title}{dict(document.metadata)}"
        assert len(f"{document.title}{dict(document.metadata)}") < MOST
    assert time.process_time() - begin < SECONDS
