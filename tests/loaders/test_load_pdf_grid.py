from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import pytest
from fpdf import FPDF
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tercet.loaders import load
from tercet.loaders.pdf.cells import markdown_row
from tercet.loaders.pdf.edges import page_edges

HANDBOOK = Path(__file__).parents[2] / "examples" / "handbook"
STYLES = ("cells", "lines", "fills", "one path")
X, Y, WIDTH, STEP = 20.0, 30.0, 40.0, 5.0  # millimetres

Table = Sequence[Sequence[str]]  # the lines of a cell are parted by line breaks

ROWS = [
    ["Task", "Gloves", "Eyes"],
    ["Pouring buffers\nand standards", "Nitrile", "Safety glasses"],
    ["Diluting acid", "Nitrile,\ntwo pairs\nof them", "Goggles and\nface shield"],
]
MARKDOWN = (
    "| Task | Gloves | Eyes |\n| --- | --- | --- |\n"
    "| Pouring buffers and standards | Nitrile | Safety glasses |\n"
    "| Diluting acid | Nitrile, two pairs of them | Goggles and face shield |"
)


def page() -> FPDF:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", "", 10)
    pdf.set_line_width(0.2)
    return pdf


def saved(folder: Path, pdf: FPDF) -> Path:
    path = folder / "made.pdf"
    pdf.output(str(path))
    return path


def text_of(folder: Path, pdf: FPDF) -> str:
    return load(saved(folder, pdf)).text


def border(pdf: FPDF, style: str, x: float, y: float, width: float, height: float) -> None:
    """The border of one cell."""
    right, bottom = x + width, y + height
    if style == "cells":
        pdf.rect(x, y, width, height)
    elif style == "lines":
        for line in ((x, y, right, y), (x, bottom, right, bottom)):
            pdf.line(*line)
        for line in ((x, y, x, bottom), (right, y, right, bottom)):
            pdf.line(*line)
    elif style == "fills":
        pdf.set_fill_color(0)
        for edge in ((x, y), (x, bottom)):
            pdf.rect(*edge, width, 0.3, style="F")
        for edge in ((x, y), (right, y)):
            pdf.rect(*edge, 0.3, height, style="F")
    else:
        pdf.polyline([(x, y), (right, y), (right, bottom), (x, bottom), (x, y)])


def write(pdf: FPDF, x: float, y: float, text: str) -> None:
    for number, line in enumerate(text.split("\n")):
        pdf.text(x + 1.5, y + STEP * (number + 0.75), line)


def draw(pdf: FPDF, rows: Table, y: float = Y, style: str = "cells", width: float = WIDTH) -> float:
    """Draws a table, and gives where it ends."""
    for row in rows:
        height = STEP * max(cell.count("\n") + 1 for cell in row) + 1
        for column, cell in enumerate(row):
            border(pdf, style, X + width * column, y, width, height)
            write(pdf, X + width * column, y, cell)
        y += height
    return y


def markdown(rows: Table) -> str:
    head, *body = [[" ".join(cell.split()) for cell in row] for row in rows]
    return "\n".join(map(markdown_row, [head, ["---"] * len(head), *body]))


@pytest.mark.parametrize("style", STYLES)
def test_wrapped_cells_stay_together(tmp_path: Path, style: str) -> None:
    pdf = page()
    draw(pdf, ROWS, style=style)
    assert text_of(tmp_path, pdf) == MARKDOWN


cell_texts = st.lists(st.sampled_from(["pump", "valve", "12", "M8 bolt", "a b"]), min_size=1)
cell_texts_of_three = cell_texts.map(lambda lines: "\n".join(lines[:3]))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), style=st.sampled_from(STYLES), columns=st.integers(2, 4))
def test_any_table_comes_out_as_it_was_drawn(
    tmp_path: Path, data: st.DataObject, style: str, columns: int
) -> None:
    row = st.lists(cell_texts_of_three, min_size=columns, max_size=columns)
    rows = [["Title"] * columns, *data.draw(st.lists(row, min_size=1, max_size=5))]
    pdf = page()
    draw(pdf, rows, style=style)
    assert text_of(tmp_path, pdf) == markdown(rows)


def test_a_table_open_at_its_sides(tmp_path: Path) -> None:
    """Lines between the cells alone, and under the last row."""
    pdf = page()
    rows = [["Key", "Short press"], ["MODE", "Next\nquantity"], ["OK", "Confirm"]]
    for y, row in zip((30, 36, 48), rows, strict=True):
        for column, cell in enumerate(row):
            write(pdf, X + WIDTH * column, y, cell)
    for y in (36, 48, 54):
        pdf.line(X, y, X + 2 * WIDTH, y)
    pdf.line(X + WIDTH, 30, X + WIDTH, 54)
    assert text_of(tmp_path, pdf) == markdown(rows)


def test_a_cell_over_the_titles_is_a_line_before_the_table(tmp_path: Path) -> None:
    pdf = page()
    border(pdf, "cells", X, Y - 6, 3 * WIDTH, 6)
    write(pdf, X, Y - 6, "Protective equipment")
    draw(pdf, ROWS)
    assert text_of(tmp_path, pdf) == f"Protective equipment\n\n{MARKDOWN}"


