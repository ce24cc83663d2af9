"""The pages: whole, self-contained, escaped, and with the figures of the record."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from tercet.evaluation.compare import compare_records
from tercet.evaluation.record import Record
from tercet.evaluation.report import comparison_page, page
from tercet.evaluation.report.svg import Axis
from tercet.evaluation.worst import worst_first

SVG = re.compile(r"<svg.*?</svg>", re.DOTALL)


def tables(text: str) -> list[list[list[str]]]:
    """The texts of all cells, without the small lines below them."""
    tree = HTMLParser(text)
    for small in tree.css("td small"):
        small.decompose()
    return [
        [[cell.text() for cell in row.css("td")] for row in table.css("tbody tr")]
        for table in tree.css("table")
    ]


@pytest.fixture(scope="module")
def html(record: Record) -> str:
    return page(record)


def test_nothing_is_loaded_from_elsewhere(html: str, record: Record) -> None:
    for text in (html, comparison_page(compare_records(record, record))):
        assert not re.search(r"https?:|//[a-z]|src=|href=|@import|url\(", text)


def test_names_and_questions_are_text_not_markup(html: str, record: Record) -> None:
    for text in (html, comparison_page(compare_records(record, record))):
        tree = HTMLParser(text)
        assert tree.css("td b, td i, h1 small") == []
        assert "<i>minutes" not in text
    assert HTMLParser(html).css_first("h1").text() == "<small> & odd"
    cells = [cell for rows in tables(html) for row in rows for cell in row]
    assert "Where are <i>minutes</i> & papers kept?" in cells


def test_the_tables_are_those_of_the_record(html: str, record: Record) -> None:
    summary, differences, queries, raw = tables(html)
    names = [*record["metrics"], "p50_ms", "p95_ms", "p99_ms"]
    modes = record["modes"]
    assert raw == [[mode, *(str(row[name]) for name in names)] for mode, row in modes.items()]
    assert [row[1] for row in summary] == [f"{row['ndcg@10']:.4f}" for row in modes.values()]
    assert len(differences) == len(record["differences"])
    order = worst_first(record, "ndcg@10")
    assert [row[0] for row in queries] == [record["questions"][id]["text"] for id in order]
    for row, id in zip(queries, order, strict=True):
        assert row[2:] == [f"{record['per_query'][mode][id]['ndcg@10']:.3f}" for mode in modes]


def test_every_plot_is_well_formed_and_says_in_words_what_it_shows(
    html: str, record: Record
) -> None:
    plots = [ElementTree.fromstring(svg) for svg in SVG.findall(html)]
    assert len(plots) == len(record["metrics"]) + 3
    words = [plot.attrib["aria-label"] for plot in plots]
    assert all(plot.attrib["role"] == "img" for plot in plots)
    for mode, row in record["modes"].items():
        assert f"{mode} {row['ndcg@10']} [" in words[0]
        assert any(f"{mode}: p50 {row['p50_ms']} ms" in text for text in words)
        assert any(f"{mode}: {row['ndcg@10']} at {row['p50_ms']} ms" in text for text in words)


def test_the_recall_curves_have_the_recorded_points(html: str, record: Record) -> None:
    [plot] = [
        root
        for svg in SVG.findall(html)
        if (root := ElementTree.fromstring(svg)).attrib["aria-label"].startswith("Recall")
    ]
    for line, curve in zip(plot.iter("polyline"), record["recall_by_depth"].values(), strict=True):
        heights = [float(point.split(",")[1]) for point in line.attrib["points"].split()]
        assert heights == pytest.approx([250 - 226 * value for value in curve], abs=0.06)


def test_the_comparison_s_page_has_its_figures(record: Record) -> None:
    comparison = compare_records(record, record)
    differences, queries = tables(comparison_page(comparison))
    assert [row[:2] for row in differences] == [
        [line["mode"], line["metric"]] for line in comparison["differences"]
    ]
    assert {row[-1] for row in differences} == {"not shown"}
    assert len(queries) == record["queries"]


@given(st.floats(-5, 5), st.floats(0.001, 100))
def test_ticks_lie_on_the_axis_and_are_a_few(low: float, width: float) -> None:
    axis = Axis(low, low + width, 10, 110)
    ticks = axis.ticks()
    assert 2 <= len(ticks) <= 6
    assert all(10 - 1e-6 <= axis(tick) <= 110 + 1e-6 for tick in ticks)
    assert axis(low) == pytest.approx(10)
    assert axis(low + width) == pytest.approx(110)
