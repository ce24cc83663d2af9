from __future__ import annotations

import datetime
import string
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tercet.errors import DamagedFile, EncryptedFile, LoadError, NoText
from tercet.loaders import load
from tercet.loaders.office.sheet_blocks import Block, blocks
from tercet.loaders.office.sheet_extent import check_extents

Cells = dict[str, object]
Make = Callable[[dict[str, Cells]], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Writes a workbook: sheet -> cell -> value."""

    def write(sheets: dict[str, Cells]) -> Path:
        path = tmp_path / "book.xlsx"
        with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
            for name, cells in sheets.items():
                sheet = book.add_worksheet(name)
                for place, value in cells.items():
                    sheet.write(place, value)
        return path

    return write


def grid(*rows: str, at: str = "A1") -> Cells:
    """Cells from rows like "a b _ 1" (_ is empty), numbers as numbers."""
    column, first = ord(at[0]), int(at[1:])
    return {
        f"{chr(column + x)}{first + y}": int(text) if text.isdecimal() else text
        for y, row in enumerate(rows)
        for x, text in enumerate(row.split())
        if text != "_"
    }


def test_each_sheet_with_its_name_and_range(make: Make) -> None:
    document = load(make({"Q1": grid("Item Sum", "Oil 5"), "Empty": {}, "Q2": {"C4": "alone"}}))
    assert document.text == (
        "## Q1 (A1:B2)\n\n| Item | Sum |\n| --- | --- |\n| Oil | 5 |\n\n## Q2 (C4)\n\nalone"
    )
    assert [(h.level, h.text) for h in document.headings] == [(2, "Q1 (A1:B2)"), (2, "Q2 (C4)")]
    assert document.title == "book"
    assert document.pages == ()


def test_values_are_written_plainly(tmp_path: Path) -> None:
    path = tmp_path / "values.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        day, moment, span, clock = (
            book.add_format({"num_format": code})
            for code in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm", "[h]:mm:ss", "hh:mm")
        )
        sheet.write_row(0, 0, [1.0, 0.1 + 0.2, -2.5, 1e300, True, "a|b\nc", "007"])
        sheet.write_datetime(1, 0, datetime.datetime(2024, 5, 6), day)
        sheet.write_datetime(1, 1, datetime.datetime(2024, 5, 6, 7, 8), moment)
        sheet.write(1, 2, 1.5, span)
        sheet.write(1, 3, 0.25, clock)
        sheet.write_formula(1, 4, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 5, "=2+2", None, 4)
    assert load(path).text.splitlines()[2:] == [
        "| 1 | 0.3 | -2.5 | 1e+300 | TRUE | a\\|b c | 007 |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        "| 2024-05-06 | 2024-05-06 07:08 | 36:00:00 | 06:00 |  | 4 |  |",
    ]


def test_hidden_sheets_are_read(tmp_path: Path) -> None:
    path = tmp_path / "hidden.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Shown").write("A1", "seen")
        hidden = book.add_worksheet("Hidden")
        hidden.write("A1", "unseen")
        hidden.hide()
    assert load(path).text == "## Shown (A1)\n\nseen\n\n## Hidden (A1)\n\nunseen"


def test_tables_apart_get_headings_with_their_captions_and_ranges(make: Make) -> None:
    cells = {
        **grid("Costs", "Item Sum", "Oil 5"),
        **grid("Name Town", "Ann Rome", at="A6"),
        "A9": "Source:_our_books",
    }
    assert load(make({"S": cells})).text == (
        "## S (A1:B9)\n\n### Costs (A2:B3)\n\n| Item | Sum |\n| --- | --- |\n| Oil | 5 |\n\n"
        "### A6:B7\n\n| Name | Town |\n| --- | --- |\n| Ann | Rome |\n\nSource:_our_books"
    )


def test_a_table_goes_on_below_an_empty_row(make: Make) -> None:
    path = make({"S": grid("Item Sum", "Oil 5", "_", "Total 5")})
    assert load(path).text == (
        "## S (A1:B4)\n\n| Item | Sum |\n| --- | --- |\n| Oil | 5 |\n| Total | 5 |"
    )


def test_tables_side_by_side_are_told_apart(make: Make) -> None:
    cells = {**grid("a b", "x 1", "y 2"), **grid("c d", "z 3", at="E2")}
    assert load(make({"S": cells})).text == (
        "## S (A1:F3)\n\n### A1:B3\n\n| a | b |\n| --- | --- |\n| x | 1 |\n| y | 2 |\n\n"
        "### E2:F3\n\n| c | d |\n| --- | --- |\n| z | 3 |"
    )


def test_empty_columns_between_years_do_not_part_a_table(make: Make) -> None:
    path = make({"S": grid("Item _ 2023 _ 2024", "Oil _ 5 _ 6")})
    assert load(path).text == (
        "## S (A1:E2)\n\n| Item | 2023 | 2024 |\n| --- | --- | --- |\n| Oil | 5 | 6 |"
    )


def test_properties(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write("A1", "x")
        book.set_properties(
            {
                "title": "Budget",
                "author": "Ann",
                "subject": "Money",
                "keywords": "cost, plan",
                "created": datetime.datetime(2024, 5, 6),
            }
        )
    document = load(path)
    assert document.title == "Budget"
    assert {
        key: document.metadata[key] for key in ("author", "subject", "keywords", "created")
    } == {
        "author": "Ann",
        "subject": "Money",
        "keywords": ["cost", "plan"],
        "created": "2024-05-06",
    }
    assert "title" not in document.metadata


def test_a_cell_in_the_last_corner_is_refused_before_it_takes_all_memory(make: Make) -> None:
    with pytest.raises(LoadError, match=r"book\.xlsx has a sheet .* spans 17,179,869,184 cells"):
        load(make({"S": {"A1": 1, "XFD1048576": 1}}))


def test_cells_without_a_place_are_counted(make: Make) -> None:
    path = make({"S": {"A1": 1, "B1": 2, "A2": 3}})
    rewritten(path, "xl/worksheets/sheet1.xml", unplaced)
    assert load(path).text == "## S (A1:B2)\n\n| 1 | 2 |\n| --- | --- |\n| 3 |  |"
    more = b"<row>" + b"<c><v>1</v></c>" * 4000 + b"</row>" + b"<row></row>" * 5000
    rewritten(path, "xl/worksheets/sheet1.xml", lambda xml: unplaced(xml, more))
    with pytest.raises(LoadError, match="more than can be read"):
        load(path)


def unplaced(xml: bytes, more: bytes = b"") -> bytes:
    """The sheet without references, and with more rows."""
    for reference in (b"A1", b"B1", b"A2", b"1", b"2"):
        xml = xml.replace(b' r="%s"' % reference, b"")
    return xml.replace(b"</sheetData>", more + b"</sheetData>")


def rewritten(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    with zipfile.ZipFile(path) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    members[name] = change(members[name])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return path


def test_a_single_far_cell_is_read(make: Make) -> None:
    assert load(make({"S": {"XFD1048576": "far"}})).text == "## S (XFD1048576)\n\nfar"


def test_formats_alone_use_nothing(tmp_path: Path) -> None:
    path = tmp_path / "formats.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("S")
        sheet.write("A1", "x")
        sheet.write_blank("XFD1048576", None, book.add_format({"bold": True}))
    assert load(path).text == "## S (A1)\n\nx"


OPEN = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="T">{rows}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)
ONE = (
    '<table:table-cell {repeated} office:value-type="float" office:value="1"><text:p>1</text:p>'
    "</table:table-cell>"
)


def ods(path: Path, rows: str, manifest: str = "") -> Path:
    manifest_namespace = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml", f'<manifest xmlns="{manifest_namespace}">{manifest}</manifest>'
        )
        archive.writestr("content.xml", OPEN.format(rows=rows))
    return path


def test_an_open_document_with_its_usual_empty_rest(tmp_path: Path) -> None:
    rows = (
        f"<table:table-row>{ONE.format(repeated='')}"
        '<table:table-cell table:number-columns-repeated="16383"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048575">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    assert load(ods(tmp_path / "a.ods", rows)).text == "## T (A1)\n\n1"


@pytest.mark.parametrize("times", [("1048576", "16384"), ("4000000000", "1"), ("1", "4000000000")])
def test_an_open_document_that_repeats_without_end(tmp_path: Path, times: tuple[str, str]) -> None:
    cell = ONE.format(repeated=f'table:number-columns-repeated="{times[1]}"')
    row = f'<table:table-row table:number-rows-repeated="{times[0]}">{cell}</table:table-row>'
    with pytest.raises(LoadError, match=r"sheet \(sheet T\) that spans .* cells"):
        load(ods(tmp_path / "a.ods", row))


def test_an_encrypted_open_document(tmp_path: Path) -> None:
    with pytest.raises(EncryptedFile):
        load(ods(tmp_path / "a.ods", "", "<file-entry><encryption-data/></file-entry>"))


def test_the_extent_of_binary_sheets(tmp_path: Path) -> None:
    def record(kind: int, content: bytes) -> bytes:
        return bytes([kind, len(content)]) + content

    def cell(row: int, column: int) -> bytes:
        content = struct.pack("<II", column, 0)
        return record(0, struct.pack("<I", row) + bytes(13)) + record(2, content)

    path = tmp_path / "book.xlsb"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.bin", cell(0, 0) + cell(9, 9))
    check_extents(path, "book.xlsb")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/worksheets/sheet2.bin", cell(0, 0) + cell((1 << 20) - 1, 99))
    with pytest.raises(LoadError, match=r"sheet2\.bin\) that spans 104,857,600 cells"):
        check_extents(path, "book.xlsb")


def test_a_workbook_without_cells_has_no_text(make: Make) -> None:
    with pytest.raises(NoText):
        load(make({"Empty": {}}))


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_truncated_files_are_damaged(make: Make, share: float) -> None:
    path = make({"S": grid("a b", "c 1")})
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(DamagedFile, match=r"book\.xlsx is damaged") as caught:
        load(path)
    assert caught.value.help


def test_broken_sheets_are_damage(make: Make) -> None:
    path = make({"S": grid("a b", "c 1")})
    with pytest.raises(DamagedFile):
        load(rewritten(path, "xl/workbook.xml", lambda xml: xml[:200]))


SOURCES = "files/docling-project__docling/tests/data"


def test_a_damaged_xls_whose_sectors_run_in_a_circle(shared: Path, tmp_path: Path) -> None:
    content = bytearray((shared / SOURCES / "xls/sources/legacy_sample.xls").read_bytes())
    table = 512 * (struct.unpack_from("<I", content, 76)[0] + 1)
    struct.pack_into("<III", content, table, 1, 2, 0)
    path = tmp_path / "circle.xls"
    path.write_bytes(content)
    with pytest.raises(DamagedFile, match="a stream never ends"):
        load(path)


def test_an_xls_with_a_password(shared: Path, tmp_path: Path) -> None:
    content = (shared / SOURCES / "xls/sources/legacy_sample.xls").read_bytes()
    header, password = struct.pack("<HH", 0xE1, 2), struct.pack("<HH", 0x2F, 2)
    path = tmp_path / "locked.xls"
    path.write_bytes(content.replace(header, password, 1))
    with pytest.raises(EncryptedFile, match=r"locked\.xls is encrypted"):
        load(path)


DUCKS = (
    "Number of freshwater ducks per year\n\n| Year | Freshwater Ducks |\n| --- | --- |\n"
    "| 2019 | 120 |\n| 2020 | 135 |\n| 2021 | 150 |\n| 2022 | 170 |\n| 2023 | 160 |\n"
    "| 2024 | 180 |"
)


def test_the_same_sheet_as_xls_and_ods(shared: Path) -> None:
    xls = load(shared / SOURCES / "xls/sources/legacy_sample.xls")
    assert xls.text == f"## Duck Observations (B2:C10)\n\n{DUCKS}"
    assert xls.metadata["created"] == "2025-10-10"
    ods_file = load(shared / SOURCES / "odf/sources/odf_table_with_title_01.ods")
    assert ods_file.text == f"## Sheet1 (B2:C10)\n\n{DUCKS}"


@pytest.mark.parametrize("name", ["xlsx_01.xlsx", "xlsx_04_inflated.xlsx"])
def test_real_tables_in_several_places_of_a_sheet(shared: Path, name: str) -> None:
    document = load(shared / SOURCES / "xlsx/sources" / name)
    assert [heading.text for heading in document.headings] == [
        "Sheet1 (A1:C7)",
        "Sheet2 (A1:I18)",
        "A1:D9",
        "G5:I9",
        "C14:E18",
        "Sheet3 (A1:G13)",
        "A1:C7",
        "E7:G13",
        "Sheet4 (A1:A2)",
    ]
    assert "### G5:I9\n\n| col-1 | col-2 | col-3 |\n| --- | --- | --- |\n| 1 | 2 | 3 |\n" in (
        document.text
    )


def test_real_dates_and_a_chart_sheet(shared: Path) -> None:
    sales = load(shared / SOURCES / "xlsx/sources/xlsx_02_sample_sales_data.xlsm")
    assert "\n| Widget B | 2024-01-02 | 10 | 12000 |\n" in sales.text
    ducks = load(shared / SOURCES / "xlsx/sources/xlsx_03_chartsheet.xlsx")
    assert ducks.title == "Wild Duck Observations"
    assert [heading.text for heading in ducks.headings] == ["Duck Observations (A1:D7)"]


cells = st.sampled_from(["", "", "a", "b1", "12", "2024", "7.5"])
sheets = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=9)
)


@given(sheets)
def test_every_cell_lies_in_one_block_at_its_place(rows: list[list[str]]) -> None:
    placed = {
        (block.top + y, block.left + x): text
        for block in blocks(Block(0, 0, rows))
        for y, row in enumerate(block.rows)
        for x, text in enumerate(row)
        if text
    }
    assert placed == {
        (y, x): text for y, row in enumerate(rows) for x, text in enumerate(row) if text
    }
    count = sum(bool(c) for b in blocks(Block(0, 0, rows)) for row in b.rows for c in row)
    assert count == len(placed)


@given(st.integers(0, 16383))
def test_column_letters(column: int) -> None:
    letters = Block(0, column, [["x"]]).reference.removesuffix("1")
    number = 0
    for letter in letters:
        number = number * 26 + string.ascii_uppercase.index(letter) + 1
    assert number == column + 1
