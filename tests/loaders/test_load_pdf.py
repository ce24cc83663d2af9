from __future__ import annotations

import datetime
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fpdf import FPDF
from fpdf.enums import AccessPermission

from tercet.errors import DamagedFile, EncryptedFile, NoText
from tercet.loaders import load
from tercet.loaders.pdf.lines import Hyphens
from tercet.loaders.pdf.reader import _iso_date, _sensible

ROWS = [("Net sales", "81,797", "82,959"), ("Cost of sales", "45,384", "47,074")]


def written(folder: Path, pdf: FPDF) -> Path:
    path = folder / "made.pdf"
    pdf.output(str(path))
    return path


def styled(sections: int = 3, *, outline: bool = False) -> FPDF:
    pdf = FPDF()
    for number in range(1, sections + 1):
        pdf.add_page()
        if outline:
            pdf.start_section(f"Section  {number}")
        pdf.set_font("helvetica", "B", 18)
        pdf.cell(0, 10, f"Section {number}", new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("helvetica", "", 11)
        for line in range(12):
            pdf.multi_cell(
                0, 6, f"Sentence {line} of the body text.", new_x="LMARGIN", new_y="NEXT"
            )
        pdf.set_font("helvetica", "B", 11)
        pdf.cell(0, 10, f"Details {'abc'[number % 3]}", new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("helvetica", "", 11)
        pdf.cell(0, 6, "More text in the body.")
    return pdf


def test_pages_tile_the_text(tmp_path: Path) -> None:
    pdf = styled(3)
    pdf.add_page()  # without text
    document = load(written(tmp_path, pdf))
    assert [page.number for page in document.pages] == [1, 2, 3, 4]
    assert document.pages[0].start == 0 and document.pages[-1].end == len(document.text)
    for before, after in zip(document.pages, document.pages[1:], strict=False):
        assert before.end == after.start
    second = document.pages[1]
    assert document.text[second.start : second.end].startswith("Section 2\nSentence 0")
    assert document.metadata["page_count"] == 4
    assert "\r" not in document.text


@pytest.mark.parametrize("outline", [True, False])
def test_headings(tmp_path: Path, outline: bool) -> None:
    document = load(written(tmp_path, styled(3, outline=outline)))
    sections = [heading for heading in document.headings if heading.level == 1]
    assert [heading.text for heading in sections] == ["Section 1", "Section 2", "Section 3"]
    for heading in document.headings:
        assert document.text[heading.start :].startswith(heading.text)
    bold = [heading.text for heading in document.headings if heading.level == 2]
    assert bold == ([] if outline else ["Details b", "Details c", "Details a"])
    assert document.title == "Section 1"


def test_bookmarks_that_are_not_in_the_text_are_not_used(tmp_path: Path) -> None:
    pdf = styled(2)
    for name in ("figure.1", "page.2", "cite.x"):
        pdf.start_section(name)
    headings = load(written(tmp_path, pdf)).headings
    assert "Section 1" in [heading.text for heading in headings]


def test_properties(tmp_path: Path) -> None:
    pdf = styled(1)
    pdf.set_title("The X200 manual")
    pdf.set_author("Ann")
    pdf.set_subject("Use")
    pdf.set_keywords("lamp, X200")
    pdf.set_creation_date(datetime.datetime(2024, 5, 6, tzinfo=datetime.UTC))
    document = load(written(tmp_path, pdf))
    assert document.title == "The X200 manual"
    wanted = {"author": "Ann", "subject": "Use", "keywords": ["lamp", "X200"]}
    wanted |= {"created": "2024-05-06", "page_count": 1, "format": "pdf"}
    assert {key: document.metadata[key] for key in wanted} == wanted


@pytest.mark.parametrize(
    "title",
    [
        "untitled",
        "(anonymous)",
        "Microsoft Word - x.doc",
        "draft2.docx",
        "0000320193-23-000077",
        "",
    ],
)
def test_titles_that_programs_make_up(title: str) -> None:
    assert _sensible(title) == ""


def test_dates() -> None:
    assert _iso_date("D:20221028100608+00'00'") == "2022-10-28"
    assert _iso_date("D:2022") == "2022"
    assert _iso_date("yesterday") == ""


def test_numbers_stay_on_the_row_of_their_label(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", "", 10)
    for label, *numbers in ROWS:
        pdf.cell(90, 6, label)
        for number in numbers:
            pdf.cell(40, 6, number, align="R")
        pdf.ln()
    text = load(written(tmp_path, pdf)).text
    assert text == "Net sales 81,797 82,959\nCost of sales 45,384 47,074"


def test_a_raised_mark_does_not_part_label_and_number(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", "", 12)
    pdf.cell(pdf.get_string_width("Total"), 8, "Total", new_x="END")
    pdf.set_font("helvetica", "", 7)
    pdf.text(pdf.get_x() + 1, pdf.get_y() + 3.6, "(3)")
    pdf.set_font("helvetica", "", 12)
    pdf.set_x(pdf.get_x() + 40)
    pdf.cell(40, 8, "177,778")
    (line,) = load(written(tmp_path, pdf)).text.splitlines()
    assert re.fullmatch(r"Total ?\(3\) 177,778", line)


@pytest.mark.parametrize(
    ("text", "known", "result"),
    [
        ("infor\ufffemation", "", "information"),
        ("pre\ufffetax gain", "the pre-tax gain", "pre-tax gain"),
        ("self\ufffedriving", "driving by self", "self-driving"),
        ("co\ufffeoperate", "we cooperate with a co operate", "cooperate"),
        ("non\ufffeGAAP", "", "non-GAAP"),
        ("13a\ufffe15", "", "13a-15"),
        ("mark-to\ufffemarket", "mark-to-market", "mark-to-market"),
        ("infor\ufffemation", "infor\ufffemation mation\ufffex", "information"),
        ("well\ufffe known", "", "well- known"),
        ("soft\xadware", "", "soft-ware"),
        ("\ufb01nal\x07", "", "final"),
    ],
)
def test_hyphens_at_line_ends(text: str, known: str, result: str) -> None:
    assert Hyphens([text, known]).resolved(text) == result


def test_a_password(tmp_path: Path) -> None:
    pdf = styled(1)
    pdf.set_encryption("owner", "user", permissions=AccessPermission.all())
    with pytest.raises(EncryptedFile, match="needs a password"):
        load(written(tmp_path, pdf))


def test_an_owner_password_alone_does_not_matter(tmp_path: Path) -> None:
    pdf = styled(1)
    pdf.set_encryption("owner", permissions=AccessPermission.none())
    assert "Section 1" in load(written(tmp_path, pdf)).text


def test_no_text_layer(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.rect(10, 10, 50, 50)
    with pytest.raises(NoText, match="tesseract"):
        load(written(tmp_path, pdf))


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(range(256)) * 9])
def test_damage(write, content: bytes) -> None:
    with pytest.raises(DamagedFile) as caught:
        load(write("a.pdf", content))
    assert caught.value.help


def test_truncated_files_end_in_text_or_an_error(tmp_path: Path) -> None:
    path = written(tmp_path, styled(3))
    content = path.read_bytes()
    for share in range(1, 20):
        path.write_bytes(content[: len(content) * share // 20])
        try:
            assert load(path).text
        except (DamagedFile, NoText) as error:
            assert error.help


def test_threads_take_turns(tmp_path: Path) -> None:
    path = written(tmp_path, styled(4))
    with ThreadPoolExecutor(8) as pool:
        texts = set(pool.map(lambda _: load(path).text, range(40)))
    assert len(texts) == 1


# Rows of the reports' own tables, label and numbers, as a reader sees them.
REPORTED = {
    "2023 Q3 AAPL.pdf": [
        "| Total net sales | 81,797 | 82,959 | 293,787 | 304,182 |",
        "| iPhone | $39,669 | $40,665 | $156,778 | $162,863 |",
        "| Diluted | $1.26 | $1.20 | $4.67 | $4.82 |",
    ],
    "2023 Q3 MSFT.pdf": [
        "| Total revenue | 56,517 | 50,122 |",
        "| Total assets | $445,785 | $411,976 |",
    ],
    "2022 Q3 INTC.pdf": ["| Datacenter and AI | 4,209 | 5,778 | 14,892 | 16,265 |"],
    "2023 Q2 NVDA.pdf": ["| Revenue | $13,507 | $6,704 | $20,699 | $14,992 |"],
}


@pytest.mark.parametrize("name", sorted(REPORTED))
def test_rows_of_quarterly_reports(shared: Path, name: str) -> None:
    path = shared / "corpora" / "sec10q" / name
    if not path.exists():
        pytest.skip("needs the quarterly reports")
    document = load(path)
    lines = set(document.text.split("\n"))
    for row in REPORTED[name]:
        assert row in lines
    assert len(document.headings) > 20
