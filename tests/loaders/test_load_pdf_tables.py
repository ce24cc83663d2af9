from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import pytest
from fpdf import FPDF
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tercet.loaders import load
from tercet.loaders.pdf.cells import is_figure, markdown_row

RIGHTS = (120, 150, 180)  # millimetres


def page() -> FPDF:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", "", 10)
    return pdf


def put(pdf: FPDF, y: float, label: str, numbers: Sequence[str], rights: Sequence[float]) -> None:
    """A row: the label at the left margin, each number flush right at its edge."""
    if label:
        pdf.text(20, y, label)
    for number, right in zip(numbers, rights, strict=True):
        if number:
            pdf.text(right - pdf.get_string_width(number), y, number)


def table(rows: Sequence[Sequence[str]], rights: Sequence[float] = RIGHTS, step: float = 5) -> FPDF:
    pdf = page()
    for index, (label, *numbers) in enumerate(rows):
        put(pdf, 30 + step * index, label, numbers, rights)
    return pdf


def text_of(folder: Path, pdf: FPDF) -> str:
    path = folder / "made.pdf"
    pdf.output(str(path))
    return load(path).text


ROWS = [
    ("Net sales", "81,797", "82,959", "(5)"),
    ("Cost of sales", "45,384", "47,074", "-"),
    ("Gross margin", "36,413", "", "12.5"),
]


def test_rows_without_a_head(tmp_path: Path) -> None:
    assert text_of(tmp_path, table(ROWS)) == (
        "|  |  |  |  |\n| --- | --- | --- | --- |\n"
        "| Net sales | 81,797 | 82,959 | (5) |\n"
        "| Cost of sales | 45,384 | 47,074 | - |\n"
        "| Gross margin | 36,413 |  | 12.5 |"
    )


def test_a_head_of_two_levels_and_a_unit(tmp_path: Path) -> None:
    pdf = page()
    pdf.text(20, 20, "The following table shows our results by quarter and by half year of both:")
    for y, titles in (
        (28, [(135, "Three Months Ended")]),
        (33, [(115, "July 1,"), (145, "June 25,")]),
        (36.6, [(115, "2023"), (145, "2022")]),
    ):
        for middle, title in titles:
            pdf.text(middle - pdf.get_string_width(title) / 2, y, title)
    pdf.text(20, 36.6, "(In millions)")
    for index, (label, *numbers) in enumerate(ROWS):
        put(pdf, 42 + 5 * index, label, numbers[:2], (122, 152))
    assert text_of(tmp_path, pdf).split("\n")[:5] == [
        "The following table shows our results by quarter and by half year of both:",
        "",
        "| (In millions) | Three Months Ended July 1, 2023 | Three Months Ended June 25, 2022 |",
        "| --- | --- | --- |",
        "| Net sales | 81,797 | 82,959 |",
    ]


def test_signs_belong_to_their_number(tmp_path: Path) -> None:
    pdf = page()
    for index, (first, second) in enumerate([("5,119", "9"), ("78", "8"), ("40", "6")]):
        y = 30 + 5 * index
        pdf.text(20, y, f"Row {'abc'[index]}")
        pdf.text(95, y, "$")
        put(pdf, y, "", [first], [120])
        put(pdf, y, "", [second, "%"], [150, 154])
        put(pdf, y, "", ["(22", ")"], [180, 182])
    rows = text_of(tmp_path, pdf).split("\n")[2:]
    assert rows == [
        "| Row a | $5,119 | 9% | (22) |",
        "| Row b | $78 | 8% | (22) |",
        "| Row c | $40 | 6% | (22) |",
    ]


def test_rows_of_labels_alone_stay_rows(tmp_path: Path) -> None:
    rows = [ROWS[0], ("Operating expenses:", "", "", ""), *ROWS[1:]]
    assert "| Operating expenses: |  |  |  |" in text_of(tmp_path, table(rows)).split("\n")


def test_a_label_of_two_lines(tmp_path: Path) -> None:
    pdf = table(ROWS)
    long = "Common stock and additional paid-in capital, 50,400"
    pdf.text(20, 50, long)
    put(pdf, 53.6, "shares authorized", ["1", "2", "3"], RIGHTS)
    last = text_of(tmp_path, pdf).split("\n")[-1]
    assert last == f"| {long} shares authorized | 1 | 2 | 3 |"


def test_text_in_a_column(tmp_path: Path) -> None:
    rows = [(name, "Level 2", "1,230", "5") for name in ("Notes", "Bonds", "Funds")]
    assert "| Notes | Level 2 | 1,230 | 5 |" in text_of(tmp_path, table(rows))


def test_pipes_are_escaped(tmp_path: Path) -> None:
    rows = [("a|b", "1", "2", "3"), *ROWS]
    assert "| a\\|b | 1 | 2 | 3 |" in text_of(tmp_path, table(rows))


def test_two_tables_have_their_own_columns(tmp_path: Path) -> None:
    pdf = table(ROWS)
    for index, (label, *numbers) in enumerate(ROWS):
        put(pdf, 90 + 5 * index, label, numbers[:2], (100, 135))
    text = text_of(tmp_path, pdf)
    assert text.count("| --- | --- | --- |") == 2
    assert "\n\n|  |  |  |\n| --- | --- | --- |\n| Net sales | 81,797 | 82,959 |\n" in text


