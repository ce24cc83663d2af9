"""Real files of many programs, damaged ones among them: what each holds, read off by eye in the
program that shows it. They lie beside the project; without them these tests skip."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

import tercet
from tercet.types import DocumentInfo
from tests.conftest import SHARED

pytestmark = pytest.mark.long

FILES = SHARED / "files"
BOMB = "taxonomy_package.zip"  # 9,500 chunks of schema: left to the benchmark
HOLDS = {
    "asciidoc_01.asciidoc": "This is some text in section 2.\n\n| Header 1 | Header 2 |",
    "csv-comma-in-cell.csv": "| a | , | c | d |",
    "csv-inconsistent-header.csv": "| 1 | 2 | 3 |  |",
    "docx_checkboxes.docx": "Choose as many as you like:  Orange juice  Tea  Coffee  Milk  Water",
    "docx_code_blocks.docx": "Call the printf function to print formatted output",
    "eml_with_attachment.eml": "Hello Bob,\n\nThis email contains an attachment.",
    "eml_with_attachment.eml!/test.txt": "attach",
    "msg_simple.msg": "From: Alice Example <alice@example.com>",
    "epub_purvis_poetry.epub": "Sarah Louisa Forten Purvis",
    "example_03.html": "- First item in unordered list\n  - Nested item 1",
    "odf_presentation_01.odp": "| R1 | True | False |  | False | True | True |",
    "odf_table_with_title_01.ods": "## Sheet1 (B2:C10)\n\nNumber of freshwater ducks per year",
    "text_document_01.odt": "when designers at Letraset and James Mosley",
    "powerpoint_sample.pptx": "# Test Table Slide\n\nWith footnote",
    "powerpoint_bad_text.pptx": "copyright-free standard content template collection",
    "webvtt_example_01.vtt": "Roger Bingham: We are in New York City",
    "legacy_sample.xls": "| 2022 | 170 |",
    "xlsx_01.xlsx": "| 6 | 0 | -6 |",
    "xlsx_02_sample_sales_data.xlsm": "| Widget C | 2024-01-07 | 12 | 15000 |",
    "test.rtf": "can correctly convert RTF files.",
    "RECEIPT-2024-TXN-98765_retail_purchase.pdf": "Cashier: Emily Rodriguez",
    "SPARSE-2024-INV-1234_borderless_table.pdf": "| SKU-9201 |  | 780 | 778 |  | OK |",
    "test.docx": "AutoGen: Enabling Next-Gen LLM Applications via Multi-Agent Conversation",
    "test.epub": "This is a **test** paragraph with some formatting.",
    "test.json": "5b64c88c-b3c3-4510-bcb8-da0b200602d8: uuid_key",
    "test.pptx": "2cdda5c8-e50e-4db4-b5f0-9722a649f455",
    "test.xls": "| 58 | 6ff4173b-42a5-4784-9b19-f49caff4d93d | 22 | 9 |",
    "test.xlsx": "| 58 | 6ff4173b-42a5-4784-9b19-f49caff4d93d | 22 | 9 |",
    "test_notebook.ipynb": "```python\n# comment in code\nprint(42)\n```\n\n```\n42\n```",
    "test_outlook_msg.msg": "This is the body of the test email message",
    "test_rss.xml": "## Ignite 2024: Why nearly 70% of the Fortune 500 now use",
    "test_mskanji.csv": "| 佐藤太郎 | 30 | 東京 |",
    "test_files.zip!/test_wikipedia.html": "Microsoft was founded by Bill Gates and Paul Allen",
    "google-doc-document.pdf": "Explicit is better than implicit.",
    "pdflatex-outline.pdf": "Is there a difference between this\ntext and some nonsense",
    "libreoffice-form.odt": "# Example for a Form",
    "elife-56337.xml": "KRAB-zinc finger protein gene expansion in response to active",
    "GeoTopo-komprimiert.pdf": "wurde im Wintersemester 2013/2014 von Martin Thoma geschrieben.",
}

REFUSED = {
    "libreoffice-writer-password.pdf": "needs a password",
    "unreadablemetadata.pdf": "is damaged",
    "random.bin": "no reader knows .bin files",
    "legacy_sample.ppt": "no reader knows .ppt files",
    "greek_heading_styles.doc": "no reader knows .doc files",
    "pages_2013.pages": "no reader knows .pages files",
}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[DocumentInfo, str]]]:
    """What the index knows of each file by its last name, and its text put together again."""
    if not FILES.is_dir():
        pytest.skip("the files are not beside the project")
    folder = tmp_path_factory.mktemp("files")
    shutil.copytree(FILES, folder / "files", ignore=shutil.ignore_patterns(BOMB, "diss.tex"))
    with tercet.open(folder / "index") as rag:
        report = rag.ingest(folder / "files")
        again = rag.ingest(folder / "files")
        assert (again.chunks, again.unchanged) == (0, report.added)
        assert again.problems == report.problems
        found = {_name(info): (info, _text(rag, info)) for info in rag.ledger.entries()}
        yield found


def _name(info: DocumentInfo) -> str:
    container, mark, member = info.source.rpartition("!/")
    return container.rpartition("/")[2] + mark + member if mark else info.source.rpartition("/")[2]


def _text(rag: tercet.Rag, info: DocumentInfo) -> str:
    """The chunks overlap: each gives what the one before has not."""
    text = ""
    for chunk in rag.chunks(info.id) if info.id else ():
        text += chunk.text[len(text) - chunk.start :]
    return text


@pytest.mark.parametrize("name", HOLDS)
def test_a_file_holds_what_it_holds(read: dict[str, tuple[DocumentInfo, str]], name: str) -> None:
    info, text = read[name]
    assert info.state == "done"
    assert HOLDS[name] in text


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_without_text_says_why(read: dict[str, tuple[DocumentInfo, str]], name: str) -> None:
    info, text = read[name]
    assert (info.state, text) == ("failed", "")
    assert REFUSED[name] in info.reason
    assert info.help
