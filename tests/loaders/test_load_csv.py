from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tercet.loaders import load
from tercet.loaders.data.csv import read
from tests.loaders.conftest import Write


def lines(*rows: str) -> str:
    width = rows[0].count(" | ") + 1
    return "\n".join([rows[0], f"| {' | '.join(['---'] * width)} |", *rows[1:]])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(write: Write, delimiter: str) -> None:
    rows = [["Name", "Price"], ["Tea, green; hot", "3"], ["Milk", "1"]]
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter).writerows(rows)
    document = load(write("prices.csv", made.getvalue()))
    assert document.text == lines("| Name | Price |", "| Tea, green; hot | 3 |", "| Milk | 1 |")
    assert document.title == "prices"


def test_excel_states_its_delimiter(write: Write) -> None:
    assert load(write("a.csv", "sep=;\r\na;b,c\r\n")).text == "| a | b,c |\n| --- | --- |"


def test_tabs_are_taken_first_in_tsv_files(write: Write) -> None:
    document = load(write("a.tsv", "a,b,c\td\n1,2,3\t4\n"))
    assert document.text == lines("| a,b,c | d |", "| 1,2,3 | 4 |")


def test_quotes_pipes_and_line_ends_in_cells(write: Write) -> None:
    document = load(write("a.csv", 'id,text\n1,"He said ""yes"",\nthen | left"\n'))
    assert document.text == lines("| id | text |", '| 1 | He said "yes", then \\| left |')


def test_rows_of_other_lengths_and_empty_rows(write: Write) -> None:
    document = load(write("a.csv", "a,b\n1,2,3\n\n,\n4\n"))
    assert document.text == lines("| a | b |  |", "| 1 | 2 | 3 |", "| 4 |  |  |")


@pytest.mark.parametrize(
    ("content", "header"),
    [
        ("x,1\ny,2\n", "| Column 1 | Column 2 |"),
        ("2024-01-02,a\n2024-01-03,b\n", "| Column 1 | Column 2 |"),
        ("x,2023\ny,12\n", "| x | 2023 |"),
        ("1,2\na,b\n", "| 1 | 2 |"),
        ("x,y\n1,2\n", "| x | y |"),
    ],
)
def test_numbers_above_numbers_are_no_header(write: Write, content: str, header: str) -> None:
    assert load(write("a.csv", content)).text.split("\n")[0] == header


def test_an_open_quote_swallows_nothing(write: Write) -> None:
    document = load(write("a.csv", 'a,b\n1,"open\n2,x\n3,y\n'))
    assert document.text == lines("| a | b |", '| 1 | "open |', "| 2 | x |", "| 3 | y |")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(write: Write, encoding: str) -> None:
    document = load(write("a.csv", "Größe,Stück\ngroß,1\n".encode(encoding)))
    assert document.text == lines("| Größe | Stück |", "| groß | 1 |")


def test_one_column(write: Write) -> None:
    assert load(write("a.csv", "Name\nAnn\nBob\n")).text == "| Name |\n| --- |\n| Ann |\n| Bob |"


CELLS = st.text("ab1 ,;|\"\n'\t", max_size=8)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6))
def test_no_cell_is_lost(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "a.tsv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t").writerows(rows)
    text = read(path, "a.tsv").text.replace("\\|", "|")
    for cell in (cell for row in rows for cell in row):
        assert " ".join(cell.split()) in text


def test_time_grows_with_the_size_only(write: Write) -> None:
    begun = time.perf_counter()
    wide = write("wide.csv", "a," * 50_000 + "\n" + "1,2\n" * 50_000)
    assert load(wide).text.startswith("a,a,a")  # a table of 2.5 thousand million cells
    document = load(write("long.csv", "a,b,c\n" + "x,y,z\n" * 200_000))
    assert document.text.count("\n| x | y | z |") == 200_000
    assert load(write("quote.csv", 'a,b\n1,"' + "x,y\n" * 100_000)).text.count("| x | y |") > 99_000
    assert time.perf_counter() - begun < 20  # about 3 s


def test_shared_files(shared: Path) -> None:
    folder = shared / "files/docling-project__docling/tests/data/csv/sources"
    assert load(folder / "csv-comma-in-cell.csv").text == lines(
        "| 1 | 2 | 3 | 4 |", "| a | b | c | d |", "| a | , | c | d |", *["| a | b | c | d |"] * 2
    )
    assert load(folder / "csv-inconsistent-header.csv").text == lines(
        "| 1 | 2 | 3 |  |", *["| a | b | c | d |"] * 4
    )
    customers = load(folder / "csv-comma.csv").text.split("\n")
    assert customers[0].startswith("| Index | Customer Id | First Name | Last Name | Company |")
    assert customers[3].startswith("| 2 | 1Ef7b82A4CAAD10 | Preston | Lozano, Dr | Vega-Gentry |")
    assert len(customers) == 7