def test_merged_cells_hold_their_text_once(tmp_path: Path) -> None:
    pdf = page()
    for x, y, wide, high, text in (
        (0, 0, 1, 2, "Band"),
        (1, 0, 2, 1, "Salary"),
        (1, 1, 1, 1, "Ghent"),
        (2, 1, 1, 1, "Porto"),
        (0, 2, 1, 1, "Buyer"),
        (1, 2, 1, 1, "42"),
        (2, 2, 1, 1, "25"),
    ):
        border(pdf, "cells", X + x * WIDTH, Y + 6 * y, wide * WIDTH, 6 * high)
        write(pdf, X + x * WIDTH, Y + 6 * y, text)
    assert text_of(tmp_path, pdf) == (
        "| Band | Salary |  |\n| --- | --- | --- |\n|  | Ghent | Porto |\n| Buyer | 42 | 25 |"
    )


def test_text_above_between_and_below_two_tables(tmp_path: Path) -> None:
    pdf = page()
    write(pdf, X, 20, "Wear what the table says.")
    y = draw(pdf, ROWS)
    write(pdf, X, y + 3, "Numbers without lines are read as before:")
    numbers = (("", "2023", "2022"), ("Net sales", "81,797", "12"), ("Costs", "45,384", "(5)"))
    for number, line in enumerate(numbers):
        for x, part in zip((20, 70, 100), line, strict=True):
            pdf.text(x, y + 12 + 5 * number, part)
    second = [["Part", "Shelf"], ["CS-0401", "A1\nbelow"]]
    y = draw(pdf, second, y + 30)
    write(pdf, X, y + 3, "That is all.")
    assert text_of(tmp_path, pdf) == (
        f"Wear what the table says.\n\n{MARKDOWN}\n\n"
        "Numbers without lines are read as before:\n\n"
        "|  | 2023 | 2022 |\n| --- | --- | --- |\n"
        "| Net sales | 81,797 | 12 |\n| Costs | 45,384 | (5) |\n\n"
        f"{markdown(second)}\n\nThat is all."
    )


def test_text_beside_a_table_stays_outside(tmp_path: Path) -> None:
    pdf = page()
    pdf.text(5, Y + 3.75, "Note")
    draw(pdf, ROWS)
    pdf.text(X + 3 * WIDTH + 5, Y + 3.75, "here")
    assert text_of(tmp_path, pdf) == f"Note\n\n{MARKDOWN}\n\nhere"


def test_hyphens_at_line_ends_in_cells(tmp_path: Path) -> None:
    pdf = page()
    draw(pdf, [["Document", "Code"], ["Instruc-\ntion", "PA-\n12"], ["none -", "kept"]])
    assert text_of(tmp_path, pdf) == (
        "| Document | Code |\n| --- | --- |\n| Instruction | PA-12 |\n| none - | kept |"
    )


def test_an_empty_form_keeps_its_titles(tmp_path: Path) -> None:
    pdf = page()
    days = ["Monday", "Tuesday", "Wednesday", "Thursday"]
    rows = [["Day", "At", "pH", "mS", "mg/l", "Name"], *([day, "8:00", *[""] * 4] for day in days)]
    draw(pdf, rows, width=28)
    assert text_of(tmp_path, pdf) == markdown(rows)


def test_on_a_turned_page(tmp_path: Path) -> None:
    """A page that lies on its side, and is shown upright by its rotation."""
    pdf = page()
    with pdf.rotation(90, 100, 100):
        draw(pdf, ROWS)
    with pypdfium2.PdfDocument(saved(tmp_path, pdf)) as made:
        made[0].set_rotation(90)
        made.save(tmp_path / "turned.pdf")
    assert load(tmp_path / "turned.pdf").text == MARKDOWN


def test_in_a_form_object(tmp_path: Path) -> None:
    """A page that is set, smaller and shifted, into another one."""
    pdf = page()
    draw(pdf, ROWS)
    with pypdfium2.PdfDocument(saved(tmp_path, pdf)) as made, pypdfium2.PdfDocument.new() as whole:
        inner = made.page_as_xobject(0, whole).as_pageobject()
        inner.set_matrix(pypdfium2.PdfMatrix().scale(0.8, 0.8).translate(30, 50))
        outer = whole.new_page(600, 850)
        outer.insert_obj(inner)
        outer.gen_content()
        whole.save(tmp_path / "outer.pdf")
    assert load(tmp_path / "outer.pdf").text == MARKDOWN


PROSE = "This paragraph goes on about the same matter for quite a while. " * 6


def prose(pdf: FPDF, x: float, y: float, width: float) -> None:
    pdf.set_xy(x + 1, y + 1)
    pdf.multi_cell(width - 2, STEP, PROSE)


def box(pdf: FPDF) -> None:
    pdf.rect(X, Y, 150, 30)
    prose(pdf, X, Y, 150)


def frame_with_a_head(pdf: FPDF) -> None:
    pdf.rect(10, 10, 190, 277)
    pdf.line(10, 25, 200, 25)
    write(pdf, 20, 15, "Report of the year")
    prose(pdf, X, Y, 150)