def test_two_rows_without_a_head_are_lines(tmp_path: Path) -> None:
    assert text_of(tmp_path, table(ROWS[:2])).startswith("Net sales 81,797 82,959 (5)\nCost")


def test_a_table_of_contents_is_not_torn(tmp_path: Path) -> None:
    names = ("Introduction", "Methods", "Results", "Discussion", "References")
    rows = [(f"{number}. {name}", str(number * 7)) for number, name in enumerate(names, 1)]
    text = text_of(tmp_path, table(rows, (180,)))
    assert text == "\n".join(f"{label} {number}" for label, number in rows)


def test_a_form_is_not_torn(tmp_path: Path) -> None:
    pdf = page()
    fields = [("Name:", "Ann Lee"), ("City:", "Bern"), ("Phone:", "a good one"), ("Age:", "38")]
    for index, (name, value) in enumerate(fields):
        pdf.text(20, 30 + 6 * index, name)
        pdf.text(60, 30 + 6 * index, value)
    assert text_of(tmp_path, pdf) == "\n".join(f"{name} {value}" for name, value in fields)


def test_two_columns_of_prose_keep_their_order(tmp_path: Path) -> None:
    words = re.findall(r"\S+", "in 2023 the 12 boats of 7 towns sailed for 90 days and 1,000 miles")
    random.seed(7)
    pdf = page()
    columns = []
    for left in (20, 110):
        lines = [" ".join(random.sample(words, 9)) for _ in range(20)]
        for index, line in enumerate(lines):
            pdf.text(left, 30 + 5 * index, line)
        columns += lines
    assert text_of(tmp_path, pdf).split("\n") == columns


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.lists(st.integers(-9_999_999, 9_999_999), min_size=3, max_size=3),
        min_size=3,
        max_size=12,
    )
)
def test_numbers_come_out_in_their_places(tmp_path: Path, numbers: list[list[int]]) -> None:
    rows = [
        (f"Item {chr(97 + index)}", *(f"({-n:,})" if n < 0 else f"{n:,}" for n in row))
        for index, row in enumerate(numbers)
    ]
    if all(re.fullmatch(r"(19|20)\d\d", n) for row in rows for n in row[1:]):
        return
    assert text_of(tmp_path, table(rows)).split("\n")[2:] == [markdown_row(row) for row in rows]


@pytest.mark.parametrize(
    "text",
    ["1", "$1,234", "(22)", "$(7.1)B", "12.5%", "—", "$—", "N/A", "5.5 pts", "3.63% –4.88%",
     "2023–2043", "1 234 567", "€ 5,00", "12/20/24", "+15", "8 years", "(1,191)"],
)  # fmt: skip
def test_figures(text: str) -> None:
    assert is_figure(text)


@pytest.mark.parametrize(
    "text", ["Level 2", "July 1, 2023", "Note 12", "", "SKU-8847", "a 1", "USD"]
)
def test_no_figures(text: str) -> None:
    assert not is_figure(text)


@pytest.mark.parametrize("name", ["2023 Q3 AAPL", "2022 Q3 INTC", "2023 Q2 NVDA", "2023 Q3 MSFT"])
def test_no_word_of_a_report_is_lost(shared: Path, name: str) -> None:
    path = shared / "corpora" / "sec10q" / f"{name}.pdf"
    if not path.exists():
        pytest.skip("needs the quarterly reports")
    document = load(path)
    plain = pypdfium2.PdfDocument(path)
    found = lost = 0
    for index, part in enumerate(document.pages):
        raw = plain[index].get_textpage().get_text_range()
        left = re.findall(r"\w+", document.text[part.start : part.end])
        for word in re.findall(r"\w+", re.sub("[\ufffe\x02]", "-", raw)):
            found += 1
            if word in left:
                left.remove(word)
            elif word not in "".join(left):  # joined with the other half at a line end
                lost += 1
    assert lost <= 0.001 * found


def test_lines_of_single_letters_are_put_together(tmp_path: Path) -> None:
    lines = ["The quick brown fox jumps over it.", "Pack my box with five dozen jugs."]
    pdf = page()
    for column in range(34):
        for row, line in enumerate(lines):
            if column < len(line) and line[column] != " ":
                pdf.text(20 + pdf.get_string_width(line[:column]), 30 + 8 * row, line[column])
    assert text_of(tmp_path, pdf).split("\n") == lines


def test_garbled_pages_are_told(tmp_path: Path) -> None:
    pdf = page()
    pdf.multi_cell(0, 6, "The quick brown fox jumps over the lazy dog. " * 5)
    pdf.add_page()
    code = str.maketrans("aeiou", "vwxzk")
    pdf.multi_cell(0, 6, ("The quick brown fox jumps over the lazy dog. " * 5).translate(code))
    pdf.add_page()
    path = tmp_path / "made.pdf"
    pdf.output(str(path))
    metadata = load(path).metadata
    assert metadata["garbled_pages"] == [2]
    assert metadata["textless_pages"] == [3]


def test_pages_of_formulas_are_not_garbled(shared: Path) -> None:
    found = list((shared / "files").rglob("GeoTopo-komprimiert.pdf"))
    if not found:
        pytest.skip("needs the sample files")
    metadata = load(found[0]).metadata
    assert metadata["page_count"] == 117
    assert "garbled_pages" not in metadata