def two_columns(pdf: FPDF) -> None:
    pdf.line(10, 20, 200, 20)
    pdf.line(105, 20, 105, 200)
    pdf.line(10, 200, 200, 200)
    prose(pdf, 15, Y, 85)
    prose(pdf, 110, Y, 85)


def boxes_of_prose(pdf: FPDF) -> None:
    for x in (20, 100):
        for y in (30, 80):
            pdf.rect(x, y, 80, 50)
            prose(pdf, x, y, 80)


def chart(pdf: FPDF) -> None:
    for step in range(6):
        pdf.line(30, 40 + 15 * step, 150, 40 + 15 * step)
        pdf.line(30 + 24 * step, 40, 30 + 24 * step, 115)
        pdf.text(22, 116 - 15 * step, str(step))
        pdf.text(29 + 24 * step, 121, str(2000 + step))
    pdf.text(60, 50, "Sales")
    pdf.text(100, 80, "Costs")


def axes(pdf: FPDF) -> None:
    """Two axes with ticks, and words beside the curves."""
    pdf.line(60, 30, 60, 105)
    pdf.line(30, 100, 110, 100)
    for step in range(3):
        pdf.line(30 + 30 * step + 5, 98, 30 + 30 * step + 5, 103)
    pdf.line(58, 60, 63, 60)
    for x, y in ((40, 50), (70, 50), (40, 80), (70, 80)):
        pdf.text(x, y, "Curve")


def diagram(pdf: FPDF) -> None:
    """Boxes that lines connect."""
    for x, y in ((60, 30), (20, 60), (100, 60)):
        pdf.rect(x, y, 40, 12)
        pdf.text(x + 5, y + 7, f"Department {x}")
    pdf.line(80, 42, 80, 50)
    pdf.line(40, 50, 120, 50)
    for x in (40, 120):
        pdf.line(x, 50, x, 60)


def shaded_rows(pdf: FPDF) -> None:
    """Rows with shading, a narrow column between the others, and sums with lines above."""
    for row in range(4):
        shade = (226, 239, 217) if row % 2 else (255, 255, 255)
        pdf.set_fill_color(*shade)
        for x, width in ((20, 60), (80, 0.6), (80.6, 39.4), (120, 0.6), (120.6, 30)):
            pdf.rect(x, Y + 5 * row, width, 5, style="F")
        pdf.text(22, Y + 5 * row + 3.5, f"Segment {'abcd'[row]}")
        pdf.text(105, Y + 5 * row + 3.5, f"1,20{row}")
        pdf.text(140, Y + 5 * row + 3.5, f"(3{row})")
    pdf.line(81, Y + 15, 119, Y + 15)
    pdf.line(121, Y + 15, 150, Y + 15)


@pytest.mark.parametrize(
    "drawn",
    [box, frame_with_a_head, two_columns, boxes_of_prose, chart, axes, diagram],
)
def test_what_is_no_table(tmp_path: Path, drawn: object) -> None:
    assert callable(drawn)
    pdf = page()
    drawn(pdf)
    assert "|" not in text_of(tmp_path, pdf)


def test_shading_and_underlines_are_left_to_the_reader_of_numbers(tmp_path: Path) -> None:
    pdf = page()
    shaded_rows(pdf)
    assert text_of(tmp_path, pdf).split("\n")[2:] == [
        f"| Segment {'abcd'[row]} | 1,20{row} | (3{row}) |" for row in range(4)
    ]


def test_edges_are_merged_and_few_without_a_second_direction(tmp_path: Path) -> None:
    pdf = page()
    draw(pdf, ROWS)
    pdf.add_page()
    for step in range(5):
        pdf.line(20, 30 + 10 * step, 100, 30 + 10 * step)
    with pypdfium2.PdfDocument(saved(tmp_path, pdf)) as made:
        first, second = page_edges(made[0]), page_edges(made[1])
    assert (len(first.across), len(first.down)) == (4, 4)
    assert not second.across and not second.down


def test_a_page_of_very_many_lines_is_read_without_tables(tmp_path: Path) -> None:
    pdf = page()
    for step in range(700):
        pdf.line(20 + step * 0.2, 30, 20 + step * 0.2, 200)
        pdf.line(20, 30 + step * 0.2, 160, 30 + step * 0.2)
    draw(pdf, [["Date", "Reading"], ["Monday", "two\nthree"]], y=220)
    assert "Monday" in text_of(tmp_path, pdf)


def test_the_pay_bands_of_the_handbook() -> None:
    text = load(HANDBOOK / "people" / "pay-and-progression.pdf").text
    lines = text.split("\n")
    titles = next(line for line in lines if line.startswith("| Band |")).split(" | ")
    band = next(line for line in lines if line.startswith("| 4 |")).split(" | ")
    assert len(titles) == len(band) == 5
    assert titles[3] == "Ghent, €" and band[3] == "51,700 to 67,300"
    assert lines.index("2. Bands for 2025") < lines.index(" | ".join(titles))
    assert text.index("| 6 | Head of department |") < text.index("The bands overlap on purpose")
